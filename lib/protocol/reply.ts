/**
 * Replies as bytes: short ones whole, long ones in parts, so that no answer is larger than the
 * outbox of the user who asked.
 *
 * @module
 */

import { NOTHING } from "../framing/frame.ts";
import type { Reply } from "./protocol.ts";

/** The reply to an event for which a protocol has no bytes. */
export const NO_REPLY: Reply = { bytes: NOTHING, separate: false };

/** Makes a reply that shares a write with the bytes before and after it. */
export function replyOf(bytes: Uint8Array): Reply {
  return { bytes, separate: false };
}

/** Makes a reply of several parts, each of whole frames. */
export function replyInParts(parts: readonly Uint8Array[]): Reply {
  const more = parts.values();
  const { value: bytes = NOTHING } = more.next();
  if (parts.length < 2) return replyOf(bytes);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return { bytes, separate: false, more, size };
}

/** Makes `encode` remember its last result, because all users ask for the same list. */
export function rememberLast<Value>(
  encode: (list: readonly string[]) => Value,
): (list: readonly string[]) => Value {
  let last: { readonly list: readonly string[]; readonly value: Value } | undefined;
  return (list) => {
    if (last?.list !== list) last = { list, value: encode(list) };
    return last.value;
  };
}
