/**
 * What IRC commands cost: none is free, however short its answer is.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { irc } from "../../lib/protocol/irc.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { EXAMINED_COST_BYTES, priceOf } from "../../lib/server/prices.ts";
import { type Receiver, Subscriber } from "../../lib/server/subscriber.ts";
import { Stage } from "../chat/stage.ts";
import { person } from "../support/events.ts";
import { IrcPeer } from "../support/irc.ts";
import { TestServer } from "../support/server.ts";

/** Lines that the codec answers without the hub, or does not answer. */
const WITHOUT_THE_HUB: readonly string[] = [
  "PING x",
  "PONG x",
  "WHAT",
  "NICK",
  "USER",
  "CAP LIST",
  "CAP REQ :batch",
  "CAP END",
  "VERSION",
  "NAMES",
  "PART ,",
  "PRIVMSG , :x",
  "NOTICE",
  "WEBIRC x",
  "@label=x PONG x",
  "MODE nobody",
];

for (const line of WITHOUT_THE_HUB) {
  Deno.test(`"${line}" is not free: a flood of it is read more slowly`, async () => {
    await using server = new TestServer({ commandBurst: 20, commandRate: 0.001 });
    await using eve = await IrcPeer.enter(server.port, "eve");
    await using bob = await IrcPeer.enter(server.port, "bob");
    // It took about five tokens of the twenty to register, and to ask for the mark behind it.
    await eve.write(`${line}\r\n`.repeat(20) + "PRIVMSG bob :all of it was read\r\n");
    for (let i = 0; i < 5; i++) assertEquals(await bob.answers(), []);
  });
}

const STAMP = { time: 0, msgid: "" };
const MEMBERS = 100;
const CHANNELS = 50;

/** Takes everything. */
const sponge: Receiver = {
  isBacklogged: false,
  isProvenReader: false,
  follower: { needed: Infinity, wake() {}, copyUnread() {}, skipToEnd() {} },
  send() {},
  push() {},
  follow() {},
  unfollow() {},
  whenRoomy: () => Promise.resolve(),
};

/** A hundred users who are all in the same fifty channels. */
function crowded() {
  const [stage, dispatch] = [new Stage(), new Dispatch()];
  const deliver = (nick: string, command: Parameters<Stage["deliveries"]>[1]) => {
    dispatch.resetEffort();
    dispatch.deliver(stage.deliveries(nick, command), STAMP);
    return dispatch.effort;
  };
  for (let i = 0; i < MEMBERS; i++) {
    stage.enter(`n${i}`);
    dispatch.add(stage.user(`n${i}`), new Subscriber(sponge, irc.serverCodec()));
    for (let c = 0; c < CHANNELS; c++) {
      deliver(`n${i}`, { type: "join", channel: `c${c}`, make: true });
    }
  }
  return { stage, dispatch, deliver };
}

Deno.test("a new nick costs by the memberships in which its peers are looked for", () => {
  const { deliver } = crowded();
  const effort = deliver("n1", { type: "register", nick: "other", home: "irc", exact: true });
  // The log of one channel reaches its members without a look at each.
  assertEquals(effort.visits, MEMBERS * (CHANNELS - 1));
  assert(priceOf(1, effort, false) > 1 + MEMBERS * (CHANNELS - 1) / 1000);
});

Deno.test("what is copied for each receiver costs more than what all read in one log", () => {
  const { deliver } = crowded();
  // Everybody follows the first channel.
  const followed = deliver("n1", { type: "topic", channel: "c0", text: "bears" });
  assertEquals([followed.receivers, followed.copies], [MEMBERS, 0]);
  const cheap = priceOf(1, followed, false);
  const copied = deliver("n1", { type: "topic", channel: "c1", text: "bears" });
  assertEquals([copied.receivers, copied.copies], [MEMBERS, MEMBERS]);
  assert(priceOf(1, copied, false) > cheap + 1);
});

Deno.test("however full a channel is, to speak there costs two at most", () => {
  const { deliver } = crowded();
  const effort = deliver("n1", { type: "say", channel: "c1", text: "hi" });
  assert(priceOf(1, { ...effort, receivers: 5000, copies: 5000 }) <= 2);
});

