/**
 * What work costs, in tokens of the command rate: a command is 1, and the rest is charged by what it causes,
 * not by the bytes that ask for it.
 *
 * @module
 */

/** A frame costs one token more for each time this many bytes. */
export const FRAME_COST_BYTES = 1024;
/** An answer costs one token for each time this many bytes: `/list` of ten thousand channels costs 100. */
const REPLY_COST_BYTES = 4 * 1024;
/** Each user or channel that a search has to look at costs what this many bytes of an answer do. */
export const EXAMINED_COST_BYTES = 40;
/** What others receive costs one token for each time this many bytes, all receivers together .. */
const DELIVERY_COST_BYTES = 256 * 1024;
/** .. and one for each time this many receivers: a write to each is what takes the time. */
const DELIVERY_COST_RECEIVERS = 512;
/**
 * What others receive costs at most this many times what the command costs anyway: whoever fills a
 * channel with members must not make it dear for those who speak there.
 */
const DEAREST_DELIVERY = 1;

/** What a command has caused. */
export interface Effort {
  /** Bytes of answers to its sender. */
  replyBytes: number;
  /** Bytes that others receive, all together. */
  bytes: number;
  /** Connections that receive them. */
  receivers: number;
}

/**
 * The tokens that a command costs, by what it causes and not by what it asks for; `base` is what it and its
 * frame cost without that.
 */
export function priceOf(base: number, effort: Effort): number {
  const delivery = effort.bytes / DELIVERY_COST_BYTES + effort.receivers / DELIVERY_COST_RECEIVERS;
  return base + priceOfAnswer(effort.replyBytes) + Math.min(delivery, DEAREST_DELIVERY * base);
}

/** The tokens that an answer of `bytes` costs. */
export function priceOfAnswer(bytes: number): number {
  return bytes / REPLY_COST_BYTES;
}

/** The tokens that the bytes of a frame cost, besides what it asks for. */
export function priceOfFrame(bytes: number): number {
  return Math.floor(bytes / FRAME_COST_BYTES);
}
