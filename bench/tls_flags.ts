/**
 * The flags of a server with a TLS port, and the files that they name.
 *
 * @module
 */

import { makeCertificate } from "../tests/support/certificate.ts";

/** Writes a certificate and its key into `folder`, which the server must be able to read; returns the flags. */
export async function tlsFlags(folder: string): Promise<string[]> {
  const { cert, key } = makeCertificate();
  await Deno.writeTextFile(`${folder}/cert.pem`, cert);
  await Deno.writeTextFile(`${folder}/key.pem`, key);
  return ["--tls-port=0", `--tls-cert=${folder}/cert.pem`, `--tls-key=${folder}/key.pem`];
}
