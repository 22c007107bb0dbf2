/**
 * Passwords that the operator of this program gives it: as a hash, or as words in a file or on the
 * command line. A comparison takes the same time wherever the first difference is.
 *
 *   pbkdf2:100000:<salt, base64>:<key, base64>      PBKDF2 with SHA-256, key of 32 bytes
 *
 * @module
 */

import { NetworkTurns } from "./network_turns.ts";

/** Rounds of a new hash: 20 to 50 ms of one core. */
const ITERATIONS = 100_000;
/** Rounds that a hash may have: more would be an attack on this program's own processor. */
const MAX_ITERATIONS = 10_000_000;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** Derivations at once in this process; they leave a processor to the event loop. */
const MAX_AT_ONCE = Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));

const HASH = /^pbkdf2:(\d{1,8}):([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;

/** The parts of a hash. */
interface Hash {
  readonly iterations: number;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly key: Uint8Array;
}

/** A password to compare with; of a hash, only the hash is kept. */
export class Secret {
  readonly #hash: Hash | undefined;
  readonly #words: Uint8Array;

  /** `text` is a hash, or the password itself. */
  constructor(text: string) {
    this.#hash = parseHash(text);
    this.#words = new TextEncoder().encode(this.#hash === undefined ? text : "");
  }

  /** Whether `text` is a hash. */
  static isHash(text: string): boolean {
    return parseHash(text) !== undefined;
  }

  /** Whether `password` is the right one, as somebody from `network` asks. */
  async fits(password: string, network: string): Promise<boolean> {
    if (this.#hash !== undefined) {
      const { salt, iterations, key } = this.#hash;
      const derived = await turns.run(network, () => derive(password, salt, iterations));
      return isEqual(derived, key);
    }
    const [claimed, right] = await Promise.all([
      digest(new TextEncoder().encode(password)),
      digest(this.#words),
    ]);
    return isEqual(claimed, right);
  }
}

/** The hash of `password`, to be put into a command line or a file. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const key = await derive(password, salt, ITERATIONS);
  return `pbkdf2:${ITERATIONS}:${toBase64(salt)}:${toBase64(key)}`;
}

function parseHash(text: string): Hash | undefined {
  const [, rounds = "", salt = "", key = ""] = HASH.exec(text) ?? [];
  const iterations = Number(rounds);
  if (iterations < 1 || iterations > MAX_ITERATIONS) return undefined;
  try {
    return { iterations, salt: fromBase64(salt), key: fromBase64(key) };
  } catch {
    return undefined;
  }
}

const turns = new NetworkTurns(MAX_AT_ONCE);

async function derive(
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array> {
  const words = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey("raw", words, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, KEY_BYTES * 8));
}

async function digest(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
}

/** Takes the same time wherever the first difference is. */
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (const [i, byte] of one.entries()) difference |= byte ^ (other[i] as number);
  return difference === 0;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
