/**
 * SCRAM-SHA-256, both ends (RFC 5802, RFC 7677): a client proves that it knows a password which
 * it does not send, and the server proves that it has the keys of that password. Without
 * channel binding.
 *
 *   client  n,,n=alice,r=<nonce>
 *   server  r=<nonce><more nonce>,s=<salt>,i=<iterations>
 *   client  c=biws,r=<nonce><more nonce>,p=<proof>
 *   server  v=<signature>
 *
 * @module
 */

import { decodeBase64, encodeBase64 } from "./base64.ts";

/** The keys that a server keeps of a password. */
export interface ScramKeys {
  /** Random bytes that make the same password another key for every account. */
  readonly salt: Uint8Array;
  /** Rounds of PBKDF2. */
  readonly iterations: number;
  /** H(ClientKey): what a proof is checked against. */
  readonly storedKey: Uint8Array;
  /** The key by which the server proves itself. */
  readonly serverKey: Uint8Array;
}

/**
 * The most rounds that a client takes upon itself: a server must not choose how long it computes.
 */
const MAX_ITERATIONS = 10_000_000;
/**
 * The fewest that a client accepts (RFC 7677, section 4): fewer would let a false server find
 * the password.
 */
const MIN_ITERATIONS = 4096;
const KEY_BITS = 256;
const NONCE_BYTES = 18;

/** A message that is no message of SCRAM, or a proof that does not hold; the text says which. */
export class ScramError extends Error {
  /** `message` has no full stop. */
  constructor(message: string) {
    super(message);
    this.name = "ScramError";
  }
}

/**
 * The keys of `password`. It takes 20 to 50 ms at 100,000 iterations, in a thread of the
 * runtime's own.
 */
export async function deriveKeys(
  password: string,
  salt: Uint8Array,
  iterations: number,
): Promise<ScramKeys> {
  const { storedKey, serverKey } = await allKeys(password, salt, iterations);
  return { salt, iterations, storedKey, serverKey };
}

async function allKeys(password: string, salt: Uint8Array, iterations: number) {
  const words = encode(preparePassword(password));
  const key = await crypto.subtle.importKey("raw", words, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: own(salt), iterations };
  const salted = new Uint8Array(await crypto.subtle.deriveBits(how, key, KEY_BITS));
  const clientKey = await hmac(salted, "Client Key");
  return {
    clientKey,
    storedKey: await sha256(clientKey),
    serverKey: await hmac(salted, "Server Key"),
  };
}

/**
 * Brings a password into one form, because keyboards write some characters in several ways (RFC
 * 4013, without its tables of scripts).
 */
