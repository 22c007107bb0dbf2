/**
 * Words for a server that is not the one that it should be, or does not encrypt.
 *
 * @module
 */

import type { TlsFault, TrustError } from "../net/tls_client.ts";

/** TLS is wanted, and there is none, or none that is trusted. */
export class InsecureError extends Error {
  /**
   * Whether it will be the same at the next attempt, because it is about the server's certificate.
   */
  readonly isLasting: boolean;

  /** `message` has no full stop, and says what to do. */
  constructor(message: string, isLasting: boolean) {
    super(message);
    this.name = "InsecureError";
    this.isLasting = isLasting;
  }
}

const ADVICE = "--ca FILE trusts one of your choice, --insecure accepts any";

/** Each fault in words, about "it". */
const WORDS: Readonly<Record<TlsFault, (host: string, message: string) => string>> = {
  expired: () => "its certificate has expired; its operator must renew it",
  early: () => "its certificate is not valid yet; is the clock of this machine right?",
  name: (host) => `its certificate is not for "${host}"; is that its name?`,
  issuer: () =>
    `its certificate is one for issuers: a server's must have CA:FALSE; --insecure accepts any`,
  unknown: () => `nobody whom this client trusts has signed its certificate; ${ADVICE}`,
  broken: (_host, message) => `its certificate is no good: ${message}`,
  plain: () => "it does not speak TLS on this port; try an address without the s",
  refused: (_host, message) => `it refuses TLS (${message}); try an address without the s`,
  other: (_host, message) => `the handshake failed: ${message}`,
};

/** Faults of a moment: the server may be starting, or another one stands in for it. */
const PASSING: ReadonlySet<TlsFault> = new Set(["plain", "refused", "other"]);

/**
 * Describes a fault in the encryption of the server at `host`:`port`; `undefined` for any
 * other error.
 */
export function describeTrust(
  error: Error,
  { host, port }: { readonly host: string; readonly port: number },
): InsecureError | undefined {
  if (error.name !== "TrustError") return undefined;
  const { fault, message } = error as TrustError;
  const words = WORDS[fault](host, message);
  const text = `No trusted connection to ${host}:${port}: ${words}`;
  return new InsecureError(text, !PASSING.has(fault));
}
