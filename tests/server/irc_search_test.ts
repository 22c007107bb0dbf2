/**
 * IRC on the wire: old messages are found by their words, in one's own conversations.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Kept } from "../../lib/chat/history.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { EarlierConversation, Slice } from "../../lib/history/contract.ts";
import { MEMORY_LIMITS, MemoryStore } from "../../lib/history/memory_store.ts";
import { Recorder } from "../../lib/history/recorder.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { HistoryDesk } from "../../lib/server/history_desk.ts";
import { EXAMINED_COST_BYTES, priceOf } from "../../lib/server/prices.ts";
import { Sequencer } from "../../lib/server/sequencer.ts";
import { Subscriber } from "../../lib/server/subscriber.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { makeAccount, PASSWORD } from "../support/login.ts";
import { from } from "../support/origin.ts";
import { TestServer } from "../support/server.ts";

const CAPS = ["batch", "message-tags", "server-time", "soju.im/search"];

function searchable(): TestServer {
  return new TestServer({}, undefined, new MemoryStore(MEMORY_LIMITS, true));
}

/** The lines that a search finds, without their tags. */
async function find(peer: IrcPeer, attributes: string): Promise<string[]> {
  const [begin = "", ...rest] = await peer.asks(`SEARCH :${attributes}`);
  assertMatch(begin, / BATCH \+\w+ soju\.im\/search$/);
  assertMatch(rest.pop() ?? "", / BATCH -/);
  return rest.map((line) => line.replace(/^@\S+ /, ""));
}

Deno.test("a search finds the words in all conversations of its user, and in no other", async () => {
  await using server = searchable();
  const { alice, bob, eve } = await server.irc({ alice: CAPS, bob: CAPS, eve: CAPS });
  await alice.asks("JOIN #x,#y", "PRIVMSG #x :green tea", "PRIVMSG bob :Tea for two");
  await bob.asks("JOIN #x", "PRIVMSG #x :\x02no\x02 coffee", "PRIVMSG alice :my tea");
  await alice.asks("PRIVMSG #y :tea alone");
  const green = ":alice!~alice@HOST PRIVMSG #x :green tea";
  const two = ":alice!~alice@HOST PRIVMSG bob :Tea for two";
  const mine = ":bob!~bob@HOST PRIVMSG alice :my tea";
  const alone = ":alice!~alice@HOST PRIVMSG #y :tea alone";
  await bob.answers();
  assertEquals(await find(alice, "text=tea"), [green, two, mine, alone]);
  assertEquals(await find(bob, "text=TEA"), [green, two, mine]);
  assertEquals(await find(eve, "text=tea"), []);
  assertEquals(await find(alice, "text=tea;in=#y"), [alone]);
  assertEquals(await find(alice, "text=tea;in=bob"), [two, mine]);
  assertEquals(await find(alice, "text=tea;from=BOB"), [mine]);
  assertEquals(await find(alice, "text=tea;limit=1"), [alone]);
  assertEquals(await find(alice, "text=tea;after=2001-01-01T00:00:00.000Z;limit=1"), [green]);
  assertEquals(await find(alice, "text=tea;before=2001-01-01T00:00:00.000Z"), []);
  assertEquals(await find(alice, "text=green\\stea"), [green]);
  assertEquals(await find(alice, "in=#x"), [green, ":bob!~bob@HOST PRIVMSG #x :\x02no\x02 coffee"]);
});

Deno.test("a search looks into what an account has read in channels of the same name before", async () => {
  await using server = searchable();
  await makeAccount(server.port, "alice", PASSWORD);
  const come = async () => (await server.logIn("alice", "alice", ...CAPS)).peer;
  for (const text of ["first tea", "second tea"]) {
    const alice = await come();
    await alice.asks("JOIN #x", `PRIVMSG #x :${text}`);
    await alice.quits();
    // What others say in a channel of that name, while she is elsewhere, is not hers.
    await using eve = await IrcPeer.enter(server.port, "eve", ...CAPS);
    await eve.asks("JOIN #x", "PRIVMSG #x :eve's tea");
    assertEquals(await find(eve, "text=tea;in=#x"), [":eve!~eve@HOST PRIVMSG #x :eve's tea"]);
    await eve.quits();
  }
  const alice = await come();
  await alice.asks("JOIN #x", "PRIVMSG #x :third tea");
  const said = (text: string) => `:alice!~alice@HOST PRIVMSG #x :${text}`;
  const all = ["first tea", "second tea", "third tea"].map(said);
  assertEquals(await find(alice, "text=tea;in=#x"), all);
  assertEquals(await find(alice, "text=tea"), all);
  assertEquals(await find(alice, "in=#x;limit=2"), all.slice(1));
});

