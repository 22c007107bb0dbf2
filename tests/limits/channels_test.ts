/**
 * Room for all: no network can fill the table of channels, and nothing that was mistyped stays in it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { frame, Peer } from "../support/cs168.ts";
import { FarSocket } from "../support/far_socket.ts";
import { joinPacket, Json16Peer, packet } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";
import { within } from "../support/within.ts";

/** What stands for another network than the one of all other peers. */
const ELSEWHERE = "127.0.0.2";

/** A peer from elsewhere. `until` resolves with all that it has read when this matches `pattern`. */
async function stranger(port: number) {
  let read = "";
  let onRead = () => {};
  const onBytes = (bytes: Uint8Array) => {
    read += new TextDecoder("latin1").decode(bytes);
    onRead();
  };
  const far = await FarSocket.connect(port, { from: ELSEWHERE, onBytes });
  const until = (pattern: RegExp) =>
    within(
      String(pattern),
      new Promise<string>((resolve) => {
        onRead = () => void (pattern.test(read) && resolve(read));
        onRead();
      }),
    );
  return { far, until };
}

Deno.test("10,000 channels that one network asks for leave room for others, who can create at once", async () => {
  await using server = new TestServer({ commandRate: 0 });
  const { far: mallory, until } = await stranger(server.port);
  const asks = new Uint8Array(10_001 * 200);
  asks.set(frame("mallory"));
  for (let i = 1; i <= 10_000; i++) asks.set(frame(`/create m${i}`), i * 200);
  await mallory.send(asks);
  await mallory.send(frame("/nope"));
  const answers = await until(/\/nope is not/);
  assert(answers.includes("Your network has made 100 channels, so it can make no more now."));
  await using alice = await Peer.enter(server.port, "alice");
  await alice.does("/create mine");
  await alice.sendFrame("/list");
  const list = await alice.untilBarrier();
  const names = list.flatMap((text) => text.split("\n"));
  assertEquals([names.length, names.at(-1)], [102, "mine"]);
  mallory.close();
  await mallory.over;
});

Deno.test("channels with members count as well: one network has at most its share of the table", async () => {
  await using server = new TestServer({ maxChannels: 20, maxMadeByOrigin: 10 });
  const crowd = [];
  for (let i = 0; i < 15; i++) {
    const { far, until } = await stranger(server.port);
    await far.send(packet(`{"type": "hello", "nick": "m${i}"}`));
    await far.send(packet(`{"type": "join", "channel": "c${i}"}`));
    crowd.push({ far, read: await until(/"entered"|"error"/) });
  }
  const made = crowd.filter(({ read }) => read.includes('"entered"'));
  // The first of them has made the lobby, too.
  assertEquals(made.length, 9);
  assert(crowd.at(-1)?.read.includes("Your network has made 10 channels"));
  await using alice = await Json16Peer.enter(server.port, "alice");
  await alice.sends('{"type": "join", "channel": "mine"}');
  const seen = await alice.untilBarrier();
  assertEquals(seen.slice(-2), [
    joinPacket("alice"),
    '{"type": "entered", "channel": "mine"}',
  ]);
  for (const { far } of crowd) far.close();
  await Promise.all(crowd.map(({ far }) => far.over));
});

Deno.test("a typo after /join leaves nothing behind, in either dialect", async () => {
  await using server = new TestServer();
  await using alice = await Peer.enter(server.port, "alice");
  await alice.does("/join nosuch", "No channel named nosuch exists. Try '/create nosuch'?");
  await alice.does("/list");
  await using pat = await Json16Peer.enter(server.port, "pat");
  await pat.sends('{"type": "join", "channel": "lobbby"}');
  await pat.sends('{"type": "part"}');
  await pat.untilBarrier();
  await pat.does('{"type": "channels"}', '{"type": "channels", "channels": ["lobby"]}');
  await alice.does("/list", "lobby");
});
