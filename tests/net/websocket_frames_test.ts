/**
 * The frames of a WebSocket: messages to lines and lines to messages, however they are cut, and what is refused.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  closeFrame,
  FrameReader,
  LineMessages,
  SLACK_BYTES,
  WebSocketFault,
} from "../../lib/net/websocket_frames.ts";
import { frame, type FrameForm } from "../support/websocket.ts";

const MAX = 1000;
const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A reader, and what it has made of all bytes so far. */
class Rig {
  rounds = 0;
  readonly #bytes: number[] = [];
  readonly pings: string[] = [];
  readonly reader = new FrameReader({
    maxMessageBytes: MAX,
    onPing: (payload) => this.pings.push(textOf(payload)),
  });

  get lines(): string {
    return textOf(new Uint8Array(this.#bytes));
  }

  /** Feeds bytes in pieces of at most `size`, as a transport would. */
  feed(bytes: Uint8Array, size = Infinity): this {
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, Math.min(at + size, bytes.length));
      let memory = new Uint8Array(SLACK_BYTES + piece.length);
      memory.set(piece, SLACK_BYTES);
      // Of many frames it takes some.
      do {
        const count = this.reader.read(memory);
        assert(count <= this.reader.end);
        this.#bytes.push(...memory.subarray(0, count));
        memory = memory.slice(this.reader.end - SLACK_BYTES);
        this.rounds++;
      } while (memory.length > SLACK_BYTES);
    }
    return this;
  }
}

const concat = (parts: readonly Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));
const mask = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

Deno.test("property: frames: messages become lines, in frames of any number, among pings, cut anywhere", () => {
  const message = fc.record({
    text: fc.string({ maxLength: 200, unit: fc.constantFrom(..."aZ é日😀") }),
    cuts: fc.array(fc.nat(300), { maxLength: 4 }),
    ping: fc.option(fc.string({ maxLength: 5, unit: "grapheme-ascii" }), { nil: undefined }),
    opcode: fc.constantFrom(1, 2),
    mask,
  });
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      (messages, size) => {
        const sent: Uint8Array[] = [];
        const pings: string[] = [];
        for (const { text, cuts, ping, opcode, mask } of messages) {
          const bytes = utf8(text);
          const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) =>
            a - b
          );
          const bounds = [0, ...ends, bytes.length];
          for (let i = 1; i < bounds.length; i++) {
            const form: FrameForm = {
              opcode: i === 1 ? opcode : 0,
              isFinal: i === bounds.length - 1,
              mask,
            };
            sent.push(frame(bytes.subarray(bounds[i - 1], bounds[i]), form));
            if (ping === undefined) continue;
            sent.push(frame(ping, { opcode: 9 }), frame("", { opcode: 10 }));
            pings.push(ping);
          }
        }
        const rig = new Rig().feed(concat(sent), size);
        assertEquals(rig.lines, messages.map(({ text }) => `${text}\r\n`).join(""));
        assertEquals(rig.pings, pings);
      },
    ),
  );
});

Deno.test("frames: of very many each read takes a few, whatever they are", () => {
  const lines = Array.from({ length: 1000 }, (_, i) => `${i}`);
  const sent = concat(lines.flatMap((line) => [frame("", { opcode: 9 }), frame(line)]));
  const rig = new Rig().feed(sent);
  assertEquals(rig.lines, lines.map((line) => `${line}\r\n`).join(""));
  assert(rig.rounds > 2000 / 100, `${rig.rounds} reads for 2,000 frames`);
});

Deno.test("frames: all lengths of a head, byte by byte and whole", () => {
  for (const length of [0, 1, 125, 126, 127, 999, MAX]) {
    const text = "x".repeat(length);
    for (const size of [1, 2, 7, Infinity]) {
      assertEquals(new Rig().feed(frame(text), size).lines, `${text}\r\n`);
    }
  }
});

Deno.test("frames: 256 without the end of a message are enough", () => {
  const pings = concat(Array.from({ length: 255 }, () => frame("", { opcode: 9 })));
  const rig = new Rig().feed(pings).feed(frame("a")).feed(pings).feed(frame("b"));
  assertEquals(rig.lines, "a\r\nb\r\n");
  for (const each of [frame("", { opcode: 10 }), frame("", { opcode: 0, isFinal: false })]) {
    const start = new Rig().feed(frame("x", { isFinal: false }));
    const fault = assertThrows(
      () => start.feed(concat(Array.from({ length: 256 }, () => each))),
      WebSocketFault,
    );
    assertEquals([fault.code, fault.message], [1008, "256 frames without a message"]);
  }
});

const bytes = (...values: number[]) => new Uint8Array(values);
const M = [0, 0, 0, 0];