Deno.test("a wrong search is answered with what is wrong about it", async () => {
  await using server = searchable();
  const { alice, bob } = await server.irc({ alice: CAPS, bob: CAPS });
  await bob.asks("JOIN #x", "PRIVMSG #x :tea");
  const fail = (rest: string) =>
    `:${SERVER} FAIL SEARCH INVALID_PARAMS ${rest} :Invalid parameters`;
  for (
    const wrong of ["in=#x", "in=#nowhere", "limit=0", "after=soon", "regex=.*", "constructor=1"]
  ) {
    await alice.gets(`SEARCH text=tea;${wrong}`, fail(wrong));
  }
  await alice.gets("SEARCH in=#*", fail("in=#*"));
  await alice.gets("SEARCH :", fail("*"));
});

Deno.test("a server whose operator has not asked for it offers no search", async () => {
  await using server = new TestServer();
  await using alice = await IrcPeer.enter(server.port, "alice", "batch");
  await alice.gets("SEARCH text=tea", `:${SERVER} 421 alice SEARCH :Unknown command`);
  await alice.gets("CAP REQ soju.im/search", `:${SERVER} CAP alice NAK :soju.im/search`);
});

Deno.test("a search costs its asker what is read for it, and reads a bounded number of rows", async () => {
  let rows = 0;
  class CountingStore extends MemoryStore {
    override async slice(conversation: string, slice: Slice): Promise<readonly Kept[]> {
      const kept = await super.slice(conversation, slice);
      rows += kept.length;
      return kept;
    }
  }
  const hub = new Hub({ maxChannels: 100 });
  const user = hub.connect(from("192.0.2.1"));
  hub.apply(user, { type: "register", nick: "alice", home: "irc" });
  const store = new CountingStore({ rows: 100, bytes: 100_000_000 }, true);
  const recorder = new Recorder({ store, lobby: "lobby", run: "1" });
  const sequencer = new Sequencer({ hub, dispatch: new Dispatch(), recorder });
  for (let channel = 0; channel < 50; channel++) {
    sequencer.apply(user, { type: "join", channel: `c${channel}`, make: true });
    for (let n = 0; n < 100; n++) {
      sequencer.apply(user, { type: "say", channel: `c${channel}`, text: "tea" });
    }
  }
  const desk = new HistoryDesk({ hub, store, run: "1", limit: 100, onFault: () => {} });
  const step = await desk.answer(user, { type: "search", words: "", by: "nobody", limit: 100 });
  const event = step.type === "tell" ? step.event : undefined;
  if (event?.type !== "found") throw new Error(`The answer is "${event?.type}"`);
  assertEquals(event.kept, []);
  assertEquals(rows, 2_000);
  const dispatch = new Dispatch();
  dispatch.add(user, new Subscriber({} as never, cs168.serverCodec({} as never)));
  dispatch.deliver([{ to: "user", user, event }], { time: 0, msgid: "" });
  assertEquals(dispatch.effort.replyBytes, 3_000 * EXAMINED_COST_BYTES);
  assert(priceOf(1, dispatch.effort) > 25);
});

Deno.test("a search of very many channels that come and go looks into a bounded number of them", async () => {
  const looked: string[] = [];
  class OldStore extends MemoryStore {
    override earlier(_identity: string, name: string): Promise<readonly EarlierConversation[]> {
      const made = Array.from({ length: 50 }, (_, i) => (50 - i).toString(36));
      return Promise.resolve(made.map((each) => ({ conversation: `#${name} ${each} 1` })));
    }

    override search(conversation: string): Promise<readonly Kept[]> {
      looked.push(conversation);
      return Promise.resolve([]);
    }
  }
  const hub = new Hub({ maxChannels: 100 });
  const user = hub.connect(from("192.0.2.1"));
  hub.order({ type: "account_added", name: "alice" });
  hub.apply(user, { type: "register", nick: "alice", home: "irc", account: "alice" });
  const store = new OldStore(MEMORY_LIMITS, true);
  const desk = new HistoryDesk({ hub, store, run: "1", limit: 100, onFault: () => {} });
  const search = async (target?: { readonly channel: string }) => {
    looked.length = 0;
    const asked = { type: "search", words: "tea", limit: 100, ...(target && { target }) } as const;
    const step = await desk.answer(user, asked);
    const found = step.type === "tell" && step.event.type === "found" ? step.event : undefined;
    assertEquals(found?.examined, 20 * looked.length);
    return looked.length;
  };
  const sequencer = new Sequencer({ hub, dispatch: new Dispatch() });
  for (let channel = 0; channel < 60; channel++) {
    sequencer.apply(user, { type: "join", channel: `c${channel}`, make: true });
  }
  assertEquals(await search({ channel: "c1" }), 51);
  // Three of each: the channel of now, and the two before it.
  assertEquals(await search(), 180);
  const [, , now = ""] = looked;
  assertEquals(looked.slice(0, 2), ["#c0 1d 1", "#c0 1e 1"]);
  assert(now.startsWith("#c0 ") && now !== "#c0 1e 1", now);
});
