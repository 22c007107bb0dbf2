/**
 * The prices of work, in tokens of the command rate. A command costs 1, plus a price for what it
 * causes, which does not depend on the bytes that ask for it.
 *
 * @module
 */

/** Bytes of a frame per extra token. */
export const FRAME_COST_BYTES = 1024;
/** Bytes of an answer per token: `/list` of ten thousand channels costs 100. */
const REPLY_COST_BYTES = 4 * 1024;
/** Each user or channel that a search has to look at costs what this many bytes of an answer do. */
export const EXAMINED_COST_BYTES = 40;
/** Bytes delivered to others per token, all receivers together. */
const DELIVERY_COST_BYTES = 256 * 1024;
/** Receivers per token: the time goes into the write to each of them. */
const DELIVERY_COST_RECEIVERS = 512;
/**
 * Copies into the connections of receivers that follow another channel, per token: each costs a
 * microsecond.
 */
const DELIVERY_COST_COPIES = 64;
/** Memberships that are examined per token, to find each of a user's peers once. */
const COST_VISITS = 1000;
/**
 * Channels per token in which a user changes its dialect, which may begin and end a log in each.
 */
const COST_MOVES = 16;
/**
 * The highest price of delivering what is said, as a multiple of the command's other price: an
 * attacker who fills a channel with members must not make it expensive to speak there.
 */
const DEAREST_DELIVERY = 1;

/**
 * The price of a read that completes no frame, in tokens: it takes a quarter of a command's time.
 * Ten keys a second, each sent alone, cost one token a second; a frame of 16 KiB in a dozen
 * segments costs one more than in one.
 */
export const PRICE_OF_PIECE = 0.1;

/**
 * The price of a handshake of TLS or of a WebSocket, in tokens of its address: that of TLS takes a
 * millisecond, as four commands do. A school of a thousand that comes back at once has shaken
 * hands within 8 s.
 */
export const PRICE_OF_HANDSHAKE = 4;

/** The work that a command has caused. */
export interface Effort {
  /** Bytes of answers to its sender. */
  replyBytes: number;
  /** Bytes delivered to others, all receivers together. */
  bytes: number;
  /** Connections that receive them. */
  receivers: number;
  /** How many of them it is copied for, because they follow another channel. */
  copies: number;
  /** Memberships that were looked at to find a user's peers. */
  visits: number;
}

/** No work. */
export function noEffort(): Effort {
  return { replyBytes: 0, bytes: 0, receivers: 0, copies: 0, visits: 0 };
}

/**
 * The price of a command in tokens: `base` for itself and its frame, and the price of what it
 * has caused. To `speak` has a highest price; what else others receive has none, because nobody
 * needs it often.
 */
export function priceOf(base: number, effort: Effort, speak = true): number {
  const delivery = effort.bytes / DELIVERY_COST_BYTES + effort.receivers / DELIVERY_COST_RECEIVERS +
    effort.copies / DELIVERY_COST_COPIES + effort.visits / COST_VISITS;
  const delivered = speak ? Math.min(delivery, DEAREST_DELIVERY * base) : delivery;
  return base + priceOfAnswer(effort.replyBytes) + delivered;
}

/** The price of changing one's dialect in each of `channels`, in tokens. */
export function priceOfMoves(channels: number): number {
  return channels / COST_MOVES;
}

/** The price of an answer of `bytes`, in tokens. */
export function priceOfAnswer(bytes: number): number {
  return bytes / REPLY_COST_BYTES;
}

/** The extra price of a frame of `bytes`, in tokens. */
export function priceOfFrame(bytes: number): number {
  return Math.floor(bytes / FRAME_COST_BYTES);
}
