/**
 * json16 on the wire: old messages are found by their words, where the operator has switched that on.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { MEMORY_LIMITS, MemoryStore } from "../../lib/history/memory_store.ts";
import { IrcPeer } from "../support/irc.ts";
import { Json16Peer } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";

function searchable(): TestServer {
  return new TestServer({}, undefined, new MemoryStore(MEMORY_LIMITS, true));
}

type Packet = Record<string, string>;

/** What comes for a packet. */
async function asks(peer: Json16Peer, json: string): Promise<Packet[]> {
  await peer.sends(json);
  return (await peer.untilBarrier()).map((payload) => JSON.parse(payload));
}

Deno.test("json16: a search finds what was said in the channel and to the user, and nothing else", async () => {
  await using server = searchable();
  await using pat = await Json16Peer.enter(server.port, "pat");
  await using ines = await IrcPeer.enter(server.port, "ines");
  await ines.asks("JOIN #lobby", "PRIVMSG #lobby :green \x02tea\x02", "PRIVMSG pat :TEA for two");
  await ines.asks("JOIN #den", "PRIVMSG #den :secret tea");
  await pat.untilBarrier();
  const [green, two, end, ...none] = await asks(pat, '{"type": "search", "text": "tea"}');
  assertEquals(end, { type: "search", kind: "end" });
  assertEquals(none, []);
  const { id, time, ...said } = green as Packet;
  assert(id !== undefined && time !== undefined && id < (two?.["id"] ?? ""));
  assertEquals(said, {
    type: "search",
    channel: "lobby",
    kind: "chat",
    nick: "ines",
    message: "green tea",
  });
  const { id: _, time: __, ...dm } = two as Packet;
  assertEquals(dm, { type: "search", to: "pat", kind: "dm", nick: "ines", message: "TEA for two" });
  const last = await asks(pat, '{"type": "search", "text": "tea", "limit": 1}');
  assertEquals(last, [two, end]);
  assertEquals(await asks(pat, '{"type": "search", "text": "coffee"}'), [end]);
  for (const wrong of ['"text": ""', '"text": 7', '"limit": 5', '"text": "x", "limit": 0']) {
    assertEquals(await asks(pat, `{"type": "search", ${wrong}}`), []);
  }
});

Deno.test("json16: where nothing is searched, the answer says so", async () => {
  await using server = new TestServer();
  await using pat = await Json16Peer.enter(server.port, "pat");
  assertEquals(await asks(pat, '{"type": "search", "text": "tea"}'), [
    { type: "error", message: "There is no search here" },
  ]);
});
