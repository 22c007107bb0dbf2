/**
 * Masks of users: `nick!user@host` with `*` for any text and `?` for one character. Bans,
 * exceptions and searches match with them, without regard to ASCII case.
 *
 * A mask is compiled to a bit for each of its characters, and a text is matched one character after
 * the other with a few operations on whole words. So a match takes as many steps as the text has
 * characters, whatever the mask is: `*a*a*a*a*b` costs what `bob!*@*` costs.
 *
 * @module
 */

/** Longest mask in characters (UTF-16 units): a nick, a user name and a host fit. */
export const MAX_MASK_LENGTH = 160;

const WORD_BITS = 32;
/** The moves of the first characters of Unicode are in a table, those of all others in a map. */
const TABLE_SIZE = 128;
const STAR = 0x2a;
const ANY_ONE = 0x3f;

/** `text` with the ASCII letters in lower case; all other characters stay. */
export function foldCase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}

/**
 * A compiled mask.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Mask } from "./masks.ts";
 *
 * assert(new Mask("*!*@10.0.?.*").matches("Bob!bob@10.0.7.12"));
 * ```
 */
export class Mask {
  // A state is how many of the mask's characters (stars aside) the text so far has matched; bit by
  // bit in words.
  readonly #words: number;
  readonly #last: number;
  // The states in which a star lets any character pass.
  readonly #stays: Int32Array;
  // For a character, the states that it leaves for the next one: a row of words for each of the
  // table's characters.
  readonly #table: Int32Array;
  readonly #others = new Map<number, Int32Array>();
  /** For all characters that are not in the mask. */
  readonly #any: Int32Array;

  /** Compiles `pattern`; what is longer than `MAX_MASK_LENGTH` matches nothing. */
  constructor(pattern: string) {
    const isTooLong = pattern.length > MAX_MASK_LENGTH;
    const codes = Array.from(isTooLong ? "" : foldCase(pattern), codeOf);
    this.#last = isTooLong ? -1 : codes.filter((code) => code !== STAR).length;
    this.#words = Math.floor(Math.max(this.#last, 0) / WORD_BITS) + 1;
    this.#stays = new Int32Array(this.#words);
    this.#any = new Int32Array(this.#words);
    this.#table = new Int32Array(this.#words * TABLE_SIZE);
    this.#compile(codes);
  }

  /**
   * Whether all of `text` fits the mask. Steps: the characters of `text`, times the words
   * of the mask.
   */
  matches(text: string): boolean {
    if (this.#last < 0) return false;
    return this.#words === 1 ? this.#matchesInWord(text) : this.#matchesInWords(text);
  }

  /** The same for a mask of at most 31 characters, as most masks are. */
  #matchesInWord(text: string): boolean {
    const table = this.#table;
    const stays = this.#stays[0] as number;
    let state = 1;
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i) as number;
      if (code > 0xffff) i++;
      const moves = code < TABLE_SIZE ? table[code] as number : this.#movesOf(code)[0] as number;
      state = ((state & moves) << 1) | (state & stays);
      if (state === 0) return false;
    }
    return (state & (1 << this.#last)) !== 0;
  }

  #matchesInWords(text: string): boolean {
    const words = this.#words;
    const states = new Int32Array(words);
    states[0] = 1;
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i) as number;
      if (code > 0xffff) i++;
      const moves = code < TABLE_SIZE ? this.#table : this.#movesOf(code);
      const row = code < TABLE_SIZE ? code * words : 0;
      let carry = 0;
      for (let word = 0; word < words; word++) {
        const state = states[word] as number;
        const moved = state & (moves[row + word] as number);
        states[word] = (moved << 1) | carry | (state & (this.#stays[word] as number));
        carry = moved >>> (WORD_BITS - 1);
      }
    }
    return isSet(states, this.#last);
  }

  #movesOf(code: number): Int32Array {
    return this.#others.get(code) ?? this.#any;
  }

  #compile(codes: readonly number[]): void {
    let state = 0;
    const jokers: number[] = [];
    const moves = new Map<number, number[]>();
    for (const code of codes) {
      if (code === STAR) set(this.#stays, state);
      else if (code === ANY_ONE) jokers.push(state++);
      else moves.set(code, [...moves.get(code) ?? [], state++]);
    }
    for (const joker of jokers) set(this.#any, joker);
    for (let code = 0; code < TABLE_SIZE; code++) this.#table.set(this.#any, code * this.#words);
    for (const [code, states] of moves) this.#addMoves(code, states);
  }

  #addMoves(code: number, states: readonly number[]): void {
    if (code >= TABLE_SIZE) {
      const row = this.#any.slice();
      for (const state of states) set(row, state);
      this.#others.set(code, row);
      return;
    }
    for (const each of bothCases(code)) {
      const row = this.#table.subarray(each * this.#words, (each + 1) * this.#words);
      for (const state of states) set(row, state);
    }
  }
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number;
}

/** A code in lower case, and its capital where it is a letter of ASCII. */
function bothCases(code: number): readonly number[] {
  return code >= 0x61 && code <= 0x7a ? [code, code - 0x20] : [code];
}

/** The most compiled masks that are kept: a few megabytes, however many masks all channels hold. */
const MOST_COMPILED = 2048;
const compiled = new Map<string, Mask>();

/** The compiled form of `pattern`; the latest ones are kept. */
export function maskOf(pattern: string): Mask {
  const known = compiled.get(pattern);
  const mask = known ?? new Mask(pattern);
  if (known === undefined && compiled.size >= MOST_COMPILED) {
    for (const oldest of compiled.keys()) {
      compiled.delete(oldest);
      break;
    }
  }
  if (known === undefined) compiled.set(pattern, mask);
  return mask;
}

function set(words: Int32Array, bit: number): void {
  const word = Math.floor(bit / WORD_BITS);
  words[word] = (words[word] as number) | (1 << (bit % WORD_BITS));
}

function isSet(words: Int32Array, bit: number): boolean {
  return ((words[Math.floor(bit / WORD_BITS)] as number) & (1 << (bit % WORD_BITS))) !== 0;
}

/**
 * A mask in its full form, as a person may abbreviate it: `bob` is `bob!*@*`, `x@host` is
 * `*!x@host`, `bob!x` is `bob!x@*`, and what has a dot or a colon is a host. Empty parts and runs
 * of stars become one star.
 */
export function normalizeMask(mask: string): string {
  const bang = mask.indexOf("!");
  const at = mask.indexOf("@", bang + 1);
  const nick = bang >= 0 ? mask.slice(0, bang) : at >= 0 || isHost(mask) ? "" : mask;
  const user = mask.slice(bang + 1, at < 0 ? undefined : at);
  const host = at >= 0 ? mask.slice(at + 1) : bang < 0 && isHost(mask) ? mask : "";
  return `${orStar(nick)}!${bang < 0 && at < 0 ? "*" : orStar(user)}@${orStar(host)}`;
}

function isHost(mask: string): boolean {
  return mask.includes(".") || mask.includes(":");
}

function orStar(part: string): string {
  return part === "" ? "*" : part.replace(/\*{2,}/g, "*");
}
