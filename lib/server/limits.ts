/**
 * Every limit of the server, with its reason (PROTOCOLS, section 6).
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
  /** Connections at once. A system's usual limit of open files is above it only when raised. */
  readonly maxConnections: number;
  /**
   * Bytes that may wait for one connection. The kernel takes about 4 MB for a reader that stopped
   * before a byte waits here, so who reaches this limit has not read for long.
   */
  readonly outboxBytes: number;
  /** Commands that one connection may send at once before it is slowed down; a pasted page fits. */
  readonly commandBurst: number;
  /** Commands a second after that: more than a person types. 0 means unlimited. */
  readonly commandRate: number;
  /** Milliseconds until a connection must have registered; a person at `nc` needs some. */
  readonly registrationTimeout: number;
  /** Milliseconds for a shutdown to deliver what was accepted; a service manager waits longer. */
  readonly drainTimeout: number;
}

/** What a server uses that was told nothing else. */
export const DEFAULT_LIMITS: Limits = {
  maxChannels: 10_000,
  maxConnections: 10_000,
  outboxBytes: 1024 * 1024,
  commandBurst: 100,
  commandRate: 50,
  registrationTimeout: 60_000,
  drainTimeout: 2_000,
};
