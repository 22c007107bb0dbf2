/**
 * A certificate is tried out before any client sees it.
 *
 * @module
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CertificateError, readCredentials } from "../../lib/net/certificate.ts";
import { tryCredentials } from "../../lib/net/certificate_trial.ts";
import { makeCertificate } from "../support/certificate.ts";
import { CA } from "../support/tls.ts";

Deno.test("trial: a certificate that clients can use is let through, even if they would not trust it", async () => {
  for (const parts of [{}, { issuer: CA }, { until: -1, from: -9 }, { curve: "P-384" }]) {
    const { cert, key } = makeCertificate(parts);
    await tryCredentials(readCredentials(cert, key));
  }
});

Deno.test("trial: a key for which TLS agrees with no client is refused, though it fits its certificate", async () => {
  const { cert, key } = makeCertificate({ issuer: CA, curve: "secp256k1" });
  const credentials = readCredentials(cert, key);
  const error = await assertRejects(() => tryCredentials(credentials), CertificateError);
  assertEquals(error.what, "certificate");
  assertMatch(error.message, /^no client could connect with it: [a-z][^.]*$/);
});
