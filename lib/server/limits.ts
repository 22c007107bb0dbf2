/**
 * Every limit of the server, with its reason (PROTOCOLS, section 6). Those of a protocol's own form stand
 * with it: the length of a line or payload in `protocol/`, that of a name in `chat/names.ts`.
 *
 * Numbers are chosen so that nobody who types, pastes or reads at any speed ever meets them.
 *
 * @module
 */

/** What one server admits; all of it can be set for a test. */
export interface Limits {
  /**
   * Channels that may exist. They are never removed, so without a limit a peer could fill the memory
   * with them; ten thousand of the longest names are a few megabytes.
   */
  readonly maxChannels: number;
  /**
   * Bytes that the names of all channels may have together, in UTF-8. Everybody may ask for the whole
   * list; in the widest encoding (cs168's frames, JSON's escapes) one of this size is 800 KB, which is
   * less than `outboxBytes`. Ten thousand names of 26 bytes fit.
   */
  readonly maxChannelNameBytes: number;
  /** Connections at once. A system's usual limit of open files is above it only when raised. */
  readonly maxConnections: number;
  /**
   * Connections at once from one address (IPv6: one /64, which is what one customer gets); 0 means
   * unlimited. Half of all: one address alone can never lock the others out, while a school behind one
   * address, and a load test of thousands from one machine, are not in its way. A machine's own address
   * counts like any other.
   */
  readonly maxPerAddress: number;
  /**
   * Bytes that may wait for one connection. The kernel takes about 4 MB for a reader that stopped
   * before a byte waits here, so who reaches this limit has not read for long.
   */
  readonly outboxBytes: number;
  /**
   * Frames that one connection may send at once before it is slowed down; a pasted page fits. Frames
   * that mean nothing count as well, as much as their protocol says (`ignoredCost`). One of more than a KiB counts once more
   * for each (`FRAME_COST_BYTES`), so that one speaker's burst is a tenth of everybody's outbox.
   */
  readonly commandBurst: number;
  /** Frames a second after that: more than a person types. 0 means unlimited. */
  readonly commandRate: number;
  /** Milliseconds until a connection must have registered; a person at `nc` needs some. */
  readonly registrationTimeout: number;
  /**
   * Milliseconds after which a peer that takes none of the bytes which wait for it is given up. A mobile
   * phone in a tunnel is back sooner; TCP itself would try for a quarter of an hour.
   */
  readonly writeTimeout: number;
  /** Milliseconds for a shutdown to deliver what was accepted; a service manager waits longer. */
  readonly drainTimeout: number;
  /** Log lines of one level at once: a class that comes and goes within a minute fits. */
  readonly logBurst: number;
  /** Log lines of one level a second after that: at worst, a gigabyte in a day. 0 means unlimited. */
  readonly logRate: number;
}

/** What a server uses that was told nothing else. */
export const DEFAULT_LIMITS: Limits = {
  maxChannels: 10_000,
  maxChannelNameBytes: 256 * 1024,
  maxConnections: 10_000,
  maxPerAddress: 5_000,
  outboxBytes: 1024 * 1024,
  commandBurst: 100,
  commandRate: 50,
  registrationTimeout: 60_000,
  writeTimeout: 30_000,
  drainTimeout: 2_000,
  logBurst: 1_000,
  logRate: 100,
};

/** A frame costs one token of the command rate, and one more for each of so many bytes. */
export const FRAME_COST_BYTES = 1024;

/** The smallest outbox that can be asked for: the largest frame that a user may send fits. */
export const SMALLEST_OUTBOX_BYTES = 16 * 1024;

/**
 * Connections that may wait to be accepted. The default of 511 overflows when a course of a thousand
 * connects at once, and who does not fit waits a second for the system to try again.
 */
export const ACCEPT_BACKLOG = 4096;

/** How long accepting waits after an error such as too many open files, in milliseconds. */
export const ACCEPT_BACKOFF_MS = 100;

/** Refusals for one reason are logged at most once in this many milliseconds. */
export const REFUSAL_LOG_MS = 1000;

/**
 * Bytes of log lines that may wait for whoever reads standard error; what comes on top is counted, not
 * kept, so that a reader which has stopped can neither block the server nor fill its memory.
 */
export const LOG_QUEUE_BYTES = 256 * 1024;

/** How long the end of the process waits for its last log lines to be taken, in milliseconds. */
export const LOG_FLUSH_MS = 200;
