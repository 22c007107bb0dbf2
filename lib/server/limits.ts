/**
 * Every limit of the server, with its reason (PROTOCOLS, section 6). The length of a line or
 * payload is limited by its protocol in `protocol/`, the length of a name in `chat/names.ts`.
 *
 * A person who types, pastes and reads never reaches any of these limits.
 *
 * @module
 */

/** The limits of one server; a test may set each of them. */
export interface Limits {
  /**
   * Channels at once: ten thousand of the longest names are a few megabytes. When the table is
   * full, a new channel takes the place of the one that has been empty for longest.
   */
  readonly maxChannels: number;
  /** Channels created by one network: half of all, so that none can fill the table alone. */
  readonly maxMadeByOrigin: number;
  /** Empty channels created by one network: more than a course ever leaves behind. */
  readonly maxEmptyByOrigin: number;
  /** Channels that one user may be in at once. */
  readonly maxJoined: number;
  /**
   * Bytes of all channel names together, in UTF-8. Any user may ask for the whole list; in the
   * widest encoding (cs168's frames, JSON's escapes) a list of this size is 800 KB, less than
   * `outboxBytes`. Ten thousand names of 26 bytes fit.
   */
  readonly maxChannelNameBytes: number;
  /** Most events of the history in one answer: one or two screens. */
  readonly historyPage: number;
  /** Connections at once. The system's limit of open files must be as high. */
  readonly maxConnections: number;
  /**
   * Connections at once from one address (IPv6: one /64, which is what one customer gets); 0 means
   * unlimited. Half of all, so that one address cannot lock the others out, and enough for a school
   * behind one address. The machine's own address counts like any other.
   */
  readonly maxPerAddress: number;
  /**
   * Bytes that may wait for one connection. The kernel buffers about 4 MB for a reader that
   * has stopped before a byte waits here, so a reader that reaches this limit has not read for
   * a long time.
   */
  readonly outboxBytes: number;
  /**
   * Bytes that may wait for all connections together; above it the fullest outboxes are closed. Ten
   * thousand full outboxes would be 10 GB. This limit fits a machine with 1 GB, and lets 250
   * readers be a whole outbox behind.
   */
  readonly totalOutboxBytes: number;
  /**
   * Frames that one connection may send at once before it is slowed down; a pasted page fits. The
   * protocol sets the price of frames without meaning (`ignoredCost`). Each KiB of a frame counts
   * as one frame more (`FRAME_COST_BYTES`), so that one speaker's burst fills at most a tenth of
   * every outbox.
   */
  readonly commandBurst: number;
  /**
   * Frames per second after the burst: more than a person types. 0 means unlimited, and also lifts
   * the limits of addresses: `ADDRESS_FACTOR` and those of new connections.
   */
  readonly commandRate: number;
  /** New connections of one address at once: a course of a thousand behind one address fits. */
  readonly connectionBurst: number;
  /**
   * New connections of one address per second after the burst. Each brings a burst of commands, so
   * connecting again must not be cheaper than staying. Faster ones are accepted, and read later.
   */
  readonly connectionRate: number;
  /** Milliseconds for a TLS handshake: enough for three round trips over a bad mobile network. */
  readonly handshakeTimeout: number;
  /** Milliseconds for a connection to register: enough for a person who types into `nc`. */
  readonly registrationTimeout: number;
  /**
   * Milliseconds of silence before a client whose protocol can be asked is asked whether it is
   * still there.
   */
  readonly probeAfter: number;
  /** Milliseconds that such a client has to say anything. */
  readonly probeTimeout: number;
  /**
   * Milliseconds after which the server closes a peer that takes none of its waiting bytes. A phone
   * in a tunnel is back sooner; TCP itself would try for a quarter of an hour.
   */
  readonly writeTimeout: number;
  /** Milliseconds for a shutdown to deliver what was accepted; a service manager waits longer. */
  readonly drainTimeout: number;
  /**
   * Bytes of log lines of one level at once: enough for a class that joins and leaves in one
   * minute.
   */
  readonly logBurst: number;
  /**
   * Bytes of log lines of one level per second after the burst; 0 means unlimited. Four levels of
   * 3,000 bytes make 1,036,800,000 bytes a day: below 1 GiB with the bursts. The unit is bytes
   * because a peer chooses the length of its lines. About thirty ordinary lines per second fit.
   */
  readonly logRate: number;
}

/** The limits of a server that is started without flags. */
export const DEFAULT_LIMITS: Limits = {
  maxChannels: 10_000,
  maxMadeByOrigin: 5_000,
  maxEmptyByOrigin: 100,
  maxJoined: 100,
  historyPage: 100,
  maxChannelNameBytes: 256 * 1024,
  maxConnections: 10_000,
  maxPerAddress: 5_000,
  outboxBytes: 1024 * 1024,
  totalOutboxBytes: 256 * 1024 * 1024,
  commandBurst: 100,
  commandRate: 50,
  connectionBurst: 1_000,
  connectionRate: 50,
  handshakeTimeout: 10_000,
  registrationTimeout: 60_000,
  probeAfter: 90_000,
  probeTimeout: 60_000,
  writeTimeout: 30_000,
  drainTimeout: 2_000,
  logBurst: 128 * 1024,
  logRate: 3_000,
};

/**
 * An address may do this many times what one connection may: a classroom shares an address, and
 * thirty people who type need far less.
 */
export const ADDRESS_FACTOR = 10;

/** Tokens of work that one address may spend at once: some milliseconds of a processor. */
export const WORK_STEP = 50;
/**
 * Tokens per second after that, while the burst lasts: its thousand commands take 0.4 s, at a
 * quarter of a core.
 */
export const WORK_PACE = 2_500;
/** New connections that one address may open at once. */
export const ARRIVAL_STEP = 50;
/**
 * New connections per second after that, while the burst lasts: a course of a thousand
 * connects in 4 s.
 */
export const ARRIVAL_PACE = 250;

/**
 * Bytes that one session may say at once, and then per second, without waiting for readers that are
 * behind: a user who types is not slowed down by one who floods.
 */
export const SPEECH_ALLOWANCE_BYTES = 4 * 1024;

/** The smallest outbox limit that an operator may set: the largest frame of a user fits. */
export const SMALLEST_OUTBOX_BYTES = 16 * 1024;

/** Milliseconds for which accepting pauses when the system lacks resources, such as open files. */
export const ACCEPT_BACKOFF_MS = 100;

/** At the stop, a session that has read nothing for these milliseconds has nothing left to read. */
export const DRAIN_QUIET_MS = 20;

/** Milliseconds between two log lines about refusals of one cause. */
export const REFUSAL_LOG_MS = 1000;

/**
 * Bytes of log lines that may wait for the reader of standard error. Further lines are only
 * counted, so that a reader that has stopped can neither block the server nor fill its memory.
 */
export const LOG_QUEUE_BYTES = 256 * 1024;

/** Milliseconds for which the process waits at its end until its last log lines are taken. */
export const LOG_FLUSH_MS = 200;

/** Describes the most important limits, for the first line of the log. */
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
