/**
 * TCP sockets as transports.
 *
 * @module
 */

import { Connection, type ConnectionOptions } from "./connection.ts";
import type { Trust } from "./tls_client.ts";
import type { Transport } from "./transport.ts";

/** Returns `conn`, set up for chat. Nothing else may read, write or close it. */
export function tcpTransport(conn: Deno.TcpConn): Transport {
  try {
    // The outbox already sends a turn's bytes together; Nagle's algorithm would only delay them.
    conn.setNoDelay(true);
    // Finds peers that vanished while nothing is sent to them. Deno cannot set the time: it is the
    // system's (Linux: two hours, `net.ipv4.tcp_keepalive_time`).
    conn.setKeepAlive(true);
  } catch {
    // The peer has already reset the connection; the first read will fail.
  }
  return conn;
}

/** The settings of a connection that this side opens. */
export interface ConnectOptions extends ConnectionOptions {
  /** Whom to trust; without it, the connection is plain text. */
  readonly tls?: Trust;
}

/**
 * Connects to `host`:`port`.
 *
 * @throws the errors of `Deno.connect`: the host is unknown, or nobody listens on the port.
 * @throws {TrustError} when TLS is wanted and there is none, or not that of `host`.
 */
export async function connect(
  host: string,
  port: number,
  { tls, ...options }: ConnectOptions = {},
): Promise<Connection> {
  if (tls !== undefined) {
    const { connectTls } = await import("./tls_client.ts");
    return new Connection(await connectTls(host, port, tls), options);
  }
  const conn = await Deno.connect({ hostname: host, port });
  return new Connection(tcpTransport(conn), options);
}
