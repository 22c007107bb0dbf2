/**
 * Masks of users: `nick!user@host` with `*` for any text and `?` for one character. Bans, exceptions and
 * searches match with them, without regard to ASCII case.
 *
 * A mask is compiled to a bit for each of its characters, and a text is matched one character after the other
 * with a few operations on whole words. So a match takes as many steps as the text has characters, whatever
 * the mask is: `*a*a*a*a*b` costs what `bob!*@*` costs.
 *
 * @module
 */

/** Longest mask in characters (UTF-16 units): a nick, a user name and a host fit. */
export const MAX_MASK_LENGTH = 160;

const WORD_BITS = 32;

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
  // A state is how many of the mask's characters (stars aside) the text so far has matched; bit by bit in words.
  readonly #words: number;
  readonly #last: number;
  // The states in which a star lets any character pass.
  readonly #stays: Int32Array;
  // For a character of the mask, the states that it leaves for the next one; `#any` for all other characters.
  readonly #moves = new Map<string, Int32Array>();
  readonly #any: Int32Array;

  /** Compiles `pattern`; what is longer than `MAX_MASK_LENGTH` matches nothing. */
  constructor(pattern: string) {
    const characters = pattern.length > MAX_MASK_LENGTH ? [] : [...foldCase(pattern)];
    this.#last = pattern.length > MAX_MASK_LENGTH ? -1 : characters.filter((c) => c !== "*").length;
    this.#words = Math.floor(Math.max(this.#last, 0) / WORD_BITS) + 1;
    this.#stays = new Int32Array(this.#words);
    this.#any = new Int32Array(this.#words);
    this.#compile(characters);
  }

  /** Whether all of `text` fits the mask. Steps: the characters of `text`, times the words of the mask. */
  matches(text: string): boolean {
    if (this.#last < 0) return false;
    const states = new Int32Array(this.#words);
    states[0] = 1;
    for (const character of foldCase(text)) {
      const moves = this.#moves.get(character) ?? this.#any;
      let carry = 0;
      for (let i = 0; i < this.#words; i++) {
        const state = states[i] as number;
        const moved = state & (moves[i] as number);
        states[i] = (moved << 1) | carry | (state & (this.#stays[i] as number));
        carry = moved >>> (WORD_BITS - 1);
      }
    }
    return isSet(states, this.#last);
  }

  #compile(characters: readonly string[]): void {
    let state = 0;
    const jokers: number[] = [];
    for (const character of characters) {
      if (character === "*") set(this.#stays, state);
      else if (character === "?") jokers.push(state++);
      else set(this.#movesOf(character), state++);
    }
    for (const moves of [this.#any, ...this.#moves.values()]) {
      jokers.forEach((joker) => set(moves, joker));
    }
  }

  #movesOf(character: string): Int32Array {
    let moves = this.#moves.get(character);
    if (moves === undefined) this.#moves.set(character, moves = new Int32Array(this.#words));
    return moves;
  }
}

function set(words: Int32Array, bit: number): void {
  const word = Math.floor(bit / WORD_BITS);
  words[word] = (words[word] as number) | (1 << (bit % WORD_BITS));
}

function isSet(words: Int32Array, bit: number): boolean {
  return ((words[Math.floor(bit / WORD_BITS)] as number) & (1 << (bit % WORD_BITS))) !== 0;
}

/**
 * A mask in its full form, as a person may abbreviate it: `bob` is `bob!*@*`, `x@host` is `*!x@host`,
 * `bob!x` is `bob!x@*`, and what has a dot or a colon is a host. Empty parts and runs of stars become one star.
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
