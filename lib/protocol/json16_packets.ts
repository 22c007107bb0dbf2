/**
 * json16's packets as bytes: the length, then exactly the JSON that all published servers send (a
 * space after `:` and `,`, keys in the order given, non-ASCII as `\uXXXX`).
 *
 * @module
 */

import { LARGEST_PAYLOAD, PREFIX_BYTES } from "../framing/length_prefixed.ts";
import { concat } from "./bytes.ts";
import { decodeUtf8, encodeUtf8 } from "./text.ts";

/** A packet to send, with its keys in the order in which they are written. */
export type Packet = Readonly<Record<string, string | number | readonly string[]>>;

/** The bytes of `encodePackets`, concatenated. */
export function encodePacket(packet: Packet, divisible: string): Uint8Array {
  return concat(encodePackets(packet, divisible));
}

/**
 * Encodes `packet`, prefix and payload. A packet that is too long for its prefix becomes several,
 * each with a part of the text or list under the key `divisible`; texts are cut between characters.
 * It looks at each character and element at most three times, for any number of packets.
 *
 * @throws {RangeError} when the other keys alone are too long.
 */
export function encodePackets(packet: Packet, divisible: string): Uint8Array[] {
  const payload = toJson(packet);
  if (payload.length <= LARGEST_PAYLOAD) return [prefixed(payload)];
  const whole = packet[divisible];
  if (whole === undefined || typeof whole === "number") throw tooLong();
  const withShare = (share: string | readonly string[]) => ({ ...packet, [divisible]: share });
  const empty = toJson(withShare(typeof whole === "string" ? "" : []));
  const room = LARGEST_PAYLOAD - empty.length;
  const shares = typeof whole === "string" ? shareText(whole, room) : shareList(whole, room);
  return shares.map((share) => prefixed(toJson(withShare(share))));
}

/** Cuts `text` into parts, each at most `room` bytes long in JSON. */
function shareText(text: string, room: number): string[] {
  const shares: string[] = [];
  let start = 0;
  let length = 0;
  for (let at = 0; at < text.length;) {
    const end = at + ((text.codePointAt(at) as number) > 0xffff ? 2 : 1);
    const cost = (end - at) * jsonLength(text.charCodeAt(at));
    if (cost > room) throw tooLong();
    if (length + cost > room) {
      shares.push(text.slice(start, at));
      start = at;
      length = 0;
    }
    length += cost;
    at = end;
  }
  shares.push(text.slice(start));
  return shares;
}

/** Cuts `list` into parts, each at most `room` bytes long in JSON. */
function shareList(list: readonly string[], room: number): string[][] {
  const shares: string[][] = [];
  let share: string[] = [];
  let length = 0;
  for (const text of list) {
    const cost = quote(text).length;
    if (cost > room) throw tooLong();
    if (length + cost > room) {
      shares.push(share);
      share = [];
      length = 0;
    }
    share.push(text);
    length += cost + SEPARATOR.length;
  }
  shares.push(share);
  return shares;
}

const SEPARATOR = ", ";

/** Bytes of one UTF-16 unit in JSON. */
function jsonLength(unit: number): number {
  if (unit > 0x7e) return ESCAPED_UNIT;
  if (unit >= 0x20) return unit === QUOTE || unit === BACKSLASH ? 2 : 1;
  return SHORT_ESCAPES.has(unit) ? 2 : ESCAPED_UNIT;
}

const QUOTE = 0x22, BACKSLASH = 0x5c;
/** `\uXXXX` */
const ESCAPED_UNIT = 6;
/** The controls that `JSON.stringify` writes with a letter: `\b`, `\t`, `\n`, `\f` and `\r`. */
const SHORT_ESCAPES = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

function tooLong(): RangeError {
  return new RangeError(`Packet is longer than "${LARGEST_PAYLOAD}" bytes`);
}

/**
 * Parses the object in a payload; `undefined` when there is none. Its values can be of any type.
 */
export function parsePacket(payload: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(payload));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}

/** The payload of `packet`. It is ASCII, so its length in characters is its length in bytes. */
function toJson(packet: Packet): string {
  let json = "";
  for (const key in packet) {
    const value = packet[key] as string | number | readonly string[];
    const quoted = typeof value === "number"
      ? String(value)
      : typeof value === "string"
      ? quote(value)
      : `[${value.map(quote).join(SEPARATOR)}]`;
    json += `${json === "" ? "{" : ", "}"${key}": ${quoted}`;
  }
  return `${json}}`;
}

const NOT_ASCII = /[\u007f-\uffff]/;

function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return NOT_ASCII.test(quoted) ? quoted.replace(/[\u007f-\uffff]/g, escapeUnit) : quoted;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function prefixed(json: string): Uint8Array {
  const bytes = encodeUtf8(`\0\0${json}`);
  const length = bytes.length - PREFIX_BYTES;
  bytes[0] = length >> 8;
  bytes[1] = length & 0xff;
  return bytes;
}
