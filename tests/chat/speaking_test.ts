/**
 * Who may speak where, and what receivers learn of how it was said.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import type { ChannelChange } from "../../lib/chat/modes.ts";
import { flag, list, modes, right, say, Stage } from "./stage.ts";

const voice = (whom: string) => right("voice", whom);

/** alice is the operator of x; bob and pat, a user of the course, are members; carol is not. */
function stageWith(...changes: ChannelChange[]): Stage {
  const stage = new Stage(["alice", "bob", "carol"]);
  stage.enter("pat", { course: true });
  stage.join("alice", "x");
  stage.join("bob", "x");
  stage.do("pat", { type: "join", channel: "x", exclusive: true });
  stage.do("alice", modes(...changes));
  return stage;
}

Deno.test("a moderated channel hears only those with a right, in every form of speech", () => {
  const stage = stageWith(flag("moderated"));
  const tags = new Map([["+typing", "active"]]);
  const forms: Command[] = [
    say("hi"),
    { type: "emote", channel: "x", fold: true, text: "waves" },
    { type: "tag", channel: "x", fold: true, tags },
    { type: "say", channel: "x", fold: true, text: "hi", least: "operator" },
  ];
  for (const form of forms) {
    stage.expect("bob", form, "bob < refused cannot_send x moderated");
  }
  stage.expect("pat", { type: "say", text: "hi" }, "pat < refused cannot_send x moderated");
  stage.expect("alice", say("hi"), "x: said alice x hi");
  stage.do("alice", modes(voice("bob"), voice("pat")));
  stage.expect("bob", forms[2] as Command, "x: tagged bob x +typing=active");
  stage.expect("pat", { type: "say", text: "hi" }, "x: said pat x hi");
});

Deno.test("who is banned is silent until it has a voice, an exception, or no ban", () => {
  const stage = stageWith(list("ban", "bob"), list("ban", "pat"));
  const refused = ["bob < refused cannot_send x banned"];
  assertEquals(stage.do("bob", say("hi")), refused);
  assertEquals(stage.do("bob", say("hi")), refused, "the answer is kept");
  stage.expect("pat", { type: "emote", text: "waves" }, "pat < refused cannot_send x banned");
  stage.do("alice", modes(voice("bob")));
  stage.expect("bob", say("hi"), "x: said bob x hi");
  stage.do("alice", modes(right("voice", "bob", false)));
  assertEquals(stage.do("bob", say("hi")), refused);
  stage.do("alice", modes(list("exception", "*!*@bob.ip")));
  stage.expect("bob", say("hi"), "x: said bob x hi");
  stage.do("alice", modes(list("exception", "*!*@bob.ip", false)));
  assertEquals(stage.do("bob", say("hi")), refused);
  stage.do("alice", modes(list("ban", "bob", false)));
  stage.expect("bob", say("hi"), "x: said bob x hi");
});

Deno.test("a ban by name follows the name", () => {
  const stage = stageWith(list("ban", "bob"));
  stage.do("bob", { type: "register", nick: "robert", home: "irc", exact: true });
  stage.expect("bob", say("hi"), "x: said robert x hi");
  stage.do("bob", { type: "register", nick: "Bob", home: "irc", exact: true });
  stage.expect("bob", say("hi"), "bob < refused cannot_send x banned");
});

Deno.test("strangers speak only where a channel lets them", () => {
  const stage = stageWith();
  stage.expect("carol", say("hi"), "carol < refused cannot_send x no_external");
  stage.do("alice", modes(flag("no_external", false)));
  stage.expect("carol", say("hi"), "x: said carol x hi");
  stage.do("alice", modes(list("ban", "carol")));
  stage.expect("carol", say("hi"), "carol < refused cannot_send x banned");
  stage.do("alice", modes(list("ban", "carol", false), flag("moderated")));
  stage.expect("carol", say("hi"), "carol < refused cannot_send x moderated");
  stage.expect("carol", { ...say("hi"), channel: "y" } as Command, [
    "carol < refused no_such_channel y",
  ]);
});

Deno.test("to a stranger a secret channel that takes no words of strangers does not exist", () => {
  const stage = stageWith(flag("secret"));
  stage.expect("carol", say("hi"), "carol < refused no_such_channel x");
});

Deno.test("a channel of the course is open to words of its members only", () => {
  const stage = new Stage(["alice"]);
  stage.enter("pat", { course: true, lobby: true });
  stage.expect("alice", { type: "say", channel: "LOBBY", fold: true, text: "hi" }, [
    "alice < refused cannot_send lobby no_external",
  ]);
});

