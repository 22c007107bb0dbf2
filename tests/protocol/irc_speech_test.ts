/**
 * What is said as one line in one pass: it is the line that every other event is written by, or none.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { SharedEvent, Stamp } from "../../lib/chat/event.ts";
import { type Person, personSeen } from "../../lib/chat/person.ts";
import { internDialect } from "../../lib/protocol/irc_dialect.ts";
import { formatTags, MAX_BODY_BYTES } from "../../lib/protocol/irc_message.ts";
import { speechLine } from "../../lib/protocol/irc_speech.ts";
import { decodeUtf8 } from "../../lib/protocol/text.ts";

const STAMP: Stamp = { time: 1, msgid: "id" };
const bob: Person = {
  ...personSeen("bob", "irc"),
  username: "~b",
  host: "h.example",
  account: "bob",
};
const HEAD = ":bob!~b@h.example PRIVMSG #x :";

type Said = Extract<SharedEvent, { type: "said" }>;

function said(text: string, more: Partial<Said> = {}): Said {
  return { type: "said", by: bob, channel: "x", text, ...more };
}

function lineOf(event: Said): string | undefined {
  const line = speechLine(event);
  return line && decodeUtf8(line);
}

Deno.test("a text that fits is one line, to the last byte", () => {
  assertEquals(lineOf(said("hi")), `${HEAD}hi\r\n`);
  for (
    const [character, bytes] of [["x", 1], ["\u00e9", 2], ["\u20ac", 3], ["\u{1f600}", 4]] as const
  ) {
    const most = character.repeat(Math.floor((MAX_BODY_BYTES - HEAD.length) / bytes));
    assertEquals(lineOf(said(most)), `${HEAD}${most}\r\n`, character);
    assertEquals(lineOf(said(most + character)), undefined, character);
  }
});

Deno.test("the same speaker in another channel, or under another name, has another beginning", () => {
  assertEquals(lineOf(said("a", { channel: "y" })), ":bob!~b@h.example PRIVMSG #y :a\r\n");
  assertEquals(lineOf(said("b")), `${HEAD}b\r\n`);
  const by = { ...bob, handle: "bobby" };
  assertEquals(lineOf(said("c", { by })), ":bobby!~b@h.example PRIVMSG #x :c\r\n");
});

Deno.test("what is not one plain line is left to the others", () => {
  const lines = [{ text: "a", joins: false }];
  for (
    const more of [{ notice: true }, { ctcp: "VERSION" }, { least: "voice" }, { lines }] as const
  ) {
    assertEquals(lineOf(said("a", more)), undefined);
  }
  for (const text of ["a\nb", "a\rb", "a\0b"]) assertEquals(lineOf(said(text)), undefined);
  assertEquals(lineOf(said("a", { channel: "a,b" })), undefined);
  assertEquals(lineOf(said("", { by: { ...bob, handle: "x".repeat(600) } })), undefined);
});

Deno.test("property: it is what the lines of the same event are", () => {
  const event = fc.record({
    text: fc.oneof(fc.string({ unit: "binary", maxLength: 600 }), fc.string({ maxLength: 600 })),
    channel: fc.string({ minLength: 1, maxLength: 70 }),
    handle: fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
    tags: fc.option(fc.constant(new Map([["+a", "\u20ac"]])), { nil: undefined }),
    bits: fc.integer({ min: 0, max: 4095 }),
  });
  fc.assert(fc.property(event, ({ text, channel, handle, tags, bits }) => {
    const by = { ...bob, handle };
    const dialect = internDialect("test.example", bits);
    const whole = said(text, { by, channel, ...(tags && { tags }) });
    const bytes = decodeUtf8(dialect.encodeEvent(whole, STAMP));
    const lines = dialect.linesOf(whole, STAMP);
    assertEquals(
      bytes,
      decodeUtf8(new TextEncoder().encode(
        lines.map(
          (line) => formatTags(line.tags) + line.body,
        ).join(""),
      )),
    );
    for (const line of bytes.split("\r\n")) assert(!/[\n\r\0]/.test(line));
  }));
});
