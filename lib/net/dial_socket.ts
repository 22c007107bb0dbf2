/**
 * Connecting with a socket that the runtime's TLS can take over, as a client without a certificate
 * to check does.
 *
 * @module
 */

import { connect } from "node:net";
import { TcpSocket } from "./tcp_socket.ts";

/** What `Deno.connect` would say of a code of `node:net`: the name and the message of its error. */
const FAULTS: Readonly<Record<string, readonly [string, string]>> = {
  ECONNREFUSED: ["ConnectionRefused", "Connection refused"],
  ECONNRESET: ["ConnectionReset", "Connection reset by peer"],
  ETIMEDOUT: ["TimedOut", "Connection timed out"],
  EHOSTUNREACH: ["HostUnreachable", "No route to host"],
  ENETUNREACH: ["NetworkUnreachable", "Network is unreachable"],
  ENOTFOUND: ["Error", "failed to lookup address information"],
  EAI_AGAIN: ["Error", "failed to lookup address information"],
};

/**
 * Connects to `host`:`port`.
 *
 * @throws errors with the names and words of those of `Deno.connect`.
 */
export async function dialSocket(host: string, port: number): Promise<TcpSocket> {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.on("error", (error: Error & { code?: string }) => {
      const [name, message] = FAULTS[error.code ?? ""] ?? [error.name, error.message];
      reject(Object.assign(new Error(message), { name }));
    });
  });
  socket.setKeepAlive(true);
  return new TcpSocket(socket.pause(), { hostname: host, port });
}
