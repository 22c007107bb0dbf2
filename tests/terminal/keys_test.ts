/**
 * Bytes to keys: every sequence whole and byte by byte, and any stream cut anywhere.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Key } from "../../lib/terminal/key.ts";
import { KeyDecoder } from "../../lib/terminal/keys.ts";
import { byteByByte, cutAt } from "../support/cuts.ts";

const UNKNOWN: Key = { type: "unknown" };
const UP: Key = { type: "wheel", direction: "up" };
const DOWN: Key = { type: "wheel", direction: "down" };

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function key(name: string): Key {
  return { type: "key", name };
}

function text(text: string): Key {
  return { type: "text", text };
}

function paste(text: string): Key {
  return { type: "paste", text };
}

/** The keys of `pieces` and a pause after them; text that was cut is joined again. */
function decode(pieces: readonly Uint8Array[], decoder = new KeyDecoder()): Key[] {
  const keys = [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.flush()];
  const joined: Key[] = [];
  for (const key of keys) {
    const last = joined.at(-1);
    if (key.type === "text" && last?.type === "text") {
      joined[joined.length - 1] = text(last.text + key.text);
    } else joined.push(key);
  }
  return joined;
}

/** Sequences as the terminals in the comments send them, and what they mean. */
const CASES: readonly [string, ...Key[]][] = [
  // Text
  ["hello", text("hello")],
  ["grüße 漢字 👨‍👩‍👧", text("grüße 漢字 👨‍👩‍👧")],
  ["\ufeffx", text("\ufeffx")],
  ["a\u009bb\u0085c", text("abc")],
  // Keys that are control characters
  ["\r", key("enter")],
  ["\n", key("enter")],
  ["a\r\nb", text("a"), key("enter"), key("enter"), text("b")],
  ["\t", key("tab")],
  ["\x7f", key("backspace")],
  ["\x08", key("backspace")],
  ["\x00", key("ctrl+space")],
  ["\x01\x05\x15\x0b\x17\x0c\x04", ...[..."aeukwld"].map((letter) => key(`ctrl+${letter}`))],
  ["\x03\x1a", key("ctrl+c"), key("ctrl+z")],
  ["\x1c\x1d\x1e\x1f", key("ctrl+\\"), key("ctrl+]"), key("ctrl+^"), key("ctrl+_")],
  // xterm, VTE, kitty, iTerm2, Windows Terminal
  ["\x1b[A\x1b[B\x1b[C\x1b[D", key("up"), key("down"), key("right"), key("left")],
  ["\x1b[H\x1b[F", key("home"), key("end")],
  ["\x1b[2~\x1b[3~\x1b[5~\x1b[6~", ...["insert", "delete", "pageup", "pagedown"].map(key)],
  ["\x1b[Z", key("shift+tab")],
  ["\x1b[1;5C\x1b[1;5D", key("ctrl+right"), key("ctrl+left")],
  ["\x1b[1;3C\x1b[1;3D", key("alt+right"), key("alt+left")],
  ["\x1b[1;2A\x1b[1;6B", key("shift+up"), key("ctrl+shift+down")],
  ["\x1b[1;9C\x1b[1;8H", key("alt+right"), key("ctrl+alt+shift+home")],
  ["\x1b[3;5~\x1b[5;2~", key("ctrl+delete"), key("shift+pageup")],
  ["\x1b[1;65A", key("up")],
  ["\x1b[5C", key("ctrl+right")],
  // Application mode
  ["\x1bOA\x1bOB\x1bOC\x1bOD", ...["up", "down", "right", "left"].map(key)],
  ["\x1bOH\x1bOF", key("home"), key("end")],
  ["\x1bO5C\x1bO1;3D", key("ctrl+right"), key("alt+left")],
  ["\x1bOM\x1bOp\x1bOy\x1bOk\x1bOX", key("enter"), text("09+=")],
  // The Linux console, tmux and screen, PuTTY
  ["\x1b[1~\x1b[4~", key("home"), key("end")],
  ["\x1b[[A\x1b[[E", key("f1"), key("f5")],
  // rxvt
  ["\x1b[7~\x1b[8~", key("home"), key("end")],
  ["\x1bOa\x1bOb\x1bOc\x1bOd", ...["up", "down", "right", "left"].map((k) => key(`ctrl+${k}`))],
  ["\x1b[a\x1b[d", key("shift+up"), key("shift+left")],
  ["\x1b[3$\x1b[3^\x1b[3@", ...["shift+", "ctrl+", "ctrl+shift+"].map((k) => key(`${k}delete`))],
  ["\x1b\x1b[A\x1b\x1b[3~\x1b\x1bOc", ...["alt+up", "alt+delete", "ctrl+alt+right"].map(key)],
  // F-keys
  ["\x1bOP\x1bOS\x1b[15~\x1b[24~\x1b[34~", ...["f1", "f4", "f5", "f12", "f20"].map(key)],
  ["\x1b[1;5P\x1b[11~", key("ctrl+f1"), key("f1")],
  // Alt
  ["\x1bb\x1bf\x1bd", key("alt+b"), key("alt+f"), key("alt+d")],
  ["\x1bBx", key("alt+b"), text("x")],
  ["\x1b\x7f\x1b\r\x1b\x01", key("alt+backspace"), key("alt+enter"), key("ctrl+alt+a")],
  ["\x1bé\x1b漢!", key("alt+é"), key("alt+漢"), text("!")],
  ["\x1b ", key("alt+space")],
  ["\x1b\u009b", UNKNOWN],
  // modifyOtherKeys, CSI u
  ["\x1b[27;5;13~\x1b[27;2;9~", key("ctrl+enter"), key("shift+tab")],
  ["\x1b[97;5u\x1b[13;2u\x1b[27u", key("ctrl+a"), key("shift+enter"), key("escape")],
  ["\x1b[65;2u\x1b[32u", text("A ")],
  ["\x1b[55296;5u\x1b[9999999u\x1b[3;5u", UNKNOWN, UNKNOWN, UNKNOWN],
  // A lone ESC, and what a pause makes of the start of a sequence
  ["\x1b", key("escape")],
  ["\x1b\x1b", key("escape"), key("escape")],
  ["\x1b\x1bx", key("escape"), key("alt+x")],
  ["\x1b\x1b\x1b[A", key("escape"), key("alt+up")],
  ["\x1b[", key("alt+[")],
  ["\x1bO", key("alt+O")],
  ["\x1b]", key("alt+]")],
  ["\x1b\x1b[", key("escape"), key("alt+[")],
  ["\x1b[1;", UNKNOWN],
  // The mouse
  ["\x1b[<64;10;20M\x1b[<65;1;1M", UP, DOWN],
  ["\x1b[<80;10;20M\x1b[<69;1;1M", UP, DOWN],
  ["\x1b[<0;10;20M\x1b[<0;10;20m\x1b[<66;1;1M\x1b[<35;5;5M", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN],
  ["\x1b[M`!!\x1b[Ma!!\x1b[M !!x", UP, DOWN, UNKNOWN, text("x")],
  // Sequences that mean nothing are swallowed whole
  ["a\x1b[?1;2cb", text("a"), UNKNOWN, text("b")],
  ["\x1b[?2026;2$yb", UNKNOWN, text("b")],
  ["\x1b[I\x1b[Ob", UNKNOWN, UNKNOWN, text("b")],
  ["\x1b[99~\x1b[1;2;3;4A\x1b[>1;5Az", UNKNOWN, UNKNOWN, UNKNOWN, text("z")],
  [`\x1b[${"1;".repeat(5000)}Ab`, UNKNOWN, text("b")],
  [`\x1bO${"1".repeat(5000)}Ab`, UNKNOWN, text("b")],
  ["\x1b]11;rgb:0/0/0\x07x", UNKNOWN, text("x")],
  ["\x1bP1$r0m\x1b\\x", UNKNOWN, text("x")],
  [`\x1b_${"é".repeat(5000)}\x1b\\x`, UNKNOWN, text("x")],
  ["\x1b]0;title\x18x", UNKNOWN, text("x")],
  ["\x1b]0;title", UNKNOWN],
  // A sequence that another byte breaks
  ["\x1b[1\x1b[A", UNKNOWN, key("up")],
  ["\x1b[1\rx", UNKNOWN, key("enter"), text("x")],
  ["\x1b[1\x18x", UNKNOWN, text("x")],
  ["\x1b[1é", UNKNOWN, text("é")],
  ["\x1bO\x1b[A", UNKNOWN, key("up")],
  ["\x1b]x\x1b[A", UNKNOWN, key("up")],
  // Bracketed paste
  ["\x1b[200~hello\x1b[201~", paste("hello")],
  [
    "a\x1b[200~one\r\ntwo\ttab\x03\x04\x1b[201~b",
    text("a"),
    paste("one\r\ntwo\ttab\x03\x04"),
    text("b"),
  ],
  ["\x1b[200~\x1b[201~", paste("")],
  ["\x1b[200~漢\x1b[A\x1b[20\x1b\x1b[201~\r", paste("漢\x1b[A\x1b[20\x1b"), key("enter")],
  ["\x1b[201~", UNKNOWN],
];

