/**
 * When a first message of TLS is whole: at its last byte, in however many records it comes, and at the first that shows
 * that it is none.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { isTls, isWholeHello, LONGEST_HELLO } from "../../lib/net/client_hello.ts";
import { clientHello } from "../../bench/hostile/payloads.ts";

const HELLO = clientHello();

/** The message of a record in records of at most `size` bytes. */
function inRecords(record: Uint8Array, size: number): Uint8Array {
  const pieces: number[] = [];
  for (let rest = record.subarray(5); rest.length > 0; rest = rest.subarray(size)) {
    const part = rest.subarray(0, size);
    pieces.push(0x16, 3, 1, part.length >> 8, part.length & 255, ...part);
  }
  return Uint8Array.from(pieces);
}

Deno.test("client hello: it is whole with its last byte, in however many records", () => {
  for (const size of [HELLO.length, 100, 7, 3, 1]) {
    const bytes = inRecords(HELLO, size);
    for (let end = 0; end < bytes.length; end++) {
      assertEquals(isWholeHello(bytes.subarray(0, end)), false, `${end} of ${bytes.length}`);
    }
    assert(isWholeHello(bytes), `in records of ${size}`);
    assert(isWholeHello(Uint8Array.of(...bytes, 0x14, 3, 3, 0, 1, 1)), "with more behind it");
  }
});

Deno.test("client hello: what can never become one is nothing to wait for", () => {
  // An alert, another message, an empty record, and a length that no client needs.
  for (
    const bytes of [
      [0x15, 3, 1, 0, 2],
      [0x16, 3, 1, 2, 0, 2],
      [0x16, 3, 1, 0, 0],
    ]
  ) assert(isWholeHello(Uint8Array.from(bytes)), bytes.join(" "));
  const endless = new Uint8Array(LONGEST_HELLO + 1);
  endless.set([0x16, 3, 1, 0x40, 0xff, 1, 0, 0xff, 0xff]);
  assertEquals(isWholeHello(endless.subarray(0, -1)), false);
  assert(isWholeHello(endless));
});

Deno.test("client hello: TLS is known by its first byte", () => {
  for (const byte of [20, 22, 24]) assert(isTls(Uint8Array.of(byte)));
  for (const byte of [0, 19, 25, 0x47, 0x80]) assertEquals(isTls(Uint8Array.of(byte)), false);
});