Deno.test("another dialect costs by the channels in which it is changed", async () => {
  await using server = new TestServer({ commandBurst: 60, commandRate: 0.001 });
  const { eve, bob } = await server.irc({ eve: [], bob: [] });
  const names = Array.from({ length: 32 }, (_, i) => `#${i}`);
  await eve.asks(`JOIN ${names.join(",")}`);
  // Each of them costs three: one, and two for the channels.
  await eve.write("CAP REQ server-time\r\nCAP REQ -server-time\r\n".repeat(6));
  await eve.write("PRIVMSG bob :all of it was read\r\n");
  // The server has begun with them.
  await eve.until("CAP eve ACK :server-time");
  for (let i = 0; i < 5; i++) assertEquals(await bob.answers(), []);
});

Deno.test("a line of many commands is paid for in between, and goes on where it stopped", async () => {
  await using server = new TestServer({ commandBurst: 30, commandRate: 100 });
  await using eve = await IrcPeer.enter(server.port, "eve");
  const names = Array.from({ length: 60 }, (_, i) => `#${i}`);
  const lines = await eve.asks(`JOIN ${names.join(",")}`, "JOIN 0");
  const of = (verb: string) =>
    lines.filter((line) => line.includes(` ${verb} #`)).map((line) => line.split(" ")[2]);
  assertEquals(of("JOIN"), names);
  assertEquals(of("PART"), names);
});

Deno.test("a search that finds nobody costs what it looks at", () => {
  const stage = new Stage();
  for (let i = 0; i < 500; i++) stage.enter(`n${i}`);
  const dispatch = new Dispatch();
  // Its protocol has no bytes for the answer, so only the search is counted.
  dispatch.add(stage.user("n0"), new Subscriber({} as never, cs168.serverCodec({} as never)));
  dispatch.deliver(stage.deliveries("n0", { type: "who", mask: "*nobody*" }), STAMP);
  assertEquals(dispatch.effort.replyBytes, 500 * EXAMINED_COST_BYTES);
  assertEquals(priceOf(1, dispatch.effort) > 5, true);
  dispatch.resetEffort();
  stage.join("n1", "x");
  dispatch.deliver(stage.deliveries("n0", { type: "find_channels", masks: ["y*"] }), STAMP);
  assertEquals(dispatch.effort.replyBytes, EXAMINED_COST_BYTES);
});

Deno.test("a page of the history costs what its messages are long", () => {
  const stage = new Stage();
  stage.enter("ann");
  const dispatch = new Dispatch();
  const ann = stage.user("ann");
  dispatch.add(ann, new Subscriber(sponge, irc.serverCodec()));
  const priceOfPage = (length: number) => {
    const event = {
      type: "said",
      by: person("bob"),
      channel: "x",
      text: "x".repeat(length),
    } as const;
    const kept = Array.from({ length: 20 }, () => ({ event, stamp: STAMP }));
    dispatch.resetEffort();
    const page = { type: "history", name: "x", isChannel: true, kept } as const;
    dispatch.deliver([{ to: "user", user: ann, event: page }], STAMP, ann);
    return priceOf(1, dispatch.effort);
  };
  assert(priceOfPage(100) < 3);
  assert(priceOfPage(16_000) > 20 * 16_000 / 4096);
});

Deno.test("news for watchers is charged by the number of watchers, even if none of them receives it", () => {
  const { stage, deliver } = crowded();
  const nick = "watched";
  stage.enter(nick);
  for (let i = 0; i < MEMBERS; i++) deliver(`n${i}`, { type: "watch", nicks: [nick] });
  const effort = deliver(nick, { type: "away", text: "lunch" });
  // No watcher has asked to learn of absences.
  assertEquals([effort.bytes, effort.copies], [0, MEMBERS]);
  assert(priceOf(1, effort, false) > 1 + MEMBERS / 100);
});

Deno.test("a nick that thousands hold costs what it takes to find them", () => {
  const [stage, dispatch] = [new Stage(["ann"]), new Dispatch()];
  dispatch.add(stage.user("ann"), new Subscriber(sponge, cs168.serverCodec()));
  const event = {
    type: "refused",
    refusal: {
      code: "ambiguous_nick",
      nick: "carol",
      handles: Array.from({ length: 500 }, (_, i) => `carol/${i}`),
    },
  } as const;
  dispatch.deliver([{ to: "user", user: stage.user("ann"), event }], STAMP);
  assert(dispatch.effort.replyBytes >= 500 * EXAMINED_COST_BYTES);
});
