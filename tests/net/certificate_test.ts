/**
 * A server's certificate and key: what is read from them, and every way in which they are no good.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { CertificateError, readCredentials } from "../../lib/net/certificate.ts";
import { makeCertificate } from "../support/certificate.ts";
import { CA, LEAF } from "../support/tls.ts";

Deno.test("certificate: its names and its time, of the first one of a chain", () => {
  const made = makeCertificate({ names: ["chat.example", "127.0.0.1"], until: 30, issuer: CA });
  const read = readCredentials(made.cert + CA.cert, made.key);
  assertEquals(read.names, ["chat.example", "127.0.0.1"]);
  assertEquals(Math.round((read.notAfter - Date.now()) / 86_400_000), 30);
  assertEquals(Math.round((read.notBefore - Date.now()) / 86_400_000), -1);
  assertEquals(readCredentials(made.cert, made.key).fingerprint, read.fingerprint);
});

Deno.test("certificate: what is none, or does not fit, is named", () => {
  const damaged = LEAF.cert.replace(/\n.{64}\n/, "\n");
  const encrypted = LEAF.key.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
  const wrong = (cert: string, key: string) => {
    const { what, message } = assertThrows(() => readCredentials(cert, key), CertificateError);
    return `${what}: ${message}`;
  };
  assertEquals(wrong("", LEAF.key), "certificate: it has no certificate in PEM");
  assertEquals(wrong(LEAF.key, LEAF.key), "certificate: it has no certificate in PEM");
  assertEquals(wrong(damaged, LEAF.key), "certificate: it has a damaged certificate");
  assertEquals(wrong(LEAF.cert + damaged, LEAF.key), "certificate: it has a damaged certificate");
  assertEquals(wrong(LEAF.cert, LEAF.cert), "key: it has no private key in PEM");
  assertEquals(
    wrong(LEAF.cert, encrypted),
    "key: it is encrypted; give it without a passphrase",
  );
  const half = LEAF.key.replace(/\n.{64}\n/, "\n");
  assertEquals(wrong(LEAF.cert, half), "key: it has a damaged private key");
  assertEquals(wrong(LEAF.cert, CA.key), "key: it is not the key of the certificate");
});
