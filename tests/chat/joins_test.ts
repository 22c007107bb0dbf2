/**
 * Who may enter a channel: keys, limits, invitations, bans and exceptions, also for users of the course.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { MAX_REASON_BYTES } from "../../lib/chat/lengths.ts";
import type { ChannelChange } from "../../lib/chat/modes.ts";
import { MAX_INVITATIONS } from "../../lib/chat/operator_rules.ts";
import { flag, list, modes, Stage } from "./stage.ts";

const ban = (mask: string) => list("ban", mask);
const invite = (whom: string): Command => ({ type: "invite", channel: "x", fold: true, whom });
const entered = (name: string) => [`x: joined ${name} x`, `${name} < entered x`];

function stageWith(...changes: ChannelChange[]): Stage {
  const stage = new Stage(["alice", "bob", "carol"]);
  stage.join("alice", "x");
  stage.do("alice", modes(...changes));
  return stage;
}

Deno.test("whoever makes a channel from IRC is its operator, and it is +nt", () => {
  const stage = new Stage(["alice", "bob"]);
  const join = { type: "join", channel: "x", make: true, claim: true, fold: true } as const;
  stage.expect("alice", { ...join, members: true }, [
    "x: joined alice x",
    "alice < entered x [alice @]",
  ]);
  stage.expect("bob", { ...join, members: true }, [
    "x: joined bob x",
    "bob < entered x [alice @, bob -]",
  ]);
  stage.expect("bob", { type: "modes_of", channel: "x" }, [
    "bob < modes_are x [no_external, topic_locked] false 1000",
  ]);
});

Deno.test("a channel of IRC goes with its last member, one of the course stays", () => {
  const stage = new Stage(["alice"]);
  stage.enter("pat", { course: true });
  stage.join("alice", "x");
  stage.do("pat", { type: "create", channel: "y" });
  stage.do("alice", { type: "part", channel: "x" });
  stage.do("pat", { type: "join", exclusive: true });
  assertEquals(stage.hub.channelNames, ["y", "lobby"]);
  stage.join("alice", "y");
  stage.expect("alice", modesOf("y"), "alice < modes_are y [no_external] false 1000");
  stage.expect("alice", { type: "members_of", channel: "y" }, [
    "alice < members_are y false [alice -]",
  ]);
});

function modesOf(channel: string): Command {
  return { type: "modes_of", channel };
}

Deno.test("names are found without regard to case: of two, the older one", () => {
  const stage = new Stage(["alice", "bob"]);
  stage.enter("pat", { course: true });
  stage.do("pat", { type: "create", channel: "Zoo" });
  stage.do("pat", { type: "create", channel: "zoo" });
  assertEquals(stage.join("alice", "zOO"), ["Zoo: joined alice Zoo", "alice < entered Zoo"]);
  assertEquals(stage.join("alice", "zoo"), [], "it is in there already");
  stage.expect("alice", { type: "say", channel: "zoo", fold: true, text: "hi" }, [
    "Zoo: said alice Zoo hi",
  ]);
  stage.expect("pat", { type: "say", text: "hi" }, "zoo: said pat zoo hi");
});

Deno.test("the older one of two names goes: the younger one is found", () => {
  const stage = new Stage(["alice", "bob"]);
  stage.enter("pat", { course: true });
  stage.do("pat", { type: "join", channel: "Zoo", make: true, exclusive: true });
  stage.do("pat", { type: "create", channel: "zoo" });
  assertEquals(stage.hub.channelNames, ["zoo"], "the older one had no members left");
  assertEquals(stage.join("alice", "ZOO")[0], "zoo: joined alice zoo");
});

Deno.test("the lobby has no operator, in whatever case an IRC user makes it", () => {
  const stage = new Stage(["alice"]);
  assertEquals(stage.join("alice", "LOBBY"), [
    "lobby: joined alice lobby",
    "alice < entered lobby",
  ]);
  stage.expect("alice", { type: "members_of", channel: "lobby" }, [
    "alice < members_are lobby false [alice -]",
  ]);
});

Deno.test("a key must be given as it is", () => {
  const stage = stageWith({ mode: "key", key: "Sesame" });
  assertEquals(stage.join("bob", "x"), ["bob < refused bad_key x"]);
  assertEquals(stage.join("bob", "x", "sesame"), ["bob < refused bad_key x"]);
  assertEquals(stage.join("bob", "x", "Sesame"), entered("bob"));
  stage.do("alice", modes({ mode: "key" }));
  assertEquals(stage.join("carol", "x"), entered("carol"));
  // Nobody is kept out for a key that is not needed any more.
  stage.do("carol", { type: "part", channel: "x" });
  assertEquals(stage.join("carol", "x", "Sesame"), entered("carol"));
});

Deno.test("a full channel admits nobody until somebody leaves", () => {
  const stage = stageWith({ mode: "limit", limit: 2 });
  assertEquals(stage.join("bob", "x"), entered("bob"));
  assertEquals(stage.join("carol", "x"), ["carol < refused channel_full x"]);
  stage.do("bob", { type: "part", channel: "x" });
  assertEquals(stage.join("carol", "x"), entered("carol"));
});

Deno.test("where only the invited enter, an invitation is used up by entering", () => {
  const stage = stageWith(flag("invite_only"));
  assertEquals(stage.join("bob", "x"), ["bob < refused invite_only x"]);
  stage.expect("alice", invite("bob"), [
    "alice < inviting bob x",
    "bob < invited alice x",
    "x: invite_seen alice bob x",
  ]);
  stage.expect("bob", { type: "my_invites" }, "bob < invitations [x]");
  assertEquals(stage.join("bob", "x"), entered("bob"));
  stage.expect("bob", { type: "my_invites" }, "bob < invitations []");
  assertEquals([...stage.user("bob").memberships.keys()].map(({ invited }) => invited.size), [0]);
  stage.do("bob", { type: "part", channel: "x" });
  assertEquals(stage.join("bob", "x"), ["bob < refused invite_only x"]);
});

Deno.test("an operator's invitation leads past a ban, a key and a limit", () => {
  const stage = stageWith(ban("bob"), { mode: "key", key: "k" }, { mode: "limit", limit: 1 });
  assertEquals(stage.join("bob", "x", "k"), ["bob < refused banned x"]);
  stage.do("alice", invite("bob"));
  assertEquals(stage.join("bob", "x"), entered("bob"));
});

Deno.test("the invitation of a member without rights opens nothing", () => {
  const stage = stageWith();
  stage.join("bob", "x");
  stage.do("alice", modes({ mode: "key", key: "k" }));
  assertEquals(stage.do("bob", invite("carol"))[1], "carol < invited bob x");
  assertEquals(stage.join("carol", "x"), ["carol < refused bad_key x"]);
  stage.do("alice", modes(flag("invite_only")));
  stage.expect("bob", invite("carol"), "bob < refused not_operator x");
});

Deno.test("invitations are refused for who is nobody, is in already, or is asked by a stranger", () => {
  const stage = stageWith();
  stage.join("bob", "x");
  stage.expect("alice", invite("dave"), "alice < refused no_such_nick dave");
  stage.expect("alice", invite("bob"), "alice < refused already_member bob x");
  stage.expect("carol", invite("bob"), "carol < refused not_in_channel x");
  stage.expect("carol", { type: "invite", channel: "y", fold: true, whom: "bob" }, [
    "carol < refused no_such_channel y",
  ]);
});

Deno.test("who invites somebody who is away reads it", () => {
  const stage = stageWith();
  stage.do("bob", { type: "away", text: "lunch" });
  assertEquals(stage.do("alice", invite("bob")).at(-1), "alice < is_away bob lunch");
});

Deno.test("an invitation ends with its channel and with its user, and the oldest makes room", () => {
  const stage = stageWith();
  stage.do("alice", invite("bob"));
  stage.do("alice", { type: "part", channel: "x" });
  stage.expect("bob", { type: "my_invites" }, "bob < invitations []");
  for (let i = 0; i <= MAX_INVITATIONS; i++) {
    stage.join("alice", `c${i}`);
    stage.do("alice", { type: "invite", channel: `c${i}`, whom: "bob" });
  }
  const { invitedTo } = stage.user("bob");
  assertEquals([invitedTo.size, [...invitedTo][0]?.name], [MAX_INVITATIONS, "c1"]);
  stage.do("alice", { type: "invite", channel: "c1", whom: "bob" });
  assertEquals([...invitedTo][0]?.name, "c2", "the latest is the last to go");
  const channels = [...invitedTo];
  stage.leave("bob");
  assertEquals(channels.filter(({ invited }) => invited.size > 0), []);
});

Deno.test("bans mean the handle or the cloak, without regard to case, and never the address", () => {
  for (const mask of ["BOB", "*!~bob@*", "*!*@bob.*"]) {
    const stage = stageWith(ban(mask));
    assertEquals(stage.join("bob", "x"), ["bob < refused banned x"], mask);
  }
  // Otherwise an operator of a channel could find out an address, mask by mask.
  for (const mask of ["*!*@192.0.2.1", "bo?!*@192.0.2.*"]) {
    const stage = stageWith(ban(mask));
    assertEquals(stage.join("bob", "x"), entered("bob"), mask);
  }
  const stage = stageWith(ban("*!*@bob.*"));
  assertEquals(stage.join("carol", "x"), entered("carol"));
});

Deno.test("an exception lifts a ban, a mask of the invited only the need to be invited", () => {
  assertEquals(
    stageWith(ban("*!*@192.0.2.1"), list("exception", "bob")).join("bob", "x"),
    entered("bob"),
  );
  assertEquals(stageWith(ban("bob"), list("invite", "bob")).join("bob", "x"), [
    "bob < refused banned x",
  ]);
  const only = flag("invite_only");
  assertEquals(stageWith(only, list("exception", "bob")).join("bob", "x"), [
    "bob < refused invite_only x",
  ]);
  assertEquals(stageWith(only, list("invite", "bob")).join("bob", "x"), entered("bob"));
});

Deno.test("users of the course meet a ban, a key, a limit and a closed door as all others do", () => {
  const doors: [ChannelChange, string][] = [
    [ban("pat"), "banned"],
    [{ mode: "key", key: "k" }, "bad_key"],
    [{ mode: "limit", limit: 1 }, "channel_full"],
    [flag("invite_only"), "invite_only"],
  ];
  for (const [change, code] of doors) {
    const stage = stageWith(change);
    stage.enter("pat", { course: true, lobby: true });
    const join: Command = { type: "join", channel: "x", make: true, exclusive: true };
    stage.expect("pat", join, `pat < refused ${code} x`);
    assertEquals([...stage.user("pat").memberships.keys()].map(({ name }) => name), ["lobby"]);
  }
});

Deno.test("the only member of a channel that goes with it may enter it again: it stays the same one", () => {
  const stage = new Stage(["alice"]);
  stage.enter("pat", { course: true });
  const join: Command = { type: "join", channel: "x", make: true, exclusive: true };
  stage.do("pat", join);
  stage.expect("pat", join, ["x: left pat x", "x: joined pat x", "pat < entered x"]);
  assertEquals(stage.hub.channelNames.includes("x"), true);
  stage.expect("alice", { type: "join", channel: "x", fold: true, members: true }, [
    "x: joined alice x",
    "alice < entered x [pat -, alice -]",
  ]);
});

Deno.test("a member that enters its own channel again is not turned away", () => {
  const stage = stageWith();
  stage.enter("pat", { course: true });
  const join: Command = { type: "join", channel: "x", exclusive: true };
  stage.do("pat", join);
  stage.do("alice", modes(ban("pat"), { mode: "limit", limit: 1 }));
  assertEquals(stage.do("pat", join).at(-1), "pat < entered x");
});

Deno.test("one who enters while it is away is seen to be so, behind its joining", () => {
  const stage = stageWith();
  stage.do("bob", { type: "away", text: "lunch" });
  assertEquals(stage.join("bob", "x"), [
    "x: joined bob x",
    "x: away_seen bob x lunch",
    "bob < entered x",
  ]);
});

Deno.test("leaving as many channels as one says leaves the oldest, and the rest the next time", () => {
  const stage = stageWith();
  stage.join("alice", "y");
  const some = { type: "part_all", most: 1 } as const;
  stage.expect("alice", some, "x: left alice x");
  stage.expect("alice", some, "y: left alice y");
  stage.expect("alice", some, []);
});

Deno.test("leaving all channels leaves each, for one reason", () => {
  const stage = stageWith();
  stage.join("alice", "y");
  stage.expect("alice", { type: "part_all", reason: "bye" }, [
    "x: left alice x bye",
    "y: left alice y bye",
  ]);
  assertEquals(stage.hub.channelNames, []);
});

Deno.test("a reason for leaving, or for quitting, is cut", () => {
  const stage = stageWith();
  const [line] = stage.do("alice", { type: "part", channel: "x", reason: "é".repeat(1000) });
  const cut = "é".repeat(MAX_REASON_BYTES / 2);
  assertEquals(line, `x: left alice x ${cut}`);
  stage.join("bob", "y");
  const quit = stage.do("bob", { type: "quit", reason: "é".repeat(1000) });
  assertEquals(quit, [`peers of bob: quit bob ${cut}`]);
});

Deno.test("whoever enters learns the topic, and that the channel is secret", () => {
  const it = new Stage(["alice", "bob"]);
  it.join("alice", "x");
  assertEquals(it.join("bob", "x").at(-1), "bob < entered x");
  it.do("bob", { type: "part", channel: "x" });
  it.do("alice", { type: "topic", channel: "x", text: "tea" });
  it.do("alice", modes(flag("secret")));
  assertEquals(it.join("bob", "x").at(-1), "bob < entered x tea alice!~alice@alice.ip 1000 true");
});

Deno.test("a ban in the lobby keeps nobody from the way back to it", () => {
  const it = new Stage(["root"]);
  it.do("root", { type: "oper" });
  it.join("root", "lobby");
  it.enter("pat", { course: true, lobby: true });
  it.do("pat", { type: "join", channel: "x", make: true, exclusive: true });
  it.do("root", { type: "modes", channel: "lobby", changes: [ban("pat")] });
  it.expect("pat", { type: "join", channel: "lobby", exclusive: true }, [
    "pat < refused banned lobby",
  ]);
  assertEquals(it.do("pat", { type: "join", exclusive: true }).at(-1), "pat < entered lobby");
});

Deno.test("a refusal has the channel's own name, not the one that was asked for", () => {
  const it = stageWith();
  it.expect("bob", { type: "part", channel: "X", fold: true }, ["bob < refused not_in_channel x"]);
});
