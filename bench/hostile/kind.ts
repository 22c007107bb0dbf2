/**
 * What a kind of hostility is made of: waves, groups of connections that all do the same. `attack.c` carries them out.
 * All kinds are held to the same promise, `GOALS`.
 *
 * @module
 */

/** What an honest user of another address is promised, whatever the hostile address sends. */
export const GOALS = { p99Ms: 10, worstMs: 50, newcomerMs: 1_000 } as const;

/** Connections that all do the same: connect, `hello`, wait, `body` some times, linger, end. */
export interface Wave {
  /** Connections at once. */
  readonly count: number;
  /** The first address that they come from (default 127.0.0.2). */
  readonly from?: string;
  /** Addresses that they come from, counted up from `from` (default 1). */
  readonly spread?: number;
  /** Sent once. */
  readonly hello?: string | Uint8Array;
  /** Sent `times` times after the hello. */
  readonly body?: string | Uint8Array;
  /** Default 1; 0: without end, as fast as the server takes it. */
  readonly times?: number;
  /** Bytes that are written at once; the next ones after `everyMs`. Absent: all that the socket takes. */
  readonly chunk?: number;
  /** See `chunk`. */
  readonly everyMs?: number;
  /** Whether it reads what the server sends; `slow` is 20 bytes a second (default `all`). */
  readonly reads?: "all" | "none" | "slow";
  /** From the start of the wave to the body of its first connections, in milliseconds. */
  readonly settleMs?: number;
  /** From the last byte to the end of the connection, in milliseconds. Absent: it stays until the end of the run. */
  readonly lingerMs?: number;
  /**
   * `close` (default), `reset`; `half`: sends the end of its stream and goes on reading; `abort`: a reset before
   * the server has accepted it.
   */
  readonly ends?: "close" | "reset" | "half" | "abort";
  /** A connection that has ended is followed by a new one. */
  readonly again?: boolean;
  /** Whether it goes to the server's TLS port. */
  readonly tls?: true;
  /** Whether it goes to the server's port for WebSockets. */
  readonly websocket?: true;
}

/** The waves before the honest users come, and the waves beside them. */
export interface Waves {
  /** Stays until the end of the run. */
  readonly before?: readonly Wave[];
  /** How long `before` needs after its hellos, in milliseconds. */
  readonly beforeMs?: number;
  readonly attack: readonly Wave[];
}

/** One kind of hostility. */
export interface Kind extends Waves {
  /** As on the command line. */
  readonly name: string;
  /** What the hostile address does, in a few words. */
  readonly does: string;
  /** The same over IRC, for servers that speak nothing else; absent where it has no counterpart. */
  readonly irc?: Waves;
  /** Whether only servers that speak IRC are attacked so. */
  readonly ircOnly?: true;
  /** Flags that Parlance is started with, for what it does not do by default. */
  readonly flags?: readonly string[];
}

/** Whether some wave of `waves` goes to a TLS port. */
export function needsTls({ before = [], attack }: Waves): boolean {
  return [...before, ...attack].some(({ tls }) => tls);
}
