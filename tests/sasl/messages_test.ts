/**
 * PLAIN, and messages in chunks.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ChunkReader, splitMessage } from "../../lib/sasl/chunks.ts";
import { formatPlain, readPlain } from "../../lib/sasl/plain.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("plain: the message of RFC 4616, there and back", () => {
  assertEquals(formatPlain("tim", "tanstaaftanstaaf"), bytesOf("\0tim\0tanstaaftanstaaf"));
  assertEquals(readPlain(bytesOf("\0tim\0tanstaaftanstaaf")), {
    actAs: "",
    account: "tim",
    password: "tanstaaftanstaaf",
  });
  assertEquals(readPlain(bytesOf("Ursel\0Kurt\0xipj3plmq"))?.actAs, "Ursel");
  assertEquals(readPlain(bytesOf("\ufeff\0Kurt\0x"))?.actAs, "\ufeff");
});

Deno.test("plain: what is no message is none", () => {
  for (const text of ["", "\0", "\0\0", "\0a\0", "\0\0b", "a\0b", "\0a\0b\0c", "\0a\0b\0"]) {
    assertEquals(readPlain(bytesOf(text)), undefined, JSON.stringify(text));
  }
  assertEquals(readPlain(new Uint8Array([0, 97, 0, 0xff])), undefined);
});

Deno.test("chunks: any message goes through in lines of at most 400 bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2900 }), (message) => {
    const chunks = splitMessage(message);
    assert(chunks.every((chunk) => chunk.length > 0 && chunk.length <= 400));
    const reader = new ChunkReader();
    const taken = chunks.map((chunk) => reader.take(chunk));
    assertEquals(taken.pop(), message);
    assert(taken.every((each) => each === undefined));
    // And it begins anew.
    assertEquals(reader.take("+"), new Uint8Array());
  }));
});

Deno.test("chunks: a message whose last chunk is full ends with a plus", () => {
  assertEquals(splitMessage(new Uint8Array(300)), ["A".repeat(400), "+"]);
  assertEquals(splitMessage(new Uint8Array(297)).length, 1);
  assertEquals(splitMessage(new Uint8Array()), ["+"]);
});

Deno.test("chunks: what is too long or no base64 is refused, and the next message is read", () => {
  const reader = new ChunkReader();
  assertEquals(reader.take("A".repeat(401)), "too_long");
  for (
    const chunk of ["!!!", "A", "AA", "AAAA=", "=AAA", "A A=", "AAAA\n", "AAAA    "]
  ) {
    assertEquals(reader.take(chunk), "malformed", chunk);
  }
  const endless = Array.from({ length: 11 }, () => reader.take("A".repeat(400)));
  assertEquals(endless, [...Array(10).fill(undefined), "malformed"]);
  assertEquals(reader.take("AAAA"), new Uint8Array(3));
});