for (const [input, ...keys] of CASES) {
  const bytes = bytesOf(input);
  const name = JSON.stringify(input.length > 40 ? `${input.slice(0, 40)}…` : input);
  Deno.test(`keys: ${name}`, () => {
    assertEquals(decode([bytes]), keys, "whole");
    assertEquals(decode(byteByByte(bytes)), keys, "byte by byte");
  });
}

Deno.test("keys: invalid UTF-8 becomes U+FFFD, and what follows is not lost", () => {
  const cases: [number[], Key[]][] = [
    [[0xff, 0x61], [text("\ufffda")]],
    [[0xc3, 0x61], [text("\ufffda")]],
    [[0xe6, 0xbc, 0x0d], [text("\ufffd"), key("enter")]],
    [[0xf0, 0x9f, 0x1b, 0x5b, 0x41], [text("\ufffd"), key("up")]],
    [[0x1b, 0xc3, 0x0d], [key("alt+\ufffd"), key("enter")]],
    [[0xed, 0xa0, 0x80], [text("\ufffd\ufffd\ufffd")]],
  ];
  for (const [bytes, keys] of cases) {
    assertEquals(decode([new Uint8Array(bytes)]), keys);
    assertEquals(decode(byteByByte(new Uint8Array(bytes))), keys);
  }
});

