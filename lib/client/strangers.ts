/**
 * Servers of another protocol, recognised by the first bytes that they send: nobody should have to
 * guess why a client shows nothing, or garbage.
 *
 * @module
 */

import type { RingBuffer } from "../framing/ring_buffer.ts";

/** The beginning of a connection's reason to end. */
export const STRANGE = "the server speaks ";

/** The first bytes of a server of another protocol, and the protocol's name. */
const BEGINNINGS: readonly (readonly [bytes: readonly number[], name: string])[] = [
  [ascii("HTTP/"), "HTTP"],
  [ascii("SSH-"), "SSH"],
  [[0x15, 0x03], "TLS"],
  [[0x16, 0x03], "TLS"],
];

const OPENING_BRACE = 0x7b, FIRST_PRINTABLE = 0x20;
/** Bytes that are enough to tell. */
const ENOUGH = 5;

/**
 * Names the kind of a server that cannot be one of `protocol`, from its first bytes; `undefined`
 * when it may be one, or while there are too few bytes to tell.
 */
export function strangerIn(ring: RingBuffer, protocol: string): string | undefined {
  const bytes = Array.from({ length: Math.min(ENOUGH, ring.length) }, (_, i) => ring.at(i));
  const known = BEGINNINGS.find(([beginning]) => beginning.every((byte, i) => byte === bytes[i]));
  if (known !== undefined) return known[1];
  if (protocol === "json16") {
    return bytes.length > 2 && bytes[2] !== OPENING_BRACE ? "another protocol" : undefined;
  }
  const [first] = bytes;
  // The other protocols are text.
  const isText = first === undefined || first >= FIRST_PRINTABLE || isBlank(first);
  return isText ? undefined : "another protocol";
}

function isBlank(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a || byte === 0x09;
}

function ascii(text: string): readonly number[] {
  return [...new TextEncoder().encode(text)];
}
