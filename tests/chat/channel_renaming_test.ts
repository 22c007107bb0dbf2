/**
 * Renaming a channel: what goes with it, who may do it, and what is refused.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { MAX_RENAMED_MEMBERS, RENAME_PAUSE_MS } from "../../lib/chat/channel_renaming.ts";
import type { Command } from "../../lib/chat/command.ts";
import { flag, list, modes, right, Stage } from "./stage.ts";

const rename = (channel: string, to: string, reason?: string): Command => (
  { type: "rename_channel", channel, fold: true, to, ...(reason !== undefined && { reason }) }
);
const names = (stage: Stage) => stage.hub.channelNames.join(" ");

/** alice is the operator of x; bob is a member; pat, a user of the course, is one too. */
function stage(): Stage {
  const stage = new Stage(["alice", "bob", "carol"]);
  stage.enter("pat", { course: true });
  stage.join("alice", "x");
  stage.join("bob", "x");
  stage.do("pat", { type: "join", channel: "x", exclusive: true });
  return stage;
}

Deno.test("a renamed channel keeps its members, rights, modes, topic, lists and invitations", () => {
  const it = stage();
  it.do("alice", { type: "topic", channel: "x", text: "tea" });
  it.do("alice", modes({ mode: "key", key: "k" }, flag("invite_only"), list("ban", "eve")));
  it.do("alice", { type: "invite", channel: "x", whom: "carol" });
  const lines = it.do("alice", rename("X", "y", "better"));
  assertEquals(lines.length, 4);
  assertEquals(lines[0], "y: channel_renamed alice x y better");
  for (const [i, name] of ["alice", "bob", "pat"].entries()) {
    assertEquals(
      lines[i + 1],
      `${name} < channel_moved alice x y better tea alice!~alice@alice.ip 1000 ` +
        `[alice @, bob -, pat -] ${name}${i === 0 ? " 1" : ""}`,
    );
  }
  it.expect("bob", { type: "modes_of", channel: "Y", fold: true }, [
    "bob < modes_are y [invite_only, no_external, topic_locked] true k 1000",
  ]);
  it.expect("alice", { type: "masks_of", channel: "y", list: "ban" }, [
    "alice < masks_are y ban [eve!*@* alice!~alice@alice.ip 1000]",
  ]);
  it.expect("pat", { type: "say", text: "hi" }, "y: said pat y hi");
  it.expect("carol", { type: "my_invites" }, "carol < invitations [y]");
  assertEquals(it.join("carol", "y")[0], "y: joined carol y");
  assertEquals(it.join("carol", "x")[0], "x: joined carol x", "the old name is free");
});

Deno.test("only its operators rename a channel, and the lobby keeps its name", () => {
  const it = stage();
  it.expect("bob", rename("x", "y"), "bob < refused not_operator x");
  it.expect("carol", rename("x", "y"), "carol < refused not_in_channel x");
  it.expect("carol", rename("z", "y"), "carol < refused no_such_channel z");
  for (const to of ["lobby", "LOBBY"]) {
    it.expect("alice", rename("x", to), `alice < refused cannot_rename x ${to} lobby`);
  }
  it.join("alice", "lobby");
  it.do("alice", { type: "oper" });
  it.expect("alice", rename("lobby", "y"), "alice < refused cannot_rename lobby y lobby");
  assertEquals(it.do("alice", rename("x", "x")), [], "it is called so");
  assertEquals(names(it), "x lobby");
});

Deno.test("a name that another channel has is refused, in whatever case, and its own case is not", () => {
  const it = stage();
  it.do("carol", { type: "create", channel: "Tea" });
  for (const to of ["Tea", "tea"]) {
    it.expect("alice", rename("x", to), `alice < refused channel_name_in_use x ${to}`);
  }
  assertEquals(it.do("alice", rename("x", "X"))[0], "X: channel_renamed alice x X");
  assertEquals(names(it), "X Tea");
});

Deno.test("of channels that differ in case, the oldest is still the one that is found", () => {
  const it = stage();
  it.do("carol", { type: "create", channel: "X" });
  it.expect("alice", rename("x", "X"), "alice < refused channel_name_in_use x X");
  it.join("alice", "ab");
  it.do("carol", { type: "create", channel: "aB" });
  it.do("alice", rename("ab", "AB"));
  const found = () => it.do("alice", { type: "modes_of", channel: "ab", fold: true })[0];
  const name = () => /modes_are (\w+)/.exec(found() ?? "")?.[1];
  assertEquals(name(), "AB");
  const { hub } = it;
  it.restore();
  assertEquals(name(), "AB");
  it.hub = hub;
  it.do("alice", { type: "part", channel: "AB" });
  assertEquals(name(), "aB", "the next one is still known");
});

Deno.test("a channel is renamed once a minute, also after a restart of the hub", () => {
  const it = stage();
  it.do("alice", rename("x", "y"));
  const refused = ["alice < refused cannot_rename y z too_soon"];
  assertEquals(it.do("alice", rename("y", "z")), refused);
  it.restore();
  it.time += RENAME_PAUSE_MS - 1;
  assertEquals(it.do("alice", rename("y", "z")), refused);
  it.time++;
  assertEquals(it.do("alice", rename("y", "z"))[0], "z: channel_renamed alice y z");
});

Deno.test("a channel of very many members keeps its name", () => {
  const it = new Stage(["alice"]);
  it.join("alice", "x");
  for (let i = 1; i < MAX_RENAMED_MEMBERS; i++) {
    it.enter(`u${i}`);
    it.join(`u${i}`, "x");
  }
  assertEquals(it.do("alice", rename("x", "y")).length, MAX_RENAMED_MEMBERS + 1);
  it.enter("last");
  it.join("last", "y");
  it.time += RENAME_PAUSE_MS;
  it.expect("alice", rename("y", "z"), "alice < refused cannot_rename y z too_large");
});

Deno.test("names have room in the table, or the channel keeps its own", () => {
  const it = new Stage(["alice"], { maxChannelNameBytes: 10 });
  it.join("alice", "x");
  it.expect("alice", rename("x", "y".repeat(11)), "alice < refused too_many_channels 1");
  assertEquals(it.do("alice", rename("x", "y".repeat(10))).length, 2);
  assertEquals(it.join("alice", "z"), ["alice < refused too_many_channels 1"]);
  it.time += RENAME_PAUSE_MS;
  it.do("alice", rename("y".repeat(10), "y"));
  assertEquals(it.join("alice", "z")[0], "z: joined alice z", "what the long name took is free");
});

Deno.test("a registered channel is renamed by its founder alone, and is kept under the new name", () => {
  const it = stage();
  it.hub.order({ type: "accounts", names: ["alice", "bob"] });
  for (const name of ["alice", "bob"]) it.do(name, { type: "login", account: name, rename: true });
  it.do("alice", { type: "register_channel", channel: "x" });
  it.do("alice", modes(right("operator", "bob")));
  it.expect("bob", rename("x", "y"), "bob < refused cannot_rename x y not_founder");
  const lines = it.do("alice", rename("x", "y"));
  assertEquals(lines.slice(-2), ["kept y", "dropped x"]);
  const { registration } = it.hub.snapshot().channels[0] ?? {};
  assertEquals(registration?.founder, "alice");
  for (const name of ["alice", "bob"]) it.do(name, { type: "part", channel: "y" });
  it.do("pat", { type: "create", channel: "other" });
  assertEquals(names(it), "y other", "it stays when nobody is in it");
});
