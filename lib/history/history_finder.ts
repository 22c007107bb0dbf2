/**
 * Finds messages by their words. The index holds no texts: a number made of a message's time leads
 * to the message.
 *
 * @module
 */

import type { Database } from "../data/plan.ts";
import { timeOfMsgid } from "../chat/msgid.ts";

/** The number of messages of one millisecond that have numbers of their own. */
const PER_MS = 4096n;
/** The counter of a msgid stands behind its time. */
const COUNTER_AT = 10;
const COUNTER_END = 17;

/** The number of a message in the index of words. */
export function wordsRow(msgid: string): bigint {
  const counter = parseCounter(msgid.slice(COUNTER_AT, COUNTER_END));
  return BigInt(timeOfMsgid(msgid)) * PER_MS + BigInt(Math.min(counter, Number(PER_MS) - 1));
}

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

function parseCounter(digits: string): number {
  let counter = 0;
  for (const digit of digits) counter = counter * 32 + DIGITS.indexOf(digit);
  return counter;
}

/** Most words of one search. */
const MOST_WORDS = 10;

/** Which messages to look for. */
export interface WordSlice {
  /** The lowest msgid; "" for the beginning. */
  readonly from: string;
  /** The msgid above all; "~" for the end. */
  readonly to: string;
  /** Most rows. */
  readonly limit: number;
  /** Whether to take the last ones. */
  readonly isLast: boolean;
}

/** Makes the functions that find and remove words. */
export function finderOf(database: Database): {
  /** The msgids of messages of conversation `id` that have all of `words`, in their order. */
  search(id: number, words: string, slice: WordSlice): string[];
  remove(msgid: string): void;
} {
  const [forwards, backwards] = ["ASC", "DESC"].map((order) => {
    const find = database.prepare(
      `SELECT rowid FROM history_words WHERE history_words MATCH ? AND rowid >= ? AND rowid < ?
       ORDER BY rowid ${order} LIMIT ?`,
    );
    find.setReadBigInts(true);
    return find;
  }) as [ReturnType<Database["prepare"]>, ReturnType<Database["prepare"]>];
  const at = database.prepare(
    `SELECT msgid FROM history_rows WHERE conversation = ? AND kind = 0
     AND msgid >= ? AND msgid < ? LIMIT 1`,
  );
  const remove = database.prepare("DELETE FROM history_words WHERE rowid = ?");
  return {
    search: (id, words, { from, to, limit, isLast }) => {
      const terms = termsOf(words);
      if (terms.length === 0) return [];
      const query = `place : c${id} AND text : (${terms.join(" AND ")})`;
      const find = isLast ? backwards : forwards;
      const found = find.all(query, rowAt(from, 0n), rowAt(to, 2n ** 62n), limit);
      const msgids = found.flatMap(({ rowid }) => {
        const prefix = msgidOfRow(rowid as unknown as bigint);
        return at.all(id, prefix, `${prefix}~`).map(({ msgid }) => String(msgid));
      });
      return isLast ? msgids.reverse() : msgids;
    },
    remove: (msgid) => {
      remove.run(wordsRow(msgid));
    },
  };
}

/**
 * The number where a bound of msgids begins. A bound is a msgid, the beginning of one, or
 * more than one.
 */
function rowAt(bound: string, open: bigint): bigint {
  if (bound === "" || bound === "~") return open;
  const isAbove = /[!~]$/.test(bound);
  const digits = bound.replace(/[!~]$/, "").padEnd(COUNTER_END, isAbove ? "z" : "0");
  return wordsRow(digits) + (isAbove ? 1n : 0n);
}

/** The prefix of the msgid of a message with this number. */
function msgidOfRow(number: bigint): string {
  return digitsOf(Number(number / PER_MS), COUNTER_AT) +
    digitsOf(Number(number % PER_MS), COUNTER_END - COUNTER_AT);
}

function digitsOf(value: number, count: number): string {
  let text = "";
  for (let rest = value, i = 0; i < count; i++) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Words as FTS5 takes them: each quoted, so that none of them is an operator. */
function termsOf(words: string): string[] {
  return words.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).slice(0, MOST_WORDS)
    .map((word) => `"${word.replaceAll('"', '""')}"`);
}
