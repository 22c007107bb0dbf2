/**
 * Every limit of the server, with its reason (PROTOCOLS, section 6). The limits of a
 * protocol's own form stand with it: the length of a line or payload in `protocol/`, that of a name in
 * `chat/names.ts`.
 *
 * Nobody who types, pastes or reads at any speed ever meets one of them.
 *
 * @module
 */

/** The limits of one server; a test may set each of them. */
export interface Limits {
  /**
   * Channels that may exist: ten thousand of the longest names are a few megabytes. When the table is
   * full, the channel that has been empty for longest is dropped for a new one.
   */
  readonly maxChannels: number;
  /** Channels that one network may have made: half of all, so that none can fill the table alone. */
  readonly maxMadeByOrigin: number;
  /** The same for channels that nobody is in: more than a course ever leaves behind. */
  readonly maxEmptyByOrigin: number;
  /** Channels that one user may be in at once. */
  readonly maxJoined: number;
  /**
   * Bytes that the names of all channels may have together, in UTF-8. Everybody may ask for the whole
   * list; in the widest encoding (cs168's frames, JSON's escapes) one of this size is 800 KB, which is
   * less than `outboxBytes`. Ten thousand names of 26 bytes fit.
   */
  readonly maxChannelNameBytes: number;
  /** Connections at once. The system's limit of open files must be raised for as many. */
  readonly maxConnections: number;
  /**
   * Connections at once from one address (IPv6: one /64, which is what one customer gets); 0 means
   * unlimited. Half of all, so that one address alone can never lock the others out, and still enough for
   * a school behind one address. The machine's own address counts like any other.
   */
  readonly maxPerAddress: number;
  /**
   * Bytes that may wait for one connection. The kernel takes about 4 MB for a reader that stopped
   * before a byte waits here, so a reader that reaches this limit has not read for long.
   */
  readonly outboxBytes: number;
  /**
   * Bytes that may wait for all connections together; beyond it the fullest outbox is closed. One outbox
   * for each of ten thousand readers that stopped would be 10 GB; this fits on a machine with 1 GB, and
   * 250 readers may be a whole outbox behind at once.
   */
  readonly totalOutboxBytes: number;
  /**
   * Frames that one connection may send at once before it is slowed down; a pasted page fits. Frames
   * that mean nothing count as much as their protocol says (`ignoredCost`). A long frame counts once more
   * for each KiB (`FRAME_COST_BYTES`), so that one speaker's burst is a tenth of everybody's outbox.
   */
  readonly commandBurst: number;
  /**
   * Frames a second after that: more than a person types. 0 means unlimited, and lifts the limits of an
   * address with it: `ADDRESS_FACTOR` and those of new connections.
   */
  readonly commandRate: number;
  /** New connections of one address at once: a course of a thousand behind one address fits. */
  readonly connectionBurst: number;
  /**
   * New connections of one address a second after that. Each begins with a burst of commands, so coming
   * back must not be cheaper than staying; what comes faster is accepted, and read when its turn comes.
   */
  readonly connectionRate: number;
  /** Milliseconds until a connection must have registered; a person who types at `nc` needs some. */
  readonly registrationTimeout: number;
  /** Milliseconds of silence before a client whose protocol can be asked is asked whether it is still there. */
  readonly probeAfter: number;
  /** Milliseconds that such a client has to say anything. */
  readonly probeTimeout: number;
  /**
   * Milliseconds after which a peer that takes none of the bytes that wait for it is closed. A phone in a
   * tunnel is back sooner; TCP itself would try for a quarter of an hour.
   */
  readonly writeTimeout: number;
  /** Milliseconds for a shutdown to deliver what was accepted; a service manager waits longer. */
  readonly drainTimeout: number;
  /** Bytes of log lines of one level at once: a class that comes and goes within a minute fits. */
  readonly logBurst: number;
  /**
   * Bytes of log lines of one level a second after that; 0 means unlimited. Four levels of 3,000 bytes are
   * 1,036,800,000 bytes in a day: with the bursts, below 1 GiB. It counts bytes because a peer chooses how
   * long its lines are. Thirty ordinary lines a second remain.
   */
  readonly logRate: number;
}

