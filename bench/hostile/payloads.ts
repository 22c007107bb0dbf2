/**
 * The bytes that hostile connections send: frames, lines and packets of each protocol, made without the project's
 * own encoders, which would refuse most of them. `{{id}}` in a text becomes a number of six digits when it is
 * sent: that of the connection in a hello, a new one each time in a body.
 *
 * @module
 */

const CS168_FRAME_BYTES = 200;
const SPACE = 0x20;

const encoder = new TextEncoder();

/** The bytes of all `parts`, one behind the other; a text stands for its UTF-8. */
export function bytes(...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const encoded = parts.map((part) => typeof part === "string" ? encoder.encode(part) : part);
  const all = new Uint8Array(encoded.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of encoded) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** `part`, `count` times. */
export function repeat(part: string | Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  return bytes(...Array.from({ length: count }, () => part));
}

/**
 * A cs168 frame.
 *
 * @throws {RangeError} when `text` does not fit into one.
 */
export function frame(text: string): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(CS168_FRAME_BYTES).fill(SPACE);
  padded.set(encoder.encode(text));
  return padded;
}

/** A json16 packet; a string is taken as the payload itself, well-formed or not. */
export function packet(value: string | Readonly<Record<string, unknown>>): Uint8Array<ArrayBuffer> {
  const payload = encoder.encode(typeof value === "string" ? value : JSON.stringify(value));
  return bytes(new Uint8Array([payload.length >> 8, payload.length & 0xff]), payload);
}

/** Registers a chat1 user under a name that nobody else has. */
export const CHAT1_HELLO = "REGISTER h{{id}} CHAT/1.0\n";

/** What registers a json16 user, which is in the lobby then. */
export const JSON16_HELLO: Uint8Array<ArrayBuffer> = packet({ type: "hello", nick: "h{{id}}" });

/** What registers a cs168 user and takes it into the lobby. */
export const CS168_HELLO: Uint8Array<ArrayBuffer> = bytes(frame("h{{id}}"), frame("/join lobby"));

/** What registers an IRC user and takes it into the lobby. */
export const IRC_HELLO = "NICK h{{id}}\r\nUSER h 0 * :h\r\nJOIN #lobby\r\n";

/** Bytes that look like nothing: the same each time, so that a run can be repeated. */
export function noise(length: number): Uint8Array<ArrayBuffer> {
  let state = 0x9e3779b9;
  return Uint8Array.from({ length }, () => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}
