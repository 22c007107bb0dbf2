/**
 * What a channel's operators do to its members and its topic.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { MAX_REASON_BYTES, MAX_TOPIC_BYTES } from "../../lib/chat/lengths.ts";
import { NO_RIGHTS, type Right, withRight } from "../../lib/chat/rights.ts";
import { flag, modes, Stage } from "./stage.ts";

const kick = (whom: string, reason?: string): Command => {
  const command = { type: "kick", channel: "x", fold: true, whom } as const;
  return reason === undefined ? command : { ...command, reason };
};
const topic = (text: string): Command => ({ type: "topic", channel: "x", fold: true, text });

function stage(): Stage {
  const stage = new Stage(["alice", "bob", "carol", "dave"]);
  for (const name of ["alice", "bob", "carol"]) stage.join(name, "x");
  return stage;
}

function give(stage: Stage, name: string, right: Right): void {
  const [membership] = stage.user(name).memberships.values();
  if (membership !== undefined) membership.rights = withRight(NO_RIGHTS, right, true);
}

Deno.test("whoever is removed learns by whom and why, and the others see it", () => {
  const it = stage();
  it.expect("alice", kick("BOB", "spam"), [
    "x: kicked alice bob x spam",
    "bob < removed alice x spam",
  ]);
  assertEquals(it.user("bob").memberships.size, 0);
  assertEquals(it.join("bob", "x").length, 2, "it may come back");
});

Deno.test("a user of the course who is removed goes back to the lobby", () => {
  const it = stage();
  it.enter("pat", { course: true, lobby: true });
  it.do("pat", { type: "join", channel: "x", exclusive: true });
  it.expect("alice", kick("pat"), [
    "x: kicked alice pat x",
    "pat < removed alice x",
    "lobby: joined pat lobby",
    "pat < entered lobby",
  ]);
  it.do("pat", { type: "join", channel: "x" });
  it.expect("alice", kick("pat"), ["x: kicked alice pat x", "pat < removed alice x"]);
});

Deno.test("the lobby to which one goes back is made past all limits, and one removed from it stays out", () => {
  const it = new Stage(["root"], { lobby: "foyer", maxChannels: 1 });
  it.join("root", "x");
  // It has entered the lobby, and left it.
  it.enter("pat", { course: true, lobby: true });
  it.do("pat", { type: "join", channel: "x", exclusive: true });
  assertEquals(it.do("root", kick("pat")).at(-1), "pat < entered foyer");
  // The lobby belongs to the server's operators.
  it.do("root", { type: "oper" });
  it.join("root", "foyer");
  it.expect("root", { type: "kick", channel: "foyer", whom: "pat" }, [
    "foyer: kicked root pat foyer",
    "pat < removed root foyer",
  ]);
});

Deno.test("removing takes a member, a right, and a rank that is not below the member's", () => {
  const it = stage();
  it.expect("bob", kick("carol"), "bob < refused not_operator x");
  it.expect("dave", kick("carol"), "dave < refused not_in_channel x");
  it.expect("alice", kick("dave"), "alice < refused not_a_member dave x");
  it.expect("alice", kick("eve"), "alice < refused no_such_nick eve");
  give(it, "bob", "founder");
  it.expect("alice", kick("bob"), "alice < refused not_operator x");
  assertEquals(it.do("bob", kick("alice"))[0], "x: kicked bob alice x");
  give(it, "bob", "operator");
  give(it, "carol", "operator");
  assertEquals(it.do("bob", kick("carol"))[0], "x: kicked bob carol x");
  assertEquals(it.do("bob", kick("bob"))[0], "x: kicked bob bob x", "also itself");
  assertEquals(it.hub.channelNames, [], "which was the last one");
});

Deno.test("a voice gives no right to remove", () => {
  const it = stage();
  give(it, "bob", "voice");
  it.expect("bob", kick("carol"), "bob < refused not_operator x");
});

Deno.test("a topic keeps who set it and when; the same again is no event", () => {
  const it = stage();
  it.time = 5000;
  it.expect("alice", topic("cats"), "x: topic_set alice x cats");
  it.time = 6000;
  it.expect("alice", topic("cats"), []);
  it.expect("bob", { type: "topic_of", channel: "x" }, [
    "bob < topic_is x cats alice!~alice@alice.ip 5000",
  ]);
  assertEquals(it.join("dave", "x")[1], "dave < entered x cats alice!~alice@alice.ip 5000");
  it.expect("alice", topic(""), "x: topic_set alice x ");
  it.expect("bob", { type: "topic_of", channel: "x" }, "bob < topic_is x");
  it.expect("alice", topic(""), []);
  it.enter("Olga: [x]", { course: true });
  it.do("Olga: [x]", { type: "create", channel: "z" });
  it.do("Olga: [x]", { type: "topic", text: "tea" });
  const [z] = it.user("Olga: [x]").memberships.keys();
  assertEquals(z?.topic?.by, "Olga___x_!json16@Olga: [x].ip", "by its handle");
});

Deno.test("a locked topic is an operator's, another one any member's", () => {
  const it = stage();
  it.expect("bob", topic("mine"), "bob < refused not_operator x");
  it.do("alice", modes(flag("topic_locked", false)));
  it.expect("bob", topic("mine"), "x: topic_set bob x mine");
  it.expect("dave", topic("mine"), "dave < refused not_in_channel x");
});

Deno.test("long topics and reasons are cut between characters", () => {
  const it = stage();
  const [set] = it.do("alice", topic("é".repeat(400)));
  assertEquals(set, `x: topic_set alice x ${"é".repeat(MAX_TOPIC_BYTES / 2)}`);
  const [kicked] = it.do("alice", kick("bob", "a" + "😀".repeat(200)));
  assertEquals(kicked, `x: kicked alice bob x a${"😀".repeat((MAX_REASON_BYTES - 4) / 4)}`);
});
