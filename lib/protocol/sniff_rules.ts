/**
 * The parts of rules about a connection's first bytes, and the guards: rules for bytes that no
 * protocol here may ever claim (PROTOCOLS, section 4).
 *
 * @module
 */

import { encodeUtf8 } from "./text.ts";

/** A rule claims the first bytes, or never will, or needs more of them. */
export type Sniffed = "match" | "reject" | "more";

/** Recognises the first bytes of a connection. */
export interface SniffRule {
  /** A name, for tests and their readers. */
  readonly name: string;

  /**
   * Looks at the first bytes: at least one, and at most `SNIFF_BYTES`.
   *
   * 1. MUST answer the same after a "match" or "reject" when more bytes follow, so that the network
   *    may cut the bytes anywhere.
   * 2. MUST NOT answer "more" to `SNIFF_BYTES`.
   * 3. `silent` means that the idle timeout has passed. It MAY turn "more" into "match", and MUST
   *    NOT change any other answer.
   */
  test(prefix: Uint8Array, silent: boolean): Sniffed;
}

/**
 * A rule for first bytes that no chat here begins with; the server answers and closes the
 * connection.
 */
export interface GuardRule extends SniffRule {
  /** An answer that the peer understands, sent before the connection is closed. */
  readonly answer: Uint8Array;
  /** The reason for the log. */
  readonly reason: string;
}

/**
 * The number of first bytes that count: a whole frame of cs168, the last protocol to be recognised.
 */
export const SNIFF_BYTES = 200;

const NEWLINE = 0x0a, SPACE = 0x20, DELETE = 0x7f;

/**
 * The lowest and highest first bytes of a TLS handshake, in any version: `16 03 00` to `16 03 04`.
 */
const TLS_RECORD = [[0x16, 0x16], [0x03, 0x03], [0x00, 0x04]] as const;

/** A fatal `handshake_failure` (RFC 8446, section 6), in a record that every version reads. */
const TLS_ALERT = new Uint8Array([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28]);

const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS", "CONNECT", "DELETE", "PATCH"]
  .map((method) => encodeUtf8(`${method} `));

const HTTP_ANSWER = encodeUtf8(
  "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
);

const HTTP_REASON = "HTTP request on a chat port";

/** What may stand in a method besides letters and digits (RFC 9110, section 5.6.2). */
const TOKEN_MARKS = encodeUtf8("!#$%&'*+-.^_`|~");

const SLASH = 0x2f;
/**
 * What follows the path in a request line, and where a path must end so that a whole line fits in
 * what counts.
 */
const HTTP_VERSION = encodeUtf8(" HTTP/");
const LAST_PATH_END = SNIFF_BYTES - " HTTP/1.1\r\n".length;

/**
 * These are tried before the rules of every protocol, even on a port with a single protocol: a web
 * page can make a browser send text of its choice to any port, but only behind a request line.
 */
export const GUARD_RULES: readonly GuardRule[] = [
  { name: "tls", test: sniffTls, answer: TLS_ALERT, reason: "TLS handshake on a port without TLS" },
  { name: "http", test: sniffHttp, answer: HTTP_ANSWER, reason: HTTP_REASON },
  { name: "http of any method", test: sniffRequestLine, answer: HTTP_ANSWER, reason: HTTP_REASON },
];

function sniffTls(prefix: Uint8Array): Sniffed {
  for (const [i, [low, high]] of TLS_RECORD.entries()) {
    const byte = prefix[i];
    if (byte === undefined) return "more";
    if (byte < low || byte > high) return "reject";
  }
  return "match";
}

/**
 * Recognises a method, a space, and anything but a second space, which would be the padding of
 * a cs168 name.
 */
function sniffHttp(prefix: Uint8Array): Sniffed {
  let answer: Sniffed = "reject";
  for (const method of HTTP_METHODS) {
    const found = sniffStart(prefix, method);
    if (found === "match" && prefix.length > method.length) {
      return prefix[method.length] === SPACE ? "reject" : "match";
    }
    if (found !== "reject") answer = "more";
  }
  return answer;
}

/**
 * A request line of a method that a page invents, which it may send to the host that it came from:
 * a token, a space, a path, and then a version, or no room for one before the bytes that count end.
 * A name in its padded frame has another space there.
 */
function sniffRequestLine(prefix: Uint8Array): Sniffed {
  const end = Math.min(prefix.length, LAST_PATH_END);
  let at = 0;
  while (at < end && isTokenByte(prefix[at] as number)) at++;
  if (at === end) return end < LAST_PATH_END ? "more" : "reject";
  if (at === 0) return "reject";
  for (const byte of [SPACE, SLASH]) {
    if (at === end) return end < LAST_PATH_END ? "more" : "reject";
    if (prefix[at++] !== byte) return "reject";
  }
  while (at < end && isVisibleAscii(prefix[at] as number)) at++;
  if (at === end) return end < LAST_PATH_END ? "more" : "match";
  return sniffStart(prefix.subarray(at), HTTP_VERSION);
}

/** Whether `prefix` begins with all of `start`. */
export function sniffStart(prefix: Uint8Array, start: Uint8Array): Sniffed {
  const end = Math.min(prefix.length, start.length);
  for (let i = 0; i < end; i++) if (prefix[i] !== start[i]) return "reject";
  return prefix.length >= start.length ? "match" : "more";
}

/** Whether `prefix` ends with all of `end`. */
export function endsWith(prefix: Uint8Array, end: Uint8Array): boolean {
  const from = prefix.length - end.length;
  return from >= 0 && sniffStart(prefix.subarray(from), end) === "match";
}

/**
 * Whether `prefix` is text: no control characters except white space. Bytes above ASCII
 * count as text.
 */
export function isText(prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (!isTextByte(prefix[i] as number)) return false;
  return true;
}

/**
 * Whether `prefix` begins with a line of text. The newline must be followed by something other than
 * white space, or, when `silent`, by nothing: a newline before padding is one that a client left in
 * its frame. "more" when there is no newline yet, or when it is the last byte. The bytes behind the
 * line do not matter, so that the answer is the same byte by byte.
 */
export function sniffLineEnd(prefix: Uint8Array, silent: boolean): Sniffed {
  for (let i = 0; i < prefix.length; i++) {
    const byte = prefix[i] as number;
    if (!isTextByte(byte)) return "reject";
    if (prefix[i - 1] === NEWLINE && !isWhiteSpace(byte)) return "match";
  }
  if (prefix.length >= SNIFF_BYTES) return "reject";
  return silent && prefix.at(-1) === NEWLINE ? "match" : "more";
}

function isTokenByte(byte: number): boolean {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return isLetter || (byte >= 0x30 && byte <= 0x39) || TOKEN_MARKS.includes(byte);
}

function isVisibleAscii(byte: number): boolean {
  return byte > SPACE && byte < DELETE;
}

function isTextByte(byte: number): boolean {
  return byte >= SPACE ? byte !== DELETE : isWhiteSpace(byte);
}

function isWhiteSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 0x09 && byte <= 0x0d);
}