Deno.test("keys: a pause ends an ESC, but neither a character nor a paste", () => {
  const decoder = new KeyDecoder();
  assertEquals(decoder.push(new Uint8Array([0xc3])), []);
  assertEquals([decoder.pending, decoder.flush()], [false, []]);
  assertEquals(decoder.push(new Uint8Array([0xa9])), [text("é")]);
  assertEquals(decoder.push(bytesOf("\x1b[200~one")), []);
  assertEquals([decoder.pending, decoder.flush()], [false, []]);
  assertEquals(decoder.push(bytesOf(" two\x1b[201~")), [paste("one two")]);
  assertEquals(decoder.push(bytesOf("\x1b")), []);
  assertEquals([decoder.pending, decoder.flush()], [true, [key("escape")]]);
  assertEquals(decoder.push(bytesOf("[A")), [text("[A")]);
});

Deno.test("keys: a paste that holds the mark of its end presses no keys", () => {
  const keysOf = (input: string) => new KeyDecoder().push(bytesOf(input));
  const [start, end] = ["\x1b[200~", "\x1b[201~"];
  assertEquals(keysOf(`${start}one${end}\rtwo${end}x`), [paste("one\rtwo"), text("x")]);
  assertEquals(keysOf(`${start}a${end}\r${start}b${end}\rc${end}`), [paste(`a\r${start}b\rc`)]);
  // Two pastes in one read are two.
  assertEquals(keysOf(`${start}a${end}${start}b${end}\r`), [paste("a"), paste("b"), key("enter")]);
});

Deno.test("keys: a paste is kept up to the limit, and no half of a character", () => {
  const pasted = (limit: number, text: string) =>
    decode(byteByByte(bytesOf(`\x1b[200~${text}\x1b[201~x`)), new KeyDecoder(limit));
  assertEquals(pasted(4, "abcd"), [paste("abcd"), text("x")]);
  assertEquals(pasted(4, "abcdefghi"), [paste("abcd"), text("x")]);
  assertEquals(pasted(4, "abc👍"), [paste("abc"), text("x")]);
});

// Pieces of sequences, so that random streams hold many that are nearly right.
const FRAGMENTS = [
  ..."\x1b|[|O|]|P|\x1b[|\x1b[200~|\x1b[201~|\x1b[20|1|;|5|1;5A|<0;1;1M|~|A|$|?|M|<|\\|\x1b\\"
    .split("|"),
  ..."\x00\x07\t\r\x18\x7faé👍\u009b",
].map(bytesOf);
const stream = fc.array(
  fc.oneof(fc.constantFrom(...FRAGMENTS), fc.uint8Array({ maxLength: 3 })),
  { maxLength: 40 },
).map((pieces) => new Uint8Array(pieces.flatMap((piece) => [...piece])));

// With a second end of a paste, it matters which bytes came together: see the header of paste_buffer.ts.
const onePaste = stream.filter((bytes) =>
  new TextDecoder("latin1").decode(bytes).split("\x1b[201~").length <= 2
);

Deno.test("keys: any stream means the same wherever it is cut", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 });
  fc.assert(
    fc.property(onePaste, lengths, (bytes, lengths) => {
      const whole = decode([bytes]);
      assertEquals(decode(cutAt(bytes, lengths)), whole);
      assertEquals(decode(byteByByte(bytes)), whole);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("keys: text never holds a control character, whatever comes", () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      for (const key of decode([bytes])) {
        // deno-lint-ignore no-control-regex
        if (key.type === "text") assert(!/[\x00-\x1f\x7f-\x9f]/.test(key.text) && key.text !== "");
        // deno-lint-ignore no-control-regex
        if (key.type === "key") assert(!/[\x00-\x1f\x7f-\x9f]/.test(key.name));
      }
    }),
    { numRuns: 2000 },
  );
});
