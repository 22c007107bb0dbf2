/**
 * A certificate with its key, as a server shows it: read from PEM, checked, and ready for
 * handshakes.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";

/** A certificate and a key that fit each other. */
export interface Credentials {
  /** What a handshake needs. */
  readonly context: SecureContext;
  /** The names and addresses that the certificate is for. */
  readonly names: readonly string[];
  /** The moment from which it is valid, in milliseconds of Unix time. */
  readonly notBefore: number;
  /** The moment until which it is valid, in milliseconds of Unix time. */
  readonly notAfter: number;
  /** The SHA-256 of the certificate in hex, which tells two of them apart. */
  readonly fingerprint: string;
}

/** What cannot be a server's certificate or key, in one line. */
export class CertificateError extends Error {
  /** Which of the two is at fault. */
  readonly what: "certificate" | "key";

  /** `message` has no full stop. */
  constructor(what: "certificate" | "key", message: string) {
    super(message);
    this.name = "CertificateError";
    this.what = what;
  }
}

/**
 * Reads a certificate (followed by those of its issuers) and its key, both in PEM.
 *
 * @throws {CertificateError} when one of them is none, or when they do not fit each other. A
 *   certificate that has expired is no fault here.
 */
export function readCredentials(cert: string, key: string): Credentials {
  const chain = cert.match(CERTIFICATE) ?? [];
  const [pem = ""] = PRIVATE_KEY.exec(key) ?? [];
  const certificate = parseChain(chain);
  const privateKey = parseKey(pem);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CertificateError("key", "it is not the key of the certificate");
  }
  return {
    context: contextOf(chain.join("\n"), pem),
    names: namesOf(certificate),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

function contextOf(cert: string, key: string): SecureContext {
  try {
    return createSecureContext({ cert, key, minVersion: "TLSv1.2" });
  } catch (error) {
    // `error:0A00018A:SSL routines::key too small`
    const why = (error as Error).message.replace(/^error:\w+:[^:]*:[^:]*:/, "");
    throw new CertificateError("key", `TLS cannot use it: ${why}`);
  }
}

// One file may hold both, and comments beside them.
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[^]+?-----END [A-Z ]+-----/;

function parseChain([own, ...issuers]: readonly string[]): X509Certificate {
  if (own === undefined) throw new CertificateError("certificate", "it has no certificate in PEM");
  try {
    for (const issuer of issuers) new X509Certificate(issuer);
    return new X509Certificate(own);
  } catch {
    throw new CertificateError("certificate", "it has a damaged certificate");
  }
}

function parseKey(pem: string): ReturnType<typeof createPrivateKey> {
  if (pem === "") {
    throw new CertificateError("key", "it has no private key in PEM");
  }
  if (pem.includes("ENCRYPTED")) {
    throw new CertificateError("key", "it is encrypted; give it without a passphrase");
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw new CertificateError("key", "it has a damaged private key");
  }
}

function namesOf({ subjectAltName = "", subject }: X509Certificate): readonly string[] {
  const names = [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name]) =>
    name as string
  );
  const [, common] = /(?:^|\n)CN=([^\n]+)/.exec(subject ?? "") ?? [];
  return names.length > 0 || common === undefined ? names : [common];
}
