/**
 * The two ways of a chat through cs168's server: printable ASCII is lent as it came, everything else is a
 * string, and nobody can tell them apart.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { Command } from "../../lib/chat/command.ts";
import { FixedFraming } from "../../lib/framing/fixed.ts";
import { Frame } from "../../lib/framing/frame.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { PlainText } from "../../lib/protocol/plain_text.ts";
import type { ServerCodec } from "../../lib/protocol/protocol.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { isBlank, sanitizeName, sanitizeText } from "../../lib/protocol/text.ts";
import { frame } from "../support/cs168.ts";
import { frameAmid, printable } from "../support/plain.ts";
import { settled } from "../support/settled.ts";

/** A codec whose user has a name. */
function registered(): ServerCodec {
  const codec = cs168.serverCodec();
  codec.decode(Frame.of(frame("alice")));
  return codec;
}

/** The text of a frame, the slow and obvious way. */
function textOf(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && [0x20, 0x09, 0x0a, 0x0d].includes(bytes[end - 1] as number)) end--;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes.subarray(0, end));
}

/** What a frame of a registered user asks; "control" stands for all that begins with a slash. */
function asked(bytes: Uint8Array): Command | "control" | undefined {
  if (bytes[0] === 0x2f) return "control";
  const text = sanitizeText(textOf(bytes)).trimEnd();
  return isBlank(text) ? undefined : { type: "say", text };
}

/** Frames of 200 bytes that are plain, nearly so, or anything. */
const bytes = fc.oneof(
  printable.map(frame),
  fc.tuple(printable, fc.nat(199), fc.nat(255)).map(([text, at, byte]) => {
    const changed = frame(text);
    changed[at] = byte;
    return changed;
  }),
  fc.tuple(
    fc.constantFrom(
      "",
      " ",
      "/",
      " /",
      "hi",
      "grün",
      "\x1b[31mred",
      "\ufeff",
      "\t",
      "x".repeat(190),
    ),
    fc.constantFrom("", "\n", "\r\n", " \t ", "\x7f", "\x00", " é", "\u00a0", "\u2028", "\x1b[0m"),
  ).map(([text, end]) => frame(text + end)),
  fc.uint8Array({ minLength: 200, maxLength: 200 }),
  fc.array(fc.constantFrom(0x1f, 0x20, 0x21, 0x7e, 0x7f, 0x2f), { minLength: 200, maxLength: 200 })
    .map((values) => Uint8Array.from(values)),
);

Deno.test("a chat of printable ASCII is lent, any other one is a string", () => {
  const codec = registered();
  const lent = (text: string) => {
    const command = codec.decode(Frame.of(frame(text)));
    return command?.type === "say" && command.text instanceof PlainText;
  };
  for (const text of ["hi", " hi", "~", "x".repeat(200), '"\\', " /list"]) assert(lent(text), text);
  for (const text of ["grün", "hi\n", "a\tb", "a\x7fb", "\ufffd"]) assert(!lent(text), text);
});

Deno.test("a name is a string, be it plain or not, and so is a name that a command has", () => {
  for (const nick of ["alice", "älice"]) {
    const codec = cs168.serverCodec();
    assertEquals(codec.decode(Frame.of(frame(nick))), { type: "register", nick });
    const join: Command = { type: "join", channel: nick };
    assertEquals(codec.decode(Frame.of(frame(`/join ${nick}`))), join);
  }
});

Deno.test("property: a frame means the same whichever way it takes, wherever it lies", () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 6 }), fc.nat(300), fc.nat(255), (all, at, around) => {
      const codec = registered();
      for (const each of all) {
        const command = settled(codec.decode(frameAmid(each, at, around)));
        const expected = asked(each);
        if (expected !== "control") assertEquals(command, expected);
        else assert(command !== undefined && command.type !== "say" && command.type !== "register");
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("property: the first frame with a text is the name, whichever way it could take", () => {
  fc.assert(
    fc.property(bytes, (each) => {
      const nick = sanitizeName(textOf(each)).trimEnd();
      const expected: Command | undefined = nick === "" ? undefined : { type: "register", nick };
      assertEquals(cs168.serverCodec().decode(Frame.of(each as Uint8Array<ArrayBuffer>)), expected);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("property: frames of one read, cut out of a ring where they wrap, are all understood", () => {
  const reads = fc.array(fc.array(bytes, { maxLength: 4 }), { maxLength: 6 });
  fc.assert(
    fc.property(reads, fc.integer({ min: 1, max: 199 }), (all, left) => {
      const codec = registered();
      const framing = new FixedFraming(200);
      const ring = new RingBuffer(1024);
      const commands: (Command | undefined)[] = [];
      const store = (part: Uint8Array) => {
        for (let rest = part; rest.length > 0;) {
          const target = ring.writable();
          const count = Math.min(target.length, rest.length);
          target.set(rest.subarray(0, count));
          ring.commit(count);
          rest = rest.subarray(count);
        }
      };
      const take = () => {
        for (let next; (next = framing.next(ring)) !== undefined;) {
          commands.push(settled(codec.decode(next)));
        }
      };
      // The rest of a frame always comes with the next read, so the ring never starts over.
      let pending = new Uint8Array(0);
      for (const frames of all) {
        const stream = Uint8Array.from([...pending, ...frames.flatMap((each) => [...each])]);
        const count = Math.max(0, stream.length - left);
        store(stream.subarray(0, count));
        take();
        pending = stream.slice(count);
      }
      store(pending);
      take();
      const expected = all.flat().map(asked);
      assertEquals(commands.length, expected.length);
      expected.forEach((each, i) => {
        if (each !== "control") assertEquals(commands[i], each);
      });
    }),
    { numRuns: 500 },
  );
});

Deno.test("property: what is lent is not changed by what any other codec decodes", () => {
  const others = fc.array(fc.tuple(fc.nat(PROTOCOLS.length), bytes), { maxLength: 8 });
  fc.assert(
    fc.property(printable.filter((text) => !text.startsWith("/")), others, (text, decoded) => {
      const command = registered().decode(Frame.of(frame(text)));
      const codecs = [registered(), ...PROTOCOLS.map((protocol) => protocol.serverCodec())];
      const expected: Command = { type: "say", text: text.trimEnd() };
      for (const [which, each] of decoded) {
        codecs[which]?.decode(Frame.of(each as Uint8Array<ArrayBuffer>));
        assertEquals(settled(command), expected);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("what is lent is lent again for the next chat, and left alone by frames that are none", () => {
  const codec = registered();
  const first = codec.decode(Frame.of(frame("one")));
  for (const none of ["", "/list", "grün", "\n"]) {
    codec.decode(Frame.of(frame(none)));
  }
  assertStrictEquals(codec.decode(Frame.of(frame("two"))), first);
  assertEquals(settled(first), { type: "say", text: "two" });
});
