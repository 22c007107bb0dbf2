/**
 * TCP sockets as transports.
 *
 * @module
 */

import { Connection, type ConnectionOptions } from "./connection.ts";
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

/**
 * Connects to `host`:`port`.
 *
 * @throws the errors of `Deno.connect`: the host is unknown, or nobody listens on the port.
 */
export async function connect(
  host: string,
  port: number,
  options?: ConnectionOptions,
): Promise<Connection> {
  return new Connection(tcpTransport(await Deno.connect({ hostname: host, port })), options);
}