export function preparePassword(password: string): string {
  return password.replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .replace(/[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/g, "")
    .normalize("NFKC");
}

/** A fresh nonce. */
export function makeNonce(): string {
  return encodeBase64(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
}

/** What a client says first. */
export interface ClientFirst {
  /** The account. */
  readonly account: string;
  /** The account that it wants to act as; "" for the same. */
  readonly actAs: string;
  /** The client's random part of the nonce. */
  readonly nonce: string;
  /** Its first part, of which the proof is made as well. */
  readonly header: string;
  /** The rest. */
  readonly bare: string;
}

/**
 * Reads a client's first message.
 *
 * @throws {ScramError} when it is none, or asks for channel binding.
 */
export function readClientFirst(message: string): ClientFirst {
  const [header, binding, actAs = "", bare, name, nonce] =
    /^((?:(p=[^,]*)|[ny]),(?:a=([^,]*))?,)(n=([^,]*),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/s
      .exec(message)?.slice(1) ?? [];
  if (binding !== undefined) throw new ScramError("Channel binding is not supported");
  if (header === undefined || bare === undefined || name === undefined || nonce === undefined) {
    throw new ScramError("The first message is malformed");
  }
  return { account: readName(name), actAs: readName(actAs), nonce, header, bare };
}

function readName(name: string): string {
  if (/=(?!2C|3D)/.test(name)) throw new ScramError("The name is malformed");
  return name.replaceAll("=2C", ",").replaceAll("=3D", "=");
}

/** The server's end of one exchange, from the client's first message on. */
export class ScramServer {
  /** What the client has said first. */
  readonly first: ClientFirst;
  /** What the proof is checked against. */
  readonly keys: ScramKeys;
  readonly #nonce: string;

  /**
   * `keys` are those of the account; for an unknown one, keys that nobody knows the password of.
   */
  constructor(first: ClientFirst, keys: ScramKeys, nonce: string = makeNonce()) {
    this.first = first;
    this.keys = keys;
    this.#nonce = first.nonce + nonce;
  }

  /** The server's first message. */
  get challenge(): string {
    const { salt, iterations } = this.keys;
    return `r=${this.#nonce},s=${encodeBase64(salt)},i=${iterations}`;
  }

  /**
   * Checks the client's proof.
   *
   * @returns the server's last message.
   * @throws {ScramError} when the proof does not hold.
   */
  async answer(message: string): Promise<string> {
    const [unproven, binding, nonce, proof] =
      /^(c=([A-Za-z0-9+/=]*),r=([^,]*)(?:,.*)?),p=([A-Za-z0-9+/=]+)$/s.exec(message)?.slice(1) ??
        [];
    const claimed = proof === undefined ? undefined : decodeBase64(proof);
    const { first, challenge } = this;
    if (
      unproven === undefined || claimed === undefined || nonce !== this.#nonce ||
      binding !== encodeBase64(encode(first.header))
    ) {
      throw new ScramError("The last message is malformed");
    }
    const signed = `${first.bare},${challenge},${unproven}`;
    const signature = await hmac(this.keys.storedKey, signed);
    const key = await sha256(xor(claimed, signature));
    if (claimed.length !== signature.length || !isEqual(key, this.keys.storedKey)) {
      throw new ScramError("The proof does not hold");
    }
    return `v=${encodeBase64(await hmac(this.keys.serverKey, signed))}`;
  }
}

/** The client's end of one exchange. */
export class ScramClient {
  /** The client's first message. */
  readonly first: string;
  readonly #password: string;
  readonly #nonce: string;
  #expected: Uint8Array | undefined;

  /** For the account called `account`. */
  constructor(account: string, password: string, nonce: string = makeNonce()) {
    const name = account.replaceAll("=", "=3D").replaceAll(",", "=2C");
    this.#password = password;
    this.#nonce = nonce;
    this.first = `n,,n=${name},r=${nonce}`;
  }

  /**
   * Answers the server's first message with the proof.
   *
   * @throws {ScramError} when it is malformed, asks for too few or too many rounds, or answers
   *   somebody else.
   */
  async answer(challenge: string): Promise<string> {
    const [nonce = "", salt = "", rounds = ""] =
      /^r=([^,]+),s=([A-Za-z0-9+/=]+),i=(\d{1,8})(?:,.*)?$/s.exec(challenge)?.slice(1) ?? [];
    const iterations = Number(rounds);
    const salted = decodeBase64(salt);
    if (salted === undefined || !nonce.startsWith(this.#nonce) || nonce === this.#nonce) {
      throw new ScramError("The server's message is malformed");
    }
    if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
      throw new ScramError(`The server asks for ${iterations} rounds`);
    }
    const { clientKey, storedKey, serverKey } = await allKeys(this.#password, salted, iterations);
    const unproven = `c=${encodeBase64(encode("n,,"))},r=${nonce}`;
    const signed = `${this.first.slice("n,,".length)},${challenge},${unproven}`;
    this.#expected = await hmac(serverKey, signed);
    const proof = xor(clientKey, await hmac(storedKey, signed));
    return `${unproven},p=${encodeBase64(proof)}`;
  }

  /**
   * Checks that the server knows the account's keys.
   *
   * @throws {ScramError} when it does not.
   */
  verify(last: string): void {
    const signature = decodeBase64(/^v=([A-Za-z0-9+/=]+)(?:,.*)?$/s.exec(last)?.[1] ?? "");
    if (
      this.#expected === undefined || signature === undefined ||
      !isEqual(signature, this.#expected)
    ) {
      throw new ScramError("The server does not know this account");
    }
  }
}

/** Whether `password` is the one that `keys` were made of. It takes as long as `deriveKeys`. */
export async function isPasswordOf(password: string, keys: ScramKeys): Promise<boolean> {
  const { storedKey } = await deriveKeys(password, keys.salt, keys.iterations);
  return isEqual(storedKey, keys.storedKey);
}

/** Whether both were made at once, from one password. */
export function areSameKeys(one: ScramKeys, other: ScramKeys): boolean {
  return isEqual(one.salt, other.salt) && isEqual(one.storedKey, other.storedKey);
}

/** HMAC-SHA-256 of `message`. */
export async function hmac(secret: Uint8Array, message: string): Promise<Uint8Array> {
  const how = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", own(secret), how, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encode(message)));
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", own(bytes)));
}

function xor(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((byte, i) => byte ^ (other[i] ?? 0));
}

/** Takes the same time wherever the first difference is. */
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (const [i, byte] of one.entries()) difference |= byte ^ (other[i] as number);
  return difference === 0;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A copy in memory of its own, as WebCrypto wants it. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
