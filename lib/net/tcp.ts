/**
 * TCP sockets as transports.
 *
 * @module
 */

import { Connection, type ConnectionOptions } from "./connection.ts";
import type { Transport } from "./transport.ts";

/** `conn`, set up for chat. Nothing else may read, write or close it. */
export function tcpTransport(conn: Deno.TcpConn): Transport {
  try {
    // The outbox sends a turn's bytes at once already; waiting for more would only delay them.
    conn.setNoDelay(true);
    // Finds peers that vanished while nothing is sent to them. Deno cannot set how long that takes: it
    // is the system's time (Linux: two hours, `net.ipv4.tcp_keepalive_time`).
    conn.setKeepAlive(true);
  } catch {
    // The peer has reset the connection already: the first read fails.
  }
  return conn;
}

/**
 * Connects to `host`:`port`.
 *
 * @throws whatever `Deno.connect` rejects with when there is no such host or nobody listens.
 */
export async function connect(
  host: string,
  port: number,
  options?: ConnectionOptions,
): Promise<Connection> {
  return new Connection(tcpTransport(await Deno.connect({ hostname: host, port })), options);
}
