/**
 * A look for the full screen whose slash commands are a table. `/help` and `/q` are in every table.
 *
 * @module
 */

import type { ClientCommand } from "../protocol/protocol.ts";
import { sanitizeLine } from "../protocol/text.ts";
import { eventWords } from "./event_words.ts";
import type { LineAction, Look, SlashCommand } from "./look.ts";

/** A row of the table. */
export interface SlashEntry extends SlashCommand {
  /** Its arguments as `/help` shows them, with a space before each. */
  readonly usage: string;
  /** A few words on its effect. */
  readonly help: string;
  /** Reads what follows the word; `undefined` when an argument is missing. */
  read(rest: string): ClientCommand | undefined;
}

/** The look of a client that knows the commands of `entries`. A line without a slash is chat. */
export function slashLook(entries: readonly SlashEntry[]): Look {
  const byWord = new Map(entries.map((entry) => [entry.word, entry]));
  const help = helpOf(entries);
  return {
    ui: "tui",
    prompt: "> ",
    wipe: "\r  \r",
    promptsInPipe: false,
    commands: [...entries, { word: "/help" }, { word: "/q" }],
    text: eventWords,
    readLine(typed: string): LineAction {
      const line = sanitizeLine(typed);
      if (line.trim() === "") return { do: "nothing" };
      if (!line.startsWith("/")) return { do: "send", command: { type: "say", text: line } };
      const [word, rest] = splitWord(line.trimEnd());
      if (word === "/q") return { do: "quit" };
      if (word === "/help") return { do: "help", text: help };
      const entry = byWord.get(word);
      if (entry === undefined) {
        return { do: "answer", text: `*** Unknown command ${word}; /help lists them` };
      }
      const command = entry.read(rest);
      return command === undefined
        ? { do: "answer", text: `*** Usage: ${word}${entry.usage}` }
        : { do: "send", command };
    },
  };
}

/** What `make` makes of `argument`; `undefined` when that is empty. */
export function withOne(
  argument: string,
  make: (argument: string) => ClientCommand,
): ClientCommand | undefined {
  return argument === "" ? undefined : make(argument);
}

/** What `make` makes of the first word of `rest` and of what follows it; `undefined` when nothing does. */
export function withTwo(
  rest: string,
  make: (first: string, second: string) => ClientCommand,
): ClientCommand | undefined {
  const [first, second] = splitWord(rest);
  return second === "" ? undefined : make(first, second);
}

/** The first word of `text`, and what follows the white space after it; "" when nothing does. */
export function splitWord(text: string): [word: string, rest: string] {
  const end = text.search(/\s/);
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end).trimStart()];
}

function helpOf(entries: readonly SlashEntry[]): string {
  const rows: readonly (readonly [string, string])[] = [
    ...entries.map(({ word, usage, help }) => [word + usage, help] as const),
    ["/help", "list these commands"],
    ["/q", "quit"],
  ];
  const width = Math.max(...rows.map(([usage]) => usage.length)) + 2;
  return rows.map(([usage, help]) => `*** ${usage.padEnd(width)}${help}`).join("\n");
}
