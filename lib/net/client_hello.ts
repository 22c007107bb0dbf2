/**
 * The first message of a TLS connection, before TLS itself sees it: whether it is one, and whether
 * all of it is there. Only its length is checked here; TLS itself reports any other fault (RFC
 * 8446, sections 4 and 5.1).
 *
 *   record:  type (1)  version (2)  length (2)  | part of a message ..
 *   message: type (1)  length (3)   | body ..         in one record, or in several
 *
 * @module
 */

/** The types of records: the first byte of either side is one of them. */
const RECORD_TYPES = { first: 20, last: 24 };
/** The type of records with a handshake in them. */
const HANDSHAKE = 22;
/** The type of the message, the client's first. */
const CLIENT_HELLO = 1;
/** Bytes before a record's content. */
const RECORD_HEADER = 5;
/** Bytes before a message's body. */
const MESSAGE_HEADER = 4;

/** The longest message that is waited for. A browser's, with post-quantum keys, has 2,000 bytes. */
export const LONGEST_HELLO = 16 * 1024;

/** Whether the other side may speak TLS, by its first byte. */
export function isTls([first = 0]: Uint8Array): boolean {
  return first >= RECORD_TYPES.first && first <= RECORD_TYPES.last;
}

/**
 * Whether there is nothing more to wait for: `bytes` hold a whole ClientHello, or what can
 * never become one.
 */
export function isWholeHello(bytes: Uint8Array): boolean {
  const header: number[] = [];
  let received = 0;
  for (let at = 0; at + RECORD_HEADER <= bytes.length;) {
    const [type, , , high = 0, low = 0] = bytes.subarray(at, at + RECORD_HEADER);
    const length = high << 8 | low;
    if (type !== HANDSHAKE || length === 0) return true;
    at += RECORD_HEADER;
    const content = bytes.subarray(at, at + length);
    header.push(...content.subarray(0, MESSAGE_HEADER));
    received += content.length;
    if (isWhole(header, received)) return true;
    at += length;
  }
  return bytes.length > LONGEST_HELLO;
}

/**
 * Whether `received` bytes are a whole message with this header, of which the end may be missing.
 */
function isWhole(
  [type, high = 0, middle = 0, low = 0]: readonly number[],
  received: number,
): boolean {
  if (type !== undefined && type !== CLIENT_HELLO) return true;
  return received >= MESSAGE_HEADER + (high << 16 | middle << 8 | low);
}
