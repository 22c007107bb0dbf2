/**
 * Tab completes the word before the cursor: to a command or a nick at the start of the line, to a
 * channel after a command that names one, to a nick elsewhere. Tab again offers the next one,
 * Shift-Tab the one before.
 *
 * @module
 */

import { isSlashCommand, type Look } from "../client/look.ts";
import type { EditedLine } from "../terminal/line_view.ts";

/** The words that completion offers. */
export interface Vocabulary {
  /** The look, with its slash commands. */
  readonly look: Pick<Look, "commands">;
  /** Nicks, the likeliest first. */
  readonly nicks: readonly string[];
  /** Channels, the likeliest first. */
  readonly channels: readonly string[];
}

/**
 * A completion under way: one of `words` replaces the line from `start` to `end` (UTF-16 units).
 */
export interface Completion {
  /** Where the completed word begins. */
  readonly start: number;
  /** Where the word that is replaced ends. */
  readonly end: number;
  /** The words on offer, at least one, each with the space or colon that follows it. */
  readonly words: readonly string[];
  /** The index of the word that is offered now. */
  readonly index: number;
}

/** The first completion of the word in front of the cursor; `undefined` when there is none. */
export function complete(line: EditedLine, vocabulary: Vocabulary): Completion | undefined {
  const before = line.text.slice(0, line.cursor);
  const start = wordStart(before);
  const word = before.slice(start);
  if (word === "") return undefined;
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

/**
 * The index where the last word of `text` begins. Searching from the end avoids a restart
 * at each word.
 */
function wordStart(text: string): number {
  let start = text.length;
  while (start > 0 && !SPACE.test(text.charAt(start - 1))) start--;
  return start;
}

const SPACE = /\s/;

function candidates(lead: string, word: string, { look, nicks, channels }: Vocabulary): string[] {
  if (lead === "" && isSlashCommand(word)) {
    return matches(look.commands.map((command) => command.word).sort(), word, " ");
  }
  const command = look.commands.find((each) => each.word === lead.trimEnd());
  if (command?.argument === "channel") return matches(channels, word, "");
  return matches(nicks, word, lead === "" ? ": " : " ");
}

function matches(all: readonly string[], word: string, suffix: string): string[] {
  const start = word.toLowerCase();
  return all.filter((each) => each.toLowerCase().startsWith(start)).map((each) => each + suffix);
}
