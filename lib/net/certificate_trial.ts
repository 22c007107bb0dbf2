/**
 * Tries a certificate out, with a client in memory: there are keys that fit their certificate and
 * that the runtime's TLS reads, but for which it agrees with no client, such as those of RSA-PSS or
 * on secp256k1.
 *
 * @module
 */

import { type Duplex, duplexPair } from "node:stream";
import { connect, TLSSocket } from "node:tls";
import { CertificateError, type Credentials } from "./certificate.ts";
import { withTimeout } from "./with_timeout.ts";

/** Milliseconds for both ends together, which need some three. */
const TRIAL_MS = 5_000;

/**
 * Shakes hands once. The first time in a process, this also lets the runtime load what any
 * handshake needs: that takes 25 to 80 ms, for which the first client would otherwise hold
 * up everybody.
 *
 * @throws {CertificateError} when no client could connect.
 */
export async function tryCredentials({ context }: Credentials): Promise<void> {
  const [near, far]: Duplex[] = duplexPair();
  const server = new TLSSocket(near as Duplex, { isServer: true, secureContext: context });
  const client = connect({ socket: far as Duplex, rejectUnauthorized: false });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on("secure", resolve);
  for (const event of ["_tlsError", "error"]) server.on(event, reject);
  client.on("error", reject);
  const why = await withTimeout(promise, TRIAL_MS) ? await faultOf(promise) : "no answer in time";
  server.destroy();
  client.destroy();
  if (why === undefined) return;
  throw new CertificateError("certificate", `no client could connect with it: ${why}`);
}

/**
 * The message with which `promise`, which has settled, was rejected; `undefined` when it resolved.
 */
async function faultOf(promise: Promise<void>): Promise<string | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
