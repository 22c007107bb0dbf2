/**
 * Reads lines that a person types on a terminal: chat, and the slash commands of
 * `slash_words.ts`. Nothing that begins with a slash is sent as chat, except behind a second
 * slash: `//etc` says `/etc`.
 *
 * @module
 */

import { nearest } from "../cli/nearest.ts";
import { sanitizeLine } from "../protocol/text.ts";
import { HERE, type LineAction, type Look, type Place, type SlashCommand } from "./look.ts";
import {
  type Ability,
  LACKS,
  send,
  SLASH_WORDS,
  type SlashEntry,
  splitWord,
} from "./slash_words.ts";

/** The facts about a dialect that `slashReading` needs. */
export interface SlashOptions {
  /** The dialect, as sentences call it. */
  readonly dialect: string;
  /** What its protocol can do. */
  readonly abilities: readonly Ability[];
  /** Its commands besides the set. */
  readonly extras?: readonly SlashEntry[];
  /** Whether actions can be sent to one user alone. */
  readonly hasPrivateActions?: boolean;
}

/** The part of a look that reads typed lines. */
export type SlashReading = Pick<Look, "commands" | "readTyped" | "readLine">;

const HELP: SlashCommand = { word: "/help" };
const QUIT_WORDS: readonly SlashCommand[] = [{ word: "/quit" }, { word: "/q" }];

/** Makes the reading of typed lines for a dialect. In a pipe, it reads lines in the same way. */
export function slashReading(options: SlashOptions): SlashReading {
  const { dialect, abilities, extras = [] } = options;
  const known = [...SLASH_WORDS, ...extras];
  const can = ({ ability }: SlashEntry) => ability === undefined || abilities.includes(ability);
  const byWord = new Map(
    known.flatMap((entry) => [entry.word, ...entry.aliases ?? []].map((word) => [word, entry])),
  );
  const help = helpOf(known.filter(can));
  const words = [...byWord.keys(), "/help", "/quit", "/q"];

  function readCommand(line: string, place: Place): LineAction {
    const [typed, rest] = splitWord(line.trimEnd());
    const word = typed.toLowerCase();
    if (QUIT_WORDS.some((each) => each.word === word)) return { do: "quit" };
    if (word === HELP.word) return { do: "help", text: help };
    const entry = byWord.get(word);
    if (entry === undefined) return { do: "answer", text: unknownText(typed, words) };
    if (!can(entry)) {
      return { do: "answer", text: `*** ${dialect} has ${LACKS[entry.ability as Ability]}` };
    }
    if (word === "/me" && place.kind === "query" && options.hasPrivateActions !== true) {
      return { do: "answer", text: `*** ${dialect} has no actions in private conversations` };
    }
    return entry.read(rest, place) ?? { do: "answer", text: `*** Usage: ${word}${entry.usage}` };
  }

  function readTyped(typed: string, place: Place): LineAction {
    const line = sanitizeLine(typed);
    if (line.trim() === "") return { do: "nothing" };
    if (line.startsWith("/") && !line.startsWith("//")) return readCommand(line, place);
    return speak(line.startsWith("/") ? line.slice(1) : line, place);
  }

  return {
    commands: [...known.filter(can), ...QUIT_WORDS, HELP],
    readTyped,
    readLine: (line) => readTyped(line, HERE),
  };
}

/** The action that says `text` in `place`. */
export function speak(text: string, place: Place): LineAction {
  switch (place.kind) {
    case "channel":
      return send({ type: "say", text, ...(place.name !== undefined && { channel: place.name }) });
    case "query":
      return send({ type: "dm", to: place.name, text });
    case "server":
      return { do: "answer", text: "*** Nobody listens here: /join a channel, or /msg somebody" };
  }
}

function unknownText(word: string, words: readonly string[]): string {
  const likely = nearest(word.toLowerCase(), words);
  const advice = likely === undefined ? "/help lists them" : `did you mean ${likely}?`;
  return `*** Unknown command ${word}; ${advice}`;
}

function helpOf(entries: readonly SlashEntry[]): string {
  const rows: readonly (readonly [string, string])[] = [
    ...entries.map(({ word, usage, help }) => [word + usage, help] as const),
    ["/help", "list these commands"],
    ["/quit", "quit; also /q"],
    ["//TEXT", "say a text that begins with a slash"],
  ];
  const width = Math.max(...rows.map(([usage]) => usage.length)) + 2;
  return rows.map(([usage, help]) => `*** ${usage.padEnd(width)}${help}`).join("\n");
}
