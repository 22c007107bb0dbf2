/**
 * First bytes and what they tell (PROTOCOLS, section 4): row by row, and every opening of a real client,
 * which nobody claims a byte too early.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { sniff, SNIFF_BYTES } from "../../lib/protocol/sniff.ts";
import { encodeUtf8 } from "../../lib/protocol/text.ts";
import { OPENINGS } from "../support/conversations.ts";
import { frame } from "../support/cs168.ts";

/** The protocol's name, "more" or "none". */
function verdict(prefix: Uint8Array | string, silent = false): string {
  const bytes = typeof prefix === "string" ? encodeUtf8(prefix) : prefix;
  const found = sniff(PROTOCOLS, bytes, silent);
  return typeof found === "string" ? found : found.name;
}

for (const { protocol, title, bytes, decidedAt } of OPENINGS) {
  Deno.test(`${protocol}, ${title}: known at byte ${decidedAt} and not before, then always`, () => {
    for (let count = 1; count <= bytes.length; count++) {
      const expected = count < decidedAt ? "more" : protocol;
      assertEquals(verdict(bytes.subarray(0, count)), expected, `${count} bytes`);
    }
  });
}

const rows: [string, Uint8Array | string, string][] = [
  ["a length within the limit and a brace", new Uint8Array([0x00, 0x20, 0x7b]), "json16"],
  ["a length of the limit and a brace", new Uint8Array([0x40, 0x00, 0x7b]), "json16"],
  ["a length above the limit and a brace", new Uint8Array([0x40, 0x01, 0x7b]), "none"],
  ["the same as text", "@ {", "more"],
  ["a length far above the limit", new Uint8Array([0xff, 0x01, 0x7b]), "none"],
  ["a length of nothing and a brace", new Uint8Array([0x00, 0x00, 0x7b]), "json16"],
  ["a length and a bracket", new Uint8Array([0x00, 0x20, 0x5b]), "none"],
  ["a length alone", new Uint8Array([0x00, 0x20]), "more"],
  ["half a length", new Uint8Array([0x00]), "more"],
  ["half a length that is above the limit", new Uint8Array([0x41]), "more"],
  ["the word and its space", "REGISTER ", "chat1"],
  ["the word without its space", "REGISTER", "more"],
  ["the word in lower case", "register ", "more"],
  ["the word and another letter", "REGISTERED", "more"],
  ["a line and a letter of the next", "hello\nx", "chat1"],
  ["a line that has just ended", "hello\n", "more"],
  ["a line and padding", "hello\n   ", "more"],
  ["a line, padding, and then text", "hello\n   x\ny", "chat1"],
  ["199 bytes of text", "x".repeat(199), "more"],
  ["200 bytes of text", "x".repeat(200), "cs168"],
  ["200 bytes of other scripts", "日本".repeat(34).slice(0, 67), "cs168"],
  ["200 bytes that no encoding knows", new Uint8Array(200).fill(0xff), "cs168"],
  ["a line that ends with its 200th byte", `${"x".repeat(199)}\n`, "cs168"],
  ["a line that ends one byte before", `${"x".repeat(198)}\ny`, "chat1"],
  ["a line end behind 200 bytes", `${"x".repeat(200)}\ny`, "cs168"],
  ["a blank frame", frame(""), "cs168"],
  ["a frame with a control character", frame("a\x01"), "none"],
  ["a frame with DEL", frame("a\x7f"), "none"],
  ["a control character", "a\x00", "none"],
  ["TLS", new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00]), "none"],
  ["SSH", "SSH-2.0-OpenSSH_9.6\r\n", "more"],
];

for (const [title, prefix, expected] of rows) {
  Deno.test(`first bytes, ${title}: ${expected}`, () => assertEquals(verdict(prefix), expected));
}

const silences: [string, string, string][] = [
  ["a line that has ended", "hello\n", "chat1"],
  ["a line of two bytes", "x\n", "chat1"],
  ["SSH", "SSH-2.0-OpenSSH_9.6\r\n", "chat1"],
  ["a line and padding", "hello\n  ", "more"],
  ["text without an end", "REGESTER bob CHAT/1.0", "more"],
  ["half the word", "REGIS", "more"],
  ["a line that ends with its 199th byte", `${"x".repeat(198)}\n`, "chat1"],
];

for (const [title, prefix, expected] of silences) {
  Deno.test(`first bytes and then silence, ${title}: ${expected}`, () => {
    assertEquals(verdict(prefix, true), expected);
  });
}

Deno.test("the bytes that are enough to decide are enough", () => {
  for (const [title, prefix] of rows) {
    const bytes = typeof prefix === "string" ? encodeUtf8(prefix) : prefix;
    const longer = new Uint8Array(SNIFF_BYTES * 2).fill(0x20);
    longer.set(bytes.subarray(0, SNIFF_BYTES));
    assertEquals(verdict(longer), verdict(longer.subarray(0, SNIFF_BYTES)), title);
  }
});

Deno.test("with one protocol alone only that one is found", () => {
  for (const protocol of PROTOCOLS) {
    for (const opening of OPENINGS) {
      const found = sniff([protocol], opening.bytes, false);
      assertEquals(typeof found === "object", opening.protocol === protocol.name, opening.title);
    }
  }
});
