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

/** In the order of their codes, without letters that look like a digit. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 10;
const COUNTER_DIGITS = 7;
const NODE_DIGITS = 9;

/** How many ids one node can make in one millisecond. */
export const COUNTER_LIMIT = 2 ** (5 * COUNTER_DIGITS);
/** Numbers of nodes; a node that draws its number at random meets another's once in 2^45. */
export const NODE_LIMIT = 2 ** (5 * NODE_DIGITS);

const TIME_LIMIT = 2 ** 48;

/**
 * The id of what happened at `timeMs` (milliseconds since 1970) as number `counter` on server `node`. The same
 * arguments give the same id; of two ids, the one with the later time, or else the higher counter, sorts last.
 *
 * @throws {RangeError} when a number is negative, no integer, or at least its limit.
 */
export function makeMsgid(timeMs: number, counter: number, node: number): string {
  return digits("Time", timeMs, TIME_LIMIT, TIME_DIGITS) +
    digits("Counter", counter, COUNTER_LIMIT, COUNTER_DIGITS) +
    digits("Node", node, NODE_LIMIT, NODE_DIGITS);
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
