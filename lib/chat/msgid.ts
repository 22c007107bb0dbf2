/**
 * The id of a message: 128 bits, ordered by time, the same for every receiver and in the history.
 *
 *   0            10        17           26 characters of base32
 *   +-- time, ms -+- count -+--- node ---+
 *   |   48 bits   | 35 bits |  45 bits   |        ids sort as text in the order in which they were made
 *   +-------------+---------+------------+
 *
 * @module
 */

/** Ascending, without letters that look like a digit. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 10;
const COUNTER_DIGITS = 7;
const NODE_DIGITS = 9;

/** The number of ids that one node can make in one millisecond. */
export const COUNTER_LIMIT = 2 ** (5 * COUNTER_DIGITS);
/** The number of node numbers: two random ones are equal once in 2^45. */
export const NODE_LIMIT = 2 ** (5 * NODE_DIGITS);

const TIME_LIMIT = 2 ** 48;

/**
 * The id of event number `counter` at `timeMs` (milliseconds since 1970) on server `node`. The same
 * arguments give the same id. Ids sort by time, then by counter.
 *
 * @throws {RangeError} when a number is not an integer from 0 to below its limit.
 */
export function makeMsgid(timeMs: number, counter: number, node: number): string {
  if (timeMs !== last.timeMs) {
    last.time = digits("Time", timeMs, TIME_LIMIT, TIME_DIGITS);
    last.timeMs = timeMs;
  }
  if (node !== last.node) {
    last.digits = digits("Node", node, NODE_LIMIT, NODE_DIGITS);
    last.node = node;
  }
  return last.time + digits("Counter", counter, COUNTER_LIMIT, COUNTER_DIGITS) + last.digits;
}

// The parts that one id shares with the next: under load, all but its counter.
const last = { timeMs: NaN, time: "", node: NaN, digits: "" };

/**
 * The prefix of every id of `timeMs`: it sorts before all of these, and behind all that are older.
 */
export function msgidPrefix(timeMs: number): string {
  return digits("Time", Math.min(Math.max(timeMs, 0), TIME_LIMIT - 1), TIME_LIMIT, TIME_DIGITS);
}

/** Whether `text` has the form of an id; there need not be a message that has it. */
export function isMsgid(text: string): boolean {
  return /^[0-9a-hjkmnp-tv-z]{26}$/.test(text);
}

/** The time in an id, in milliseconds of Unix time. */
export function timeOfMsgid(msgid: string): number {
  let time = 0;
  for (let i = 0; i < TIME_DIGITS; i++) time = time * 32 + ALPHABET.indexOf(msgid.charAt(i));
  return time;
}

function digits(name: string, value: number, limit: number, count: number): string {
  if (!Number.isInteger(value) || value < 0 || value >= limit) {
    throw new RangeError(
      `${name} of a message id must be an integer below ${limit}, got "${value}"`,
    );
  }
  let text = "";
  for (let rest = value, i = 0; i < count; i++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
