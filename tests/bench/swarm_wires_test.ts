/**
 * The counting of each wire, whole and byte by byte, and how marks are read from what a server makes of them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { readMark } from "../../bench/swarm_wire.ts";
import { chat1Wire, cs168Wire, json16Wire } from "../../bench/swarm_wires.ts";

const MARK = { sender: 999, sequence: 4_294_967_295 };

const STREAMS = [
  { wire: cs168Wire, frames: ["x".repeat(200), "y".repeat(200), "z".repeat(200)] },
  {
    wire: chat1Wire,
    // Longer, shorter, equal, empty, and one of which the length of the last is a part.
    frames: ["200 Registration successful\n", "abc\n", "abcdef\n", "ghijkl\n", "\n", "\n", "a\n"],
  },
  {
    wire: json16Wire,
    // The last two have a length of which both bytes mean something, and of nothing.
    frames: ["\0\x02{}", "\0\x05hello", `\x01\x02${"x".repeat(258)}`, "\0\0", "\0\x01x"],
  },
];

for (const { wire, frames } of STREAMS) {
  const bytes = new TextEncoder().encode(frames.join(""));

  for (const size of [1, 2, 3, 7, 150, bytes.length]) {
    Deno.test(`swarm wires, ${wire.name}: counts what comes in pieces of ${size}, and comes again`, () => {
      const counter = wire.counter();
      for (let round = 0; round < 2; round++) {
        let count = 0;
        for (let at = 0; at < bytes.length; at += size) {
          count += counter.count(bytes.subarray(at, at + size));
        }
        assertEquals(count, frames.length);
      }
    });
  }

  Deno.test(`swarm wires, ${wire.name}: cuts the same frames`, () => {
    const lengths: number[] = [];
    let rest = bytes;
    for (let length; (length = wire.frameLength(rest)) > 0;) {
      lengths.push(length);
      rest = rest.subarray(length);
    }
    assertEquals(lengths, frames.map((frame) => frame.length));
  });
}

Deno.test("swarm wires: the largest mark is read from each protocol's relay", () => {
  const text = "@@999 4294967295 xxx";
  for (
    const frame of [
      `[u999] ${text}`,
      `@u999: ${text}\n`,
      `\0\x66{"type": "chat", "nick": "u999", "message": "${text}"}`,
    ]
  ) assertEquals(readMark(new TextEncoder().encode(frame)), MARK);
  assertEquals(readMark(new TextEncoder().encode("u999 has joined")), undefined);
});
