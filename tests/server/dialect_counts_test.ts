/**
 * How many dialects the connections of one address speak at once.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DIALECT_BITS } from "../../lib/protocol/irc_tags.ts";
import { DialectCounts, MAX_DIALECTS } from "../../lib/server/dialect_counts.ts";
import { IrcPeer, SERVER } from "../support/irc.ts";
import { TestServer } from "../support/server.ts";

Deno.test("dialects: an address speaks so many, and one more when nobody speaks one of them any more", () => {
  const counts = new DialectCounts();
  const crowd = Array.from({ length: MAX_DIALECTS }, () => counts.connection());
  assertEquals(crowd.map((each, i) => each.take(i + 1)).includes(false), false);
  const late = counts.connection();
  assertEquals([late.take(0), late.take(7), late.take(1_000)], [true, true, false]);
  // Dialect 7 has another speaker, so leaving it frees nothing; who is alone may take another in its place.
  assertEquals([late.take(1_000), crowd[0]?.take(1_000), late.take(1)], [false, true, false]);
  crowd[1]?.release();
  assertEquals([late.take(1), counts.connection().take(2_000)], [true, false]);
  crowd[2]?.take(0);
  assertEquals(counts.connection().take(2_000), true);
  assertEquals(new DialectCounts().connection().take(3_000), true, "another address has its own");
});

Deno.test("dialects: beyond them CAP REQ is refused, and who leaves makes room", async () => {
  await using server = new TestServer({ commandRate: 0 });
  const names = Object.keys(DIALECT_BITS).filter((name) => name !== "draft/multiline").slice(0, 8);
  const request = (dialect: number) =>
    `CAP REQ :${names.filter((_, i) => (dialect & 2 ** i) !== 0).join(" ")}`;
  const peers: IrcPeer[] = [];
  try {
    for (let i = 1; i <= MAX_DIALECTS + 1; i++) {
      peers.push(await IrcPeer.enter(server.port, `n${i}`));
    }
    const verdict = async (i: number) =>
      (await peers[i - 1]?.asks(request(i)))?.map((line) => line.split(" ")[3]);
    for (let i = 1; i <= MAX_DIALECTS; i++) assertEquals(await verdict(i), ["ACK"]);
    assertEquals(await verdict(MAX_DIALECTS + 1), ["NAK"]);
    const [first, last] = [peers[0] as IrcPeer, peers.at(-1) as IrcPeer];
    await last.gets("CAP LIST", `:${SERVER} CAP n${peers.length} LIST :`);
    await first.says("QUIT");
    await server.log.find(/ ended: /);
    assertEquals(await verdict(MAX_DIALECTS + 1), ["ACK"]);
  } finally {
    for (const peer of peers) await peer[Symbol.asyncDispose]();
  }
});
