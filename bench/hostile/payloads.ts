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

/**
 * The first flight of a TLS 1.3 client (RFC 8446, section 4.1.2). The server answers it with a key exchange and a
 * signature; whoever sends it again and again has no work with either.
 */
export function clientHello(): Uint8Array<ArrayBuffer> {
  const extensions = sized(
    2,
    extension(0x0000, sized(2, bytes(Uint8Array.of(0), sized(2, "localhost")))),
    // supported_groups: x25519
    extension(0x000a, sized(2, Uint8Array.of(0x00, 0x1d))),
    // signature_algorithms: ECDSA with P-256, RSA-PSS, both with SHA-256
    extension(0x000d, sized(2, Uint8Array.of(0x04, 0x03, 0x08, 0x04))),
    // supported_versions: 1.3
    extension(0x002b, sized(1, Uint8Array.of(0x03, 0x04))),
    // key_share: any 32 bytes are a key of x25519
    extension(0x0033, sized(2, bytes(Uint8Array.of(0x00, 0x1d), sized(2, noise(32))))),
  );
  const body = bytes(
    ...[Uint8Array.of(0x03, 0x03), noise(32), sized(1, noise(32))],
    // TLS_AES_128_GCM_SHA256, no compression
    ...[sized(2, Uint8Array.of(0x13, 0x01)), sized(1, Uint8Array.of(0)), extensions],
  );
  return bytes(Uint8Array.of(0x16, 0x03, 0x01), sized(2, Uint8Array.of(0x01, 0), sized(2, body)));
}

function extension(type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes(Uint8Array.of(type >> 8, type & 0xff), sized(2, body));
}

/** `parts` behind their length in `width` bytes. */
function sized(width: 1 | 2, ...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const body = bytes(...parts);
  const length = [body.length >> 8, body.length & 0xff];
  return bytes(Uint8Array.from(length.slice(-width)), body);
}

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