Deno.test("queries between programs can be kept out", () => {
  const stage = stageWith(flag("no_ctcp"));
  const version = { type: "say", channel: "x", fold: true, text: "\x01VERSION\x01" } as const;
  for (const name of ["bob", "alice"]) {
    stage.expect(name, { ...version, ctcp: "VERSION" }, [
      `${name} < refused cannot_send x no_ctcp`,
    ]);
  }
  stage.expect("bob", { type: "emote", channel: "x", text: "waves" }, "x: emoted bob x waves");
});

Deno.test("how something is said reaches its receivers", () => {
  const stage = stageWith();
  const tags = new Map([["+draft/reply", "1"]]);
  const how = { notice: true, ctcp: "PING", tags, least: "voice" } as const;
  const said = { type: "said", by: stage.user("bob").person, channel: "x", text: "hi" } as const;
  const { notice, ctcp, least } = how;
  for (const each of [how, {}, { notice }, { ctcp }, { tags }, { least }]) {
    const [delivery] = stage.deliveries("bob", { ...say("hi"), ...each } as Command);
    assertEquals(delivery?.to === "channel" && delivery.event, { ...said, ...each } as never);
    assertEquals(delivery?.to === "channel" && delivery.least, "least" in each ? least : undefined);
  }
  const [untagged] = stage.deliveries("bob", { ...say("hi"), tags: new Map() } as Command);
  assertEquals(untagged?.to === "channel" && untagged.event, said as never);
});

Deno.test("a dm reaches its target, and its sender as what it sent; both to oneself", () => {
  const stage = stageWith();
  const dm = (to: string): Command => ({ type: "dm", to, text: "psst" });
  stage.expect("alice", dm("carol"), [
    "carol < dm alice carol psst",
    "alice < dm_sent alice carol psst",
  ]);
  stage.expect("alice", dm("alice"), [
    "alice < dm alice alice psst",
    "alice < dm_sent alice alice psst",
  ]);
  stage.expect("alice", dm("eve"), "alice < refused no_such_nick eve");
  const tags = new Map([["+typing", "done"]]);
  stage.expect("alice", { type: "tag_user", to: "carol", tags }, [
    "carol < user_tagged alice carol +typing=done",
    "alice < user_tag_sent alice carol +typing=done",
  ]);
});

Deno.test("one who is away answers a dm, but no notice", () => {
  const stage = stageWith();
  stage.do("carol", { type: "away", text: "lunch" });
  const dm = { type: "dm", to: "carol", text: "psst" } as const;
  assertEquals(stage.do("alice", dm).at(-1), "alice < is_away carol lunch");
  assertEquals(stage.do("alice", { ...dm, notice: true }).length, 2);
});

Deno.test("an IRC user reaches a handle, whoever else is called so in another dialect", () => {
  const stage = new Stage(["alice", "carol"]);
  for (let i = 0; i < 2; i++) stage.enter(`carol ${i}`, { course: true });
  const pretender = stage.hub.connect();
  stage.hub.apply(pretender, { type: "register", nick: "carol", home: "json16" });
  assertEquals(pretender.person?.handle, "carol/2");
  const dm = { type: "dm", to: "CAROL", text: "psst" } as const;
  assertEquals(stage.do("alice", dm)[0], "carol < dm alice carol psst");
  stage.expect("carol 0", { type: "dm", to: "carol", text: "psst" }, [
    "carol 0 < refused ambiguous_nick carol [carol, carol/2]",
  ]);
});

Deno.test("in a moderated lobby an operator of the server speaks", () => {
  const stage = new Stage(["root", "bob"]);
  for (const name of ["root", "bob"]) stage.join(name, "lobby");
  stage.do("root", { type: "oper" });
  stage.do("root", { type: "modes", channel: "lobby", changes: [flag("moderated")] });
  const hi: Command = { type: "say", channel: "lobby", text: "hi" };
  stage.expect("bob", hi, "bob < refused cannot_send lobby moderated");
  stage.expect("root", hi, "lobby: said root lobby hi");
});

Deno.test("an action and a notice to one user are so for both", () => {
  const stage = new Stage(["alice", "bob"]);
  for (const how of [{ action: true }, { notice: true }]) {
    stage.expect("alice", { type: "dm", to: "bob", text: "waves", ...how }, [
      "bob < dm alice bob waves true",
      "alice < dm_sent alice bob waves true",
    ]);
  }
});
