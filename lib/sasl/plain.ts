/**
 * PLAIN (RFC 4616): the password itself, to be sent over a connection that nobody reads.
 *
 *   [account to act as] NUL account NUL password
 *
 * @module
 */

/** A client's message. */
export interface PlainMessage {
  /** The account that it wants to act as; "" for the same. */
  readonly actAs: string;
  /** The account whose password it gives. */
  readonly account: string;
  /** The password, as it was typed. */
  readonly password: string;
}

/** The message of a client that logs in to `account`. */
export function formatPlain(account: string, password: string): Uint8Array {
  return new TextEncoder().encode(`\0${account}\0${password}`);
}

/**
 * Reads a client's message; `undefined` when it is malformed, or a name or the password is empty.
 */
export function readPlain(bytes: Uint8Array): PlainMessage | undefined {
  let parts: string[];
  try {
    parts = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).split("\0");
  } catch {
    return undefined;
  }
  const [actAs = "", account = "", password = ""] = parts;
  const isWhole = parts.length === 3 && account !== "" && password !== "";
  return isWhole ? { actAs, account, password } : undefined;
}
