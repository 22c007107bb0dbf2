/**
 * Replies as bytes: short ones whole, long ones in parts, so that no answer is larger than what may wait
 * for the one who asked.
 *
 * @module
 */

import { NOTHING, type Reply } from "./protocol.ts";

/** The reply of an event for which a protocol has no bytes. */
export const NO_REPLY: Reply = { bytes: NOTHING, separate: false };

/** A reply that goes out with whatever else waits. */
export function replyOf(bytes: Uint8Array): Reply {
  return { bytes, separate: false };
}

/** A reply of several parts, each of whole frames. */
export function replyInParts(parts: readonly Uint8Array[]): Reply {
  const more = parts.values();
  const { value: bytes = NOTHING } = more.next();
  if (parts.length < 2) return replyOf(bytes);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return { bytes, separate: false, more, size };
}

/** Keeps what `encode` made of the list that was asked for last: everybody asks for the same one. */
export function rememberLast<Value>(
  encode: (list: readonly string[]) => Value,
): (list: readonly string[]) => Value {
  let last: { readonly list: readonly string[]; readonly value: Value } | undefined;
  return (list) => {
    if (last?.list !== list) last = { list, value: encode(list) };
    return last.value;
  };
}
