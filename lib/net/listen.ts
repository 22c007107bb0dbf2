/**
 * Listening on a TCP port, with a reason in words where that is impossible.
 *
 * @module
 */

import { formatAddress } from "./transport.ts";

/**
 * Connections that wait until they are accepted. The system's default of 511 overflows when a
 * course of a thousand connects at once, and a connection that does not fit waits a second until
 * TCP tries again.
 */
export const BACKLOG = 4096;

/** A listener on a port. */
export type TcpListener = Deno.TcpListener;

/** A connection that it accepts. */
export type TcpConn = Deno.TcpConn;

/** The address of a listener. */
export type TcpAddress = Deno.NetAddr;

/** Listening failed; the message says why in one line. */
export class ListenError extends Error {
  /** `message` has no full stop and names the address. */
  constructor(message: string) {
    super(message);
    this.name = "ListenError";
  }
}

/**
 * Opens a listener; connections queue up in the system from now on.
 *
 * @throws {ListenError} when the address is in use, not this machine's, or not permitted.
 */
export function listen(host: string, port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: host, port, tcpBacklog: BACKLOG });
  } catch (error) {
    const address = formatAddress({ hostname: host, port });
    throw new ListenError(`Cannot listen on ${address}: ${listenFault(error as Error)}`);
  }
}

function listenFault(error: Error): string {
  if (error instanceof Deno.errors.AddrInUse) return "the address is already in use";
  if (error instanceof Deno.errors.AddrNotAvailable) return "it is not an address of this machine";
  if (error instanceof Deno.errors.PermissionDenied) return "not permitted";
  return error.message;
}
