/**
 * The cloak: what other users see instead of an address. It is a keyed hash, so that without the
 * key nobody can find the address, not even by trying all of them. It has one part for the address
 * and one for each of its networks, so that a ban can name a network.
 *
 *   192.0.2.17    ->  gf3m2x7q.a1c9d0ke.zz4t81vn.ip      hashes of /32, /24 and /16
 *   2001:db8::17  ->  kq0s8b2c.m41x9tfa.3p7hd6wy.ip      hashes of /64, /48 and /32
 *
 * @module
 */

import { addressBytes } from "../chat/addresses.ts";

/** The end of every cloak; no DNS name ends in it. */
const SUFFIX = "ip";
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const PART_CHARACTERS = 8;
/** Bytes of the secret key. */
export const CLOAK_KEY_BYTES = 16;
/**
 * The lengths in bytes of the hashed prefixes. One customer has the last 64 bits of an IPv6
 * address.
 */
const IPV4_PREFIXES = [4, 3, 2];
const IPV6_PREFIXES = [8, 6, 4];

/** Makes cloaks with one secret key. Another key gives the same address another cloak. */
export class Cloak {
  readonly #key: readonly [bigint, bigint];

  /**
   * Cloaks with `key`, 16 secret bytes.
   *
   * @throws {RangeError} when `key` does not have 16 bytes.
   */
  constructor(key: Uint8Array) {
    if (key.length !== CLOAK_KEY_BYTES) {
      throw new RangeError(`Cloak key must have 16 bytes, got "${key.length}"`);
    }
    this.#key = [readWord(key, 0), readWord(key, 8)];
  }

  /**
   * The cloak of `address`. A mapped address (`::ffff:192.0.2.17`) has the cloak of its
   * IPv4 address.
   */
  of(address: string): string {
    const bytes = addressBytes(address);
    if (bytes === undefined) return `${this.#part(new TextEncoder().encode(address))}.${SUFFIX}`;
    const prefixes = bytes.length === 4 ? IPV4_PREFIXES : IPV6_PREFIXES;
    const parts = prefixes.map((length) => this.#part(bytes.subarray(0, length)));
    return [...parts, SUFFIX].join(".");
  }

  #part(bytes: Uint8Array): string {
    let hash = sipHash(this.#key, bytes);
    let text = "";
    for (let i = 0; i < PART_CHARACTERS; i++) {
      text += ALPHABET.charAt(Number(hash & 31n));
      hash >>= 5n;
    }
    return text;
  }
}

const MASK = (1n << 64n) - 1n;

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}

/** Reads eight bytes, little-endian; bytes after the end are 0. */
function readWord(bytes: Uint8Array, at: number): bigint {
  let word = 0n;
  for (let i = 7; i >= 0; i--) word = (word << 8n) | BigInt(bytes[at + i] ?? 0);
  return word;
}

/** SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of 64 bits, made for short inputs. */
export function sipHash(key: readonly [bigint, bigint], bytes: Uint8Array): bigint {
  const state: [bigint, bigint, bigint, bigint] = [
    key[0] ^ 0x736f6d6570736575n,
    key[1] ^ 0x646f72616e646f6dn,
    key[0] ^ 0x6c7967656e657261n,
    key[1] ^ 0x7465646279746573n,
  ];
  const words = Math.floor(bytes.length / 8);
  for (let i = 0; i <= words; i++) {
    const isLast = i === words;
    const word = readWord(bytes, 8 * i) | (isLast ? BigInt(bytes.length & 0xff) << 56n : 0n);
    state[3] ^= word;
    rounds(state, 2);
    state[0] ^= word;
  }
  state[2] ^= 0xffn;
  rounds(state, 4);
  return state[0] ^ state[1] ^ state[2] ^ state[3];
}

function rounds(v: [bigint, bigint, bigint, bigint], count: number): void {
  for (let i = 0; i < count; i++) {
    v[0] = (v[0] + v[1]) & MASK;
    v[1] = rotate(v[1], 13n) ^ v[0];
    v[0] = rotate(v[0], 32n);
    v[2] = (v[2] + v[3]) & MASK;
    v[3] = rotate(v[3], 16n) ^ v[2];
    v[0] = (v[0] + v[3]) & MASK;
    v[3] = rotate(v[3], 21n) ^ v[0];
    v[2] = (v[2] + v[1]) & MASK;
    v[1] = rotate(v[1], 17n) ^ v[2];
    v[2] = rotate(v[2], 32n);
  }
}
