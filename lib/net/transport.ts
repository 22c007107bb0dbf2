/**
 * What a connection needs from the stream below it: a TCP socket, TLS, a WebSocket. Each of these
 * is one file that makes a `Transport`; `connection.ts` has no other way to reach a peer.
 *
 * @module
 */

/** The address of one end of a stream. */
export interface StreamAddress {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly hostname: string;
  /** 0 to 65535. */
  readonly port: number;
}

/**
 * A stream of bytes in both directions. `Deno.TcpConn` is one.
 *
 * 1. MUST borrow the bytes of a read or write until its promise has settled, and no longer.
 * 2. MUST keep reading possible after a failed write, and writing after a failed read.
 */
export interface Transport {
  /** The other side. */
  readonly remoteAddr: StreamAddress;
  /**
   * Reads into `target`; resolves to the number of bytes, or to `null` at the end of the stream. A
   * read that has brought only what the transport keeps for itself resolves to 0.
   */
  read(target: Uint8Array): Promise<number | null>;
  /**
   * Whether the next read will probably find bytes at once. Left out: when the last read has
   * filled its target. A reader then waits for a poll of the sockets first, so that others are
   * read in between.
   */
  readonly hasMore?: boolean;
  /** Writes some of `bytes`, at least one; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the sending side; the peer reads all that was written, then the end of the stream. */
  closeWrite(): Promise<void>;
  /** Ends both sides at once. Reads and writes under way settle soon after. */
  close(): void;
}

/** Formats an address as `HOST:PORT`, with brackets around an IPv6 address. */
export function formatAddress({ hostname, port }: StreamAddress): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
