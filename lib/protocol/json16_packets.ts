/**
 * json16's packets as bytes: the exact JSON that all public servers send (a space after `:` and `,`, keys
 * in the order given, non-ASCII as `\uXXXX`), behind its length.
 *
 * @module
 */

import { LARGEST_PAYLOAD, PREFIX_BYTES } from "../framing/length_prefixed.ts";
import { decodeUtf8, encodeUtf8 } from "./text.ts";

/** A packet to be sent: its keys in the order in which they are written. */
export type Packet = Readonly<Record<string, string | readonly string[]>>;

/** The bytes of `encodePackets` one behind another. */
export function encodePacket(packet: Packet, divisible: string): Uint8Array {
  const packets = encodePackets(packet, divisible);
  return packets.length === 1 ? packets[0] as Uint8Array : concat(...packets);
}

/**
 * The bytes of `packet`, prefix and payload together. One that is too long for its prefix becomes
 * several, which share out the text or the list under `divisible`; texts are cut between characters.
 *
 * @throws {RangeError} when it is too long even so.
 */
export function encodePackets(packet: Packet, divisible: string): Uint8Array[] {
  const payload = toJson(packet);
  if (payload.length <= LARGEST_PAYLOAD) return [prefixed(payload)];
  return halve(packet[divisible]).flatMap((half) =>
    encodePackets({ ...packet, [divisible]: half }, divisible)
  );
}

/** `parts` one behind another. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** The object in a payload; `undefined` when it holds none. Its values can be anything. */
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

/** The payload of `packet`, whose keys are plain words: ASCII alone, so that its length in characters is its length in bytes. */
export function toJson(packet: Packet): string {
  let json = "";
  for (const key in packet) {
    const value = packet[key] as string | readonly string[];
    const quoted = typeof value === "string" ? quote(value) : `[${value.map(quote).join(", ")}]`;
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
  writeLength(bytes, bytes.length);
  return bytes;
}

/** Writes the prefix of the packet that has the first `end` bytes of `bytes`, its prefix among them. */
export function writeLength(bytes: Uint8Array, end: number): void {
  const length = end - PREFIX_BYTES;
  bytes[0] = length >> 8;
  bytes[1] = length & 0xff;
}

function halve(value: string | readonly string[] | undefined): (string | readonly string[])[] {
  if (value === undefined || value.length < 2) {
    throw new RangeError(`Packet is longer than "${LARGEST_PAYLOAD}" bytes`);
  }
  let middle = value.length >> 1;
  // Never between the two halves of a surrogate pair.
  if (typeof value === "string" && isLowSurrogate(value.charCodeAt(middle))) middle++;
  return [value.slice(0, middle), value.slice(middle)];
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
