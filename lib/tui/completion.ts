/**
 * What Tab makes of the word in front of the cursor: a command or a nick at the start of the line, a
 * channel behind `/join`, a nick elsewhere. Tab again offers the next one, Shift-Tab the one before.
 *
 * @module
 */

import type { EditedLine } from "../terminal/line_view.ts";

/** What there is to complete to. */
export interface Vocabulary {
  /** With their slash. */
  readonly commands: readonly string[];
  /** The likeliest first. */
  readonly nicks: readonly string[];
  /** The likeliest first. */
  readonly channels: readonly string[];
}

/** A completion under way: what stands from `start` to `end` is to be one of `words`. */
export interface Completion {
  /** In UTF-16 units of the line. */
  readonly start: number;
  /** In UTF-16 units of the line. */
  readonly end: number;
  /** What is offered, with what belongs behind it. At least one. */
  readonly words: readonly string[];
  /** Which of them is offered now. */
  readonly index: number;
}

/** The first completion of the word in front of the cursor; `undefined` when there is none. */
export function complete(line: EditedLine, vocabulary: Vocabulary): Completion | undefined {
  const before = line.text.slice(0, line.cursor);
  const word = /\S*$/.exec(before)?.[0] as string;
  if (word === "") return undefined;
  const start = before.length - word.length;
  const words = candidates(before.slice(0, start), word, vocabulary);
  if (words.length === 0) return undefined;
  const spaced = line.text[line.cursor] === " ";
  return {
    start,
    end: line.cursor,
    words: spaced ? words.map((each) => each.trimEnd()) : words,
    index: 0,
  };
}

/** The completion that comes after (1) or before (-1) one that has been put into the line. */
export function next(completion: Completion, step: 1 | -1): Completion {
  const { start, words, index } = completion;
  const end = start + (words[index] as string).length;
  return { start, end, words, index: (index + step + words.length) % words.length };
}

function candidates(lead: string, word: string, vocabulary: Vocabulary): string[] {
  const { commands, nicks, channels } = vocabulary;
  if (lead === "" && word.startsWith("/") && commands.length > 0) {
    return matches(commands, word, " ");
  }
  if (lead.trimEnd() === "/join" && commands.includes("/join")) return matches(channels, word, "");
  return matches(nicks, word, lead === "" ? ": " : " ");
}

function matches(all: readonly string[], word: string, suffix: string): string[] {
  const start = word.toLowerCase();
  return all.filter((each) => each.toLowerCase().startsWith(start)).map((each) => each + suffix);
}
