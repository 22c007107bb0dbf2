/**
 * Text on the short way: what is taken for plain, what is copied of it, and the memory around it.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { Frame } from "../../lib/framing/frame.ts";
import { Envelope, PlainText, tryRelay } from "../../lib/protocol/plain_text.ts";
import { encodeUtf8 } from "../../lib/protocol/text.ts";
import { frameAmid, printable } from "../support/plain.ts";

function plain(text: string): PlainText {
  const made = new PlainText();
  assert(made.take(Frame.of(encodeUtf8(text))), `"${text}" is not plain`);
  return made;
}

/** What `copy` has written, which must be nowhere else than between its offset and the one it returned. */
function copied(copy: (target: Uint8Array, offset: number) => number): string {
  const target = new Uint8Array(1000).fill(0xee);
  const end = copy(target, 10);
  assert(target.subarray(0, 10).every((byte) => byte === 0xee), "bytes before it were changed");
  assert(target.subarray(end).every((byte) => byte === 0xee), "bytes behind it were changed");
  return new TextDecoder().decode(target.subarray(10, end));
}

Deno.test("each single byte is plain exactly from 0x20 to 0x7e", () => {
  for (let byte = 0; byte <= 0xff; byte++) {
    const taken = new PlainText().take(Frame.of(new Uint8Array([byte])));
    assertEquals(taken, byte >= 0x20 && byte <= 0x7e, `byte ${byte}`);
  }
});

const anyByte = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
  { weight: 1, arbitrary: fc.constantFrom(0x1f, 0x7f, 0x80, 0x00, 0x0a, 0xff, 0xc3) },
);
const anyBytes = fc.oneof(
  fc.array(anyByte, { maxLength: 60 }),
  fc.array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength: 220 }),
  fc.array(fc.nat(0xff), { maxLength: 10 }),
).map((values) => Uint8Array.from(values));

Deno.test("property: printable ASCII is taken, without its last spaces, and nothing else is", () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(20), fc.nat(255), (bytes, before, around) => {
      const text = new PlainText();
      const taken = text.take(frameAmid(bytes, before, around));
      assertEquals(taken, bytes.every((byte) => byte >= 0x20 && byte <= 0x7e));
      if (!taken) return assertEquals([`${text}`, text.length], ["", 0]);
      const expected = new TextDecoder().decode(bytes).replace(/ +$/, "");
      assertEquals([`${text}`, text.length], [expected, expected.length]);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("property: a refused take leaves the former text", () => {
  fc.assert(
    fc.property(fc.array(anyBytes, { maxLength: 8 }), (all) => {
      const text = new PlainText();
      let expected = "";
      for (const bytes of all) {
        if (text.take(Frame.of(bytes))) {
          expected = new TextDecoder().decode(bytes).replace(/ +$/, "");
        }
        assertEquals([`${text}`, text.length], [expected, expected.length]);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("blank frames are plain and have no text", () => {
  for (const blank of ["", " ", " ".repeat(200)]) {
    const text = plain("former");
    assert(text.take(Frame.of(encodeUtf8(blank))));
    assertEquals([`${text}`, text.length], ["", 0]);
    assertEquals(copied((target, offset) => text.copyTo(target, offset)), "");
    assertEquals(copied((target, offset) => text.copyEscapedTo(target, offset)), "");
  }
});

Deno.test("it is borrowed: it stays when its frame is set elsewhere, and goes with the memory", () => {
  const memory = encodeUtf8("one two");
  const frame = new Frame().set(memory, 0, 3);
  const text = new PlainText();
  text.take(frame);
  frame.set(memory, 4, 7);
  assertEquals(`${text}`, "one");
  memory.set(encodeUtf8("ONE"));
  assertEquals(`${text}`, "ONE");
});

Deno.test("property: it is copied as it is, and escaped as JSON escapes it", () => {
  fc.assert(
    fc.property(printable, fc.nat(20), fc.nat(255), (bare, before, around) => {
      const text = new PlainText();
      assert(text.take(frameAmid(encodeUtf8(bare), before, around)));
      const trimmed = bare.trimEnd();
      assertEquals(copied((target, offset) => text.copyTo(target, offset)), trimmed);
      const escaped = copied((target, offset) => text.copyEscapedTo(target, offset));
      assertEquals(`"${escaped}"`, JSON.stringify(trimmed));
      assert(escaped.length <= 2 * text.length);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("each quote and backslash doubles", () => {
  const text = plain('\\"'.repeat(100));
  const escaped = copied((target, offset) => text.copyEscapedTo(target, offset));
  assertEquals(escaped, '\\\\\\"'.repeat(100));
});

Deno.test("only plain texts are tried to be relayed", () => {
  const bytes = encodeUtf8("relayed");
  const seen: [string, string][] = [];
  const relay = (nick: string, text: PlainText) => {
    seen.push([nick, `${text}`]);
    return bytes;
  };
  assertStrictEquals(tryRelay({ nick: "bob", text: plain("hi") }, relay), bytes);
  assertStrictEquals(tryRelay({ nick: "bob", text: "hi" }, relay), undefined);
  assertStrictEquals(tryRelay({ nick: "bob", text: { toString: () => "hi" } }, relay), undefined);
  assertEquals(seen, [["bob", "hi"]]);
  assertStrictEquals(tryRelay({ nick: "bob", text: plain("hi") }, () => undefined), undefined);
});

/** An envelope of `size` bytes, and for whom its head was made. */
function counted(size: number): [Envelope, string[]] {
  const made: string[] = [];
  const head = (nick: string) => {
    made.push(nick);
    return `<${nick}>`;
  };
  return [new Envelope(size, head), made];
}

function headOf({ bytes }: Envelope, length: number): string {
  return new TextDecoder().decode(bytes.subarray(0, length));
}

Deno.test("a head is made once for the texts of one nick, and again for another's", () => {
  const [envelope, made] = counted(20);
  for (const nick of ["bob", "bob", "bob", "bø", "bø", "", "", "bob"]) {
    const length = envelope.begin(nick, 5);
    assertEquals(headOf(envelope, length), `<${nick}>`);
    // What stands behind the head is the text's, and may be anything by then.
    envelope.bytes.fill(0xee, length);
  }
  assertEquals(made, ["bob", "bø", "", "bob"]);
});

Deno.test("a head that does not fit is declined, as often as it is asked for, and the next one is not", () => {
  const [envelope, made] = counted(8);
  for (let i = 0; i < 3; i++) assertEquals(envelope.begin("n".repeat(7), 0), -1);
  // Eight characters with its brackets, but more bytes; and one that would be cut within a character.
  assertEquals(envelope.begin("ø".repeat(6), 0), -1);
  assertEquals(envelope.begin("nnnnnnø", 0), -1);
  assertEquals(envelope.begin("nnnnnn", 0), 8);
  assertEquals(headOf(envelope, 8), "<nnnnnn>");
  assertEquals(made, ["n".repeat(7), "ø".repeat(6), "nnnnnnø", "nnnnnn"]);
});

Deno.test("the room behind a head is exactly what is left, and asking for more spoils nothing", () => {
  const [envelope, made] = counted(12);
  assertEquals(envelope.begin("bob", 7), 5);
  assertEquals(envelope.begin("bob", 8), -1);
  assertEquals(envelope.begin("bob", 1_000_000), -1);
  assertEquals(envelope.begin("bob", 0), 5);
  assertEquals(headOf(envelope, 5), "<bob>");
  assertEquals(made, ["bob"]);
});
