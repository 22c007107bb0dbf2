/**
 * The short way of a plain text through every protocol of the registry: its bytes are those of the same
 * text as a string, whoever spoke before.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Frame } from "../../lib/framing/frame.ts";
import { PlainText } from "../../lib/protocol/plain_text.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import { TESTED } from "./tested.ts";
import { encodeUtf8, sanitizeLine } from "../../lib/protocol/text.ts";
import { frameAmid, printable } from "../support/plain.ts";

const channel = "lobby";

/** Names as some protocol admits them: 200 bytes in cs168, 32 characters in the others. */
const nick = fc.oneof(
  fc.constantFrom(
    "bob",
    "bob b",
    'say "bob" \\',
    "n".repeat(32),
    "日本",
    "é".repeat(32),
    "😀".repeat(32),
    "\ufeffbob",
    "bob\ufffd",
    "[x] ",
  ),
  fc.integer({ min: 1, max: 200 }).map((length) => "n".repeat(length)),
  fc.integer({ min: 1, max: 100 }).map((length) => "é".repeat(length)),
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 })
    .map((text) => sanitizeLine(text.toWellFormed()).trim() || "x"),
);

/** Encodes `text` both ways; the plain one first, so that it finds what was encoded last. */
function assertSame(protocol: Protocol, nick: string, text: PlainText): void {
  const event = { type: "said", nick, channel } as const;
  const relayed = protocol.encodeEvent({ ...event, text }).slice();
  const told = protocol.encodeEvent({ ...event, text: `${text}` });
  // Equal arrays are seen at once; `assertEquals` is for showing what differs.
  if (relayed.length === told.length && relayed.every((byte, i) => byte === told[i])) return;
  assertEquals(new TextDecoder().decode(relayed), new TextDecoder().decode(told));
  assertEquals(relayed, told);
}

for (const protocol of TESTED) {
  Deno.test(`${protocol.name}: property: a plain text has the bytes of the same string`, () => {
    const nicks = fc.array(nick, { minLength: 1, maxLength: 3 });
    const saying = fc.record({
      who: fc.nat(2),
      text: printable,
      before: fc.nat(20),
      around: fc.nat(255),
    });
    fc.assert(
      fc.property(nicks, fc.array(saying, { minLength: 1, maxLength: 8 }), (names, sayings) => {
        const plain = new PlainText();
        for (const { who, text, before, around } of sayings) {
          assert(plain.take(frameAmid(encodeUtf8(text), before, around)));
          assertSame(protocol, names[who % names.length] as string, plain);
        }
      }),
      { numRuns: 1000 },
    );
  });

  Deno.test(`${protocol.name}: a plain text of any length has the bytes of the same string`, () => {
    const plain = new PlainText();
    const lengths = [...Array(201).keys(), 255, 256, 4095, 4096, 65_000];
    // Around the limits of a payload and of a line, escaped and bare.
    for (let more = -40; more <= 5; more++) lengths.push(8 * 1024 + more, 16 * 1024 + more);
    for (const nick of ["bob", "é".repeat(32), "n".repeat(195)]) {
      for (const length of lengths.filter((each) => each > 0)) {
        for (const character of ["x", '"']) {
          assert(plain.take(Frame.of(encodeUtf8(character.repeat(length)))));
          assertSame(protocol, nick, plain);
        }
      }
    }
  });

  Deno.test(`${protocol.name}: the bytes are valid until its next call, whatever others encode`, () => {
    const [one, two] = [new PlainText(), new PlainText()];
    one.take(Frame.of(encodeUtf8("one")));
    two.take(Frame.of(encodeUtf8("two")));
    const bytes = protocol.encodeEvent({ type: "said", nick: "bob", channel, text: one });
    const before = bytes.slice();
    for (const other of TESTED) {
      if (other !== protocol) other.encodeEvent({ type: "said", nick: "eve", channel, text: two });
    }
    assertEquals(bytes, before);
  });
}
