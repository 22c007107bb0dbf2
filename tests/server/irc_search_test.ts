/**
 * IRC on the wire: old messages are found by their words, in one's own conversations.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { MEMORY_LIMITS, MemoryStore } from "../../lib/history/memory_store.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
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
  await using alice = await IrcPeer.enter(server.port, "alice", ...CAPS);
  await using bob = await IrcPeer.enter(server.port, "bob", ...CAPS);
  await using eve = await IrcPeer.enter(server.port, "eve", ...CAPS);
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

Deno.test("a wrong search is answered with what is wrong about it", async () => {
  await using server = searchable();
  await using alice = await IrcPeer.enter(server.port, "alice", ...CAPS);
  await using bob = await IrcPeer.enter(server.port, "bob", ...CAPS);
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