/** The limits of a server that was started without flags. */
export const DEFAULT_LIMITS: Limits = {
  maxChannels: 10_000,
  maxMadeByOrigin: 5_000,
  maxEmptyByOrigin: 100,
  maxJoined: 100,
  maxChannelNameBytes: 256 * 1024,
  maxConnections: 10_000,
  maxPerAddress: 5_000,
  outboxBytes: 1024 * 1024,
  totalOutboxBytes: 256 * 1024 * 1024,
  commandBurst: 100,
  commandRate: 50,
  connectionBurst: 1_000,
  connectionRate: 50,
  registrationTimeout: 60_000,
  probeAfter: 90_000,
  probeTimeout: 60_000,
  writeTimeout: 30_000,
  drainTimeout: 2_000,
  logBurst: 128 * 1024,
  logRate: 3_000,
};

/**
 * What one address may do is this many times what one connection may: a classroom shares an address, and
 * thirty who type need far less.
 */
export const ADDRESS_FACTOR = 10;

/** Work of one address at once, in tokens: some milliseconds of a processor .. */
export const WORK_STEP = 50;
/** .. and then a second, while its burst lasts: its thousand commands take 0.4 s, a quarter of a core. */
export const WORK_PACE = 2_500;
/** New connections of one address at once .. */
export const ARRIVAL_STEP = 50;
/** .. and then a second, while their burst lasts: a course of a thousand is in within four seconds. */
export const ARRIVAL_PACE = 250;

/**
 * Bytes that one session may say at once, and then a second, in a channel whose readers are behind,
 * without waiting for them: those who type are not slowed down by one who floods.
 */
export const SPEECH_ALLOWANCE_BYTES = 4 * 1024;

/** The smallest outbox that an operator may set: the largest frame that a user may send fits. */
export const SMALLEST_OUTBOX_BYTES = 16 * 1024;

/**
 * Connections that may wait to be accepted. The default of 511 overflows when a course of a thousand
 * connects at once, and a connection that does not fit waits a second for the system to try again.
 */
export const ACCEPT_BACKLOG = 4096;

/** How long accepting pauses after a lack of resources such as open files, in milliseconds. */
export const ACCEPT_BACKOFF_MS = 100;

/** At the stop, a session that has read nothing for this many milliseconds has nothing left to read. */
export const DRAIN_QUIET_MS = 20;

/** Refusals for one reason are logged at most once in this many milliseconds. */
export const REFUSAL_LOG_MS = 1000;

/**
 * Bytes of log lines that may wait for whoever reads standard error; what comes on top is counted, not
 * kept, so that a reader which has stopped can neither block the server nor fill its memory.
 */
export const LOG_QUEUE_BYTES = 256 * 1024;

/** How long the end of the process waits for its last log lines to be taken, in milliseconds. */
export const LOG_FLUSH_MS = 200;

/** The limits that an operator asks for most, in a few words for the first line of the log. */
export function describeLimits(limits: Limits): string {
  const { maxConnections, maxPerAddress, commandRate, outboxBytes, totalOutboxBytes } = limits;
  return [
    `connections ${maxConnections}`,
    `of one address ${maxPerAddress === 0 ? "unlimited" : maxPerAddress}`,
    `rate ${commandRate === 0 ? "unlimited" : `${commandRate}/s`}`,
    `outbox ${formatSize(outboxBytes)}`,
    `all outboxes ${formatSize(totalOutboxBytes)}`,
  ].join(", ");
}

/** A size as the command line takes it: `1M`, `16K`, `16385`. */
function formatSize(bytes: number): string {
  if (bytes % (1024 * 1024) === 0) return `${bytes / (1024 * 1024)}M`;
  return bytes % 1024 === 0 ? `${bytes / 1024}K` : String(bytes);
}
