/**
 * The server stops, and sends a farewell where the protocol has one: chat1's DISCONNECT arrives in a segment
 * of its own, at least 50 ms after the last chat (PROTOCOLS, section 2, rule 7).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ByteStream } from "../support/byte_stream.ts";
import { type Camp, CAMPS, Chat1Peer } from "../support/chat1.ts";
import { stillServer } from "../support/clock.ts";
import { Crowd } from "../support/crowd.ts";
import { IoTurns } from "../support/io_turns.ts";
import { chatPacket, joinPacket } from "../support/json16.ts";
import { OpenPort } from "../support/server.ts";
import { isResolved, until, within } from "../support/within.ts";

const FAREWELL: Readonly<Record<Camp, string>> = {
  line: "DISCONNECT CHAT/1.0\n",
  raw: "DISCONNECT CHAT/1.0",
};
const GAP_MS = 50;

for (const camp of CAMPS) {
  Deno.test(`a ${camp} client receives DISCONNECT apart from the last chat, then the end`, async () => {
    const { clock, limits } = stillServer();
    await using crowd = await Crowd.gather(new OpenPort({ clock, limits }));
    await using bob = await clock.during(Chat1Peer.enter(crowd.port.port, "bob", camp));
    await crowd.happens(joinPacket("bob"));
    await crowd.jo.says("last words");
    await crowd.happens(chatPacket("jo", "last words"));
    using turns = await IoTurns.open();
    const timers = clock.timers;
    const stopping = crowd.port.server.stop();
    assertEquals(await bob.chunk(), "@jo: last words\n");
    const farewell = bob.chunk();
    // The end of the drain, and each user's own wait; time stands still meanwhile.
    await until("six users who wait", () => clock.timers === timers + 1 + 6);
    clock.advance(GAP_MS - 1);
    for (let i = 0; i < 5; i++) await turns.pass();
    assertEquals(await isResolved(farewell), false, "The gap was too short");
    clock.advance(1);
    assertEquals(await farewell, FAREWELL[camp]);
    assertEquals(await clock.during(bob.chunk()), undefined);
    await clock.during(within("the stop", stopping));
  });
}

Deno.test("line and raw clients receive everything that was accepted before the farewell", async () => {
  await using crowd = await Crowd.gather(new OpenPort({ limits: { commandRate: 0 } }));
  await using raw = await Chat1Peer.enter(crowd.port.port, "raw", "raw");
  await crowd.happens(joinPacket("raw"));
  const texts = Array.from({ length: 500 }, (_, i) => `line ${i}`);
  for (const text of texts) await crowd.jo.says(text);
  await crowd.happens(...texts.map((text) => chatPacket("jo", text)));
  const stopping = crowd.port.server.stop();
  const chat = texts.map((text) => `@jo: ${text}\n`).join("");
  assertEquals(await crowd.cher.untilEnd(), chat + FAREWELL.line);
  assertEquals(await raw.untilEnd(), chat + FAREWELL.raw);
  await within("the stop", stopping);
});

Deno.test("a client that has not registered receives the end of the stream and no farewell", async () => {
  const { clock, limits } = stillServer();
  await using port = new OpenPort({ clock, limits });
  await using silent = await ByteStream.connect(port.port);
  await using early = await ByteStream.connect(port.port);
  await early.send("REGISTER early");
  await port.log.find(/#2 speaks chat1/);
  const stopping = port.server.stop();
  assertEquals([await silent.untilEnd(), await early.untilEnd()], ["", ""]);
  await clock.during(within("the stop", stopping));
});

Deno.test("nobody receives what is said after the farewell", async () => {
  await using crowd = await Crowd.gather();
  const stopping = crowd.port.server.stop();
  assertEquals(`${await crowd.cher.line()}\n`, FAREWELL.line);
  await crowd.cher.says("too late");
  assertEquals(await crowd.cher.untilEnd(), "");
  assertEquals(await crowd.witness.untilEnd(), "");
  assertEquals(await crowd.carl.untilEnd(), []);
  await within("the stop", stopping);
});
