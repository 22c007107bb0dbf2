/**
 * What is kept of an account: its name, and the two keys of SCRAM-SHA-256, from which nobody can
 * log in without finding the password by trying.
 *
 * @module
 */

import type { ScramKeys } from "../sasl/scram.ts";

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
