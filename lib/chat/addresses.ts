/**
 * Addresses and networks of the Internet, as operators write them: `192.0.2.17`, `192.0.2.0/24`,
 * `2001:db8::/32`.
 *
 * @module
 */

/** The 4 or 16 bytes of an address; `undefined` when the text is no address. */
export function addressBytes(address: string): Uint8Array | undefined {
  const [plain = ""] = address.split("%");
  if (!plain.includes(":")) return ipv4Bytes(plain);
  const bytes = ipv6Bytes(plain);
  const isMapped = bytes?.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));
  return isMapped ? bytes?.subarray(12) : bytes;
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  const isAddress = parts.length === 4 &&
    parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  return isAddress ? Uint8Array.from(parts, Number) : undefined;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, i) => groupBytes(half, i === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])]);
}

/** The bytes of groups between colons; the last group of an address may be an IPv4 address. */
function groupBytes(text: string, isEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
      continue;
    }
    const inner = isEnd && i === groups.length - 1 ? ipv4Bytes(group) : undefined;
    if (inner === undefined) return undefined;
    bytes.push(...inner);
  }
  return bytes;
}

/**
 * `host` as addresses are compared and shown: an IPv4 address in its own form, and no name of
 * an interface.
 */
export function plainAddress(host: string): string {
  const [address = ""] = host.split("%");
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/** All addresses that begin with the same bits. */
export interface Network {
  /** The bytes of one of them. */
  readonly bytes: Uint8Array;
  /** How many of the first bits are the same. */
  readonly bits: number;
}

/** Reads an address, or a network as `ADDRESS/BITS`; `undefined` when the text is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const bytes = addressBytes(address);
  if (bytes === undefined || rest.length > 0) return undefined;
  if (length === undefined) return { bytes, bits: bytes.length * 8 };
  const bits = Number(length);
  if (!/^\d{1,3}$/.test(length) || bits > bytes.length * 8) return undefined;
  return { bytes, bits };
}

/**
 * Whether an address is one of a network.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { addressBytes, isInNetwork, type Network, parseNetwork } from "./addresses.ts";
 *
 * const network = parseNetwork("192.0.2.0/25") as Network;
 * assert(isInNetwork(network, addressBytes("192.0.2.127")));
 * assert(!isInNetwork(network, addressBytes("192.0.2.128")));
 * ```
 */
export function isInNetwork({ bytes, bits }: Network, address: Uint8Array | undefined): boolean {
  if (address === undefined || address.length !== bytes.length) return false;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== address[i]) return false;
  const shift = 8 - (bits & 7);
  return shift === 8 || (bytes[whole] as number) >> shift === (address[whole] as number) >> shift;
}
