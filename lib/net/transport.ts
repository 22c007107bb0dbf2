/**
 * What a connection needs of the stream below it: a TCP socket, TLS over one, later a WebSocket. Each is a
 * file of its own that makes such an object; `connection.ts` knows no other way to reach a peer.
 *
 * @module
 */

/** An address of one end of a stream. */
export interface StreamAddress {
  /** A name, an IPv4 or an IPv6 address, the latter without brackets. */
  readonly hostname: string;
  /** 0 to 65535. */
  readonly port: number;
}

/**
 * A stream of bytes in both directions. `Deno.TcpConn` is one.
 *
 * 1. MUST borrow the bytes of a read or write until its promise has settled, and no longer.
 * 2. MUST let reading go on after a write has failed, and the other way round.
 */
export interface Transport {
  /** The other side. */
  readonly remoteAddr: StreamAddress;
  /** Reads into `target`; resolves to the number of bytes, or to `null` at the end of the stream. */
  read(target: Uint8Array): Promise<number | null>;
  /** Writes some of `bytes`, at least one; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the sending side; the peer reads the end of the stream behind what was written. */
  closeWrite(): Promise<void>;
  /** Ends both sides at once; reads and writes under way settle soon after. */
  close(): void;
}

/** `HOST:PORT`, with brackets around an IPv6 address. */
export function formatAddress({ hostname, port }: StreamAddress): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