/** What a client may not send, the code that it gets, and why. */
const WRONG: readonly (readonly [string, Uint8Array, number, string])[] = [
  ["without a mask", frame("hi", { mask: null }), 1002, "a frame is not masked"],
  ["with a reserved bit", bytes(0xc1, 0x80, ...M), 1002, "a reserved bit is set"],
  ["of an unknown kind", frame("hi", { opcode: 3 }), 1002, "there is no frame of the kind 3"],
  ["of an unknown control", frame("hi", { opcode: 11 }), 1002, "there is no frame of the kind 11"],
  [
    "a ping in pieces",
    frame("hi", { opcode: 9, isFinal: false }),
    1002,
    "a control frame is too long, or in pieces",
  ],
  [
    "a long ping",
    frame("x".repeat(126), { opcode: 9 }),
    1002,
    "a control frame is too long, or in pieces",
  ],
  ["a continuation of nothing", frame("hi", { opcode: 0 }), 1002, "nothing is to be continued"],
  [
    "a message within another",
    concat([frame("a", { isFinal: false }), frame("b")]),
    1002,
    "a message begins within another",
  ],
  [
    "a length of two bytes for one",
    bytes(0x81, 0xfe, 0, 125, ...M),
    1002,
    "a length is longer than it need be",
  ],
  [
    "a length of eight bytes for two",
    bytes(0x81, 0xff, 0, 0, 0, 0, 0, 0, 1, 0, ...M),
    1002,
    "a length is longer than it need be",
  ],
  [
    "a long message",
    bytes(0x81, 0xfe, 0x03, 0xe9, ...M),
    1009,
    "a message is longer than 1000 bytes",
  ],
  [
    "a message of 2^63 bytes",
    bytes(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, ...M),
    1009,
    "a message is longer than 1000 bytes",
  ],
  [
    "a long message in pieces",
    concat([frame("x".repeat(600), { isFinal: false }), bytes(0x80, 0xfe, 0x01, 0x91, ...M)]),
    1009,
    "a message is longer than 1000 bytes",
  ],
  ["text that is not UTF-8", frame(bytes(0x41, 0xe9, 0x41)), 1007, "a text is not UTF-8"],
  ["text that is cut", frame(bytes(0xe2, 0x82)), 1007, "a text ends within a character"],
  ["half a code", frame(bytes(3), { opcode: 8 }), 1002, "half a code is no reason to close"],
  ["a code that is none", frame(bytes(3, 0xed), { opcode: 8 }), 1002, "1005 is no reason to close"],
  [
    "a reason that is not UTF-8",
    frame(bytes(3, 0xe8, 0xff), { opcode: 8 }),
    1007,
    "a reason to close is not UTF-8",
  ],
];

for (const [name, sent, code, message] of WRONG) {
  Deno.test(`frames: ${name} is refused with ${code}, whole and byte by byte`, () => {
    for (const size of [1, Infinity]) {
      const rig = new Rig();
      const fault = assertThrows(() => rig.feed(sent, size), WebSocketFault);
      assertEquals([fault.code, fault.message], [code, message]);
    }
  });
}

Deno.test("frames: a binary message may hold anything, and an empty one is an empty line", () => {
  const rig = new Rig();
  const memory = new Uint8Array([0, 0, ...frame(bytes(0xe9, 0, 0xff), { opcode: 2 })]);
  assertEquals([...memory.subarray(0, rig.reader.read(memory))], [0xe9, 0, 0xff, 13, 10]);
  assertEquals(rig.feed(frame("")).lines, "\r\n");
});

Deno.test("frames: behind the one that closes nothing is read", () => {
  for (
    const [payload, code] of [[bytes(), 1000], [bytes(0x0f, 0xa0), 4000], [
      bytes(3, 0xe9, 65),
      1001,
    ]] as const
  ) {
    const rig = new Rig().feed(
      concat([frame("a"), frame(payload, { opcode: 8 }), frame("b"), bytes(0xff, 0xff)]),
    );
    assertEquals([rig.lines, rig.reader.closeCode], ["a\r\n", code]);
    assertEquals(rig.feed(frame("c")).lines, "a\r\n");
  }
  assertEquals([...closeFrame(1009)], [0x88, 2, 0x03, 0xf1]);
});

/** The messages in frames of a server, by a reader of its own. */
function messagesIn(frames: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < frames.length;) {
    assertEquals(frames[at], 0x81);
    const short = frames[at + 1] as number;
    const size = short < 126 ? 0 : short === 126 ? 2 : 8;
    let length = size === 0 ? short : 0;
    for (let i = 0; i < size; i++) length = length * 256 + (frames[at + 2 + i] as number);
    at += 2 + size;
    found.push(textOf(frames.subarray(at, at + length)));
    at += length;
  }
  return found;
}

Deno.test("property: frames: lines become messages, however they are cut", () => {
  const line = fc.string({ maxLength: 300, unit: fc.constantFrom(..."aé日\r") })
    .map((text) => text.replace(/\r+$/, ""));
  const lines = fc.array(line, { maxLength: 10 });
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 500 }), fc.boolean(), (wanted, size, isCrlf) => {
      const all = utf8(wanted.map((each) => each + (isCrlf ? "\r\n" : "\n")).join(""));
      const messages = new LineMessages(1);
      const frames: Uint8Array[] = [];
      for (let at = 0; at < all.length; at += size) {
        frames.push(messages.take(all.slice(at, at + size)));
      }
      assertEquals(messagesIn(concat(frames)), wanted);
    }),
  );
});

Deno.test("frames: lines of all lengths of a head", () => {
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536]) {
    const text = "x".repeat(length);
    assertEquals(messagesIn(new LineMessages(1).take(utf8(`${text}\r\n`))), [text]);
  }
});
