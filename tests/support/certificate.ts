/**
 * Certificates for tests, made when they are needed: a small encoder of DER (X.690) for what X.509 (RFC 5280) asks
 * of them. No key is ever written into the repository.
 *
 * @module
 */

import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

/** A certificate and its key, in PEM. */
export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
  /** Its common name. */
  readonly name: string;
}

/** What a certificate says. */
export interface CertificateParts {
  /** Names and IPv4 addresses; the first is the common name as well. Default: localhost and 127.0.0.1. */
  readonly names?: readonly string[];
  /** Days from now, when it begins to be valid. Default: yesterday. */
  readonly from?: number;
  /** Days from now, when it ends. Default: in 90 days. */
  readonly until?: number;
  /** Whose it is; default: its own. */
  readonly issuer?: MadeCertificate;
  /** Whether it may sign others. */
  readonly isCa?: boolean;
  /** Of its form; 1 has no extensions, so no other names and no `isCa`. Default: 3. */
  readonly version?: 1 | 3;
  /** Of its key. Default: P-256. */
  readonly curve?: string;
}

const DAY_MS = 86_400_000;

/** Makes one. */
export function makeCertificate(parts: CertificateParts = {}): MadeCertificate {
  const { names = ["localhost", "127.0.0.1"], from = -1, until = 90, issuer, isCa, version = 3 } =
    parts;
  const { curve = "P-256" } = parts;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: curve });
  const [name = ""] = names;
  const body = sequence(
    ...(version === 3 ? [tagged(0xa0, integer(2))] : []),
    integer(1 + Math.floor(Math.random() * 1e9)),
    ECDSA_SHA256,
    nameOf(issuer?.name ?? name),
    sequence(timeOf(from), timeOf(until)),
    nameOf(name),
    new Uint8Array(publicKey.export({ type: "spki", format: "der" })),
    ...(version === 3 ? [extensions(names, isCa)] : []),
  );
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const signature = new Uint8Array(sign("sha256", body, signer));
  const der = sequence(body, ECDSA_SHA256, tagged(0x03, Uint8Array.of(0), signature));
  return {
    cert: pem("CERTIFICATE", der),
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    name,
  };
}

/** `tag`, length, and the parts. */
function tagged(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = length < 128
    ? [tag, length]
    : length < 256
    ? [tag, 0x81, length]
    : [tag, 0x82, length >> 8, length & 255];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return tagged(0x30, ...parts);
}

/** A number of less than 2^31. */
function integer(value: number): Uint8Array<ArrayBuffer> {
  const bytes = [value >> 24, value >> 16, value >> 8, value].map((byte) => byte & 255);
  // DER has the fewest bytes that keep the sign.
  while (bytes.length > 1 && bytes[0] === 0 && (bytes[1] as number) < 128) bytes.shift();
  return tagged(0x02, Uint8Array.from(bytes));
}

function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value);
}

const ECDSA_SHA256 = sequence(
  tagged(0x06, Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)),
);

function nameOf(common: string): Uint8Array<ArrayBuffer> {
  const id = tagged(0x06, Uint8Array.of(0x55, 0x04, 0x03));
  return sequence(tagged(0x31, sequence(id, tagged(0x0c, text(common)))));
}

function timeOf(days: number): Uint8Array<ArrayBuffer> {
  const digits = new Date(Date.now() + days * DAY_MS).toISOString().replace(/\D/g, "");
  return tagged(0x17, text(`${digits.slice(2, 14)}Z`));
}

function generalName(name: string): Uint8Array<ArrayBuffer> {
  const isAddress = /^[\d.]+$/.test(name);
  return isAddress
    ? tagged(0x87, Uint8Array.from(name.split("."), Number))
    : tagged(0x82, text(name));
}

function extensions(names: readonly string[], isCa = false): Uint8Array<ArrayBuffer> {
  const constraints = sequence(tagged(0x01, Uint8Array.of(255)));
  return tagged(
    0xa3,
    sequence(
      ...(isCa ? [extension([0x55, 0x1d, 0x13], constraints)] : []),
      extension([0x55, 0x1d, 0x11], sequence(...names.map(generalName))),
    ),
  );
}

function extension(id: readonly number[], value: Uint8Array): Uint8Array<ArrayBuffer> {
  return sequence(tagged(0x06, Uint8Array.from(id)), tagged(0x04, value));
}

function pem(kind: string, der: Uint8Array<ArrayBuffer>): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${kind}-----\n${lines.join("\n")}\n-----END ${kind}-----\n`;
}
