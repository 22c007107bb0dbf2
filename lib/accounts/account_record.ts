/**
 * What is kept of an account: its name, and the two keys of SCRAM-SHA-256, from which nobody can log in without
 * finding the password by trying.
 *
 * @module
 */

/** The keys of one password (RFC 5802, section 3). */
export interface ScramKeys {
  /** Random bytes that make the same password another key for every account. */
  readonly salt: Uint8Array;
  /** Rounds of PBKDF2. */
  readonly iterations: number;
  /** H(ClientKey): what a proof is checked against. */
  readonly storedKey: Uint8Array;
  /** What the server proves itself with. */
  readonly serverKey: Uint8Array;
}

/** One account. */
export interface AccountRecord extends ScramKeys {
  /** As it was registered; two that differ only in ASCII case are the same. */
  readonly name: string;
  /** When it was registered, in milliseconds of Unix time. */
  readonly registeredAt: number;
}

/** The form under which an account is looked up: ASCII letters in lower case. */
export function foldAccount(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
