/**
 * The look of a json16 client (PROTOCOLS, section 3, Client): the full screen, and slash commands that the client
 * reads itself, because the wire has a packet for each of them.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import { sanitizeLine } from "../protocol/text.ts";
import { eventWords } from "./event_words.ts";
import { isSlashCommand, type LineAction, type Look, type SlashCommand } from "./look.ts";

/** A slash command with its line of `/help` and its effect. */
interface Entry extends SlashCommand {
  /** Its arguments as `/help` shows them. */
  readonly usage: string;
  /** A few words on its effect. */
  readonly help: string;
  /** Reads what follows the word; `undefined` when an argument is missing. */
  read(rest: string): LineAction | undefined;
}

const ENTRIES: readonly Entry[] = [
  {
    word: "/message",
    argument: "nick",
    usage: " NICK TEXT",
    help: "speak to one user",
    read(rest) {
      const [to, text] = splitWord(rest);
      return text === "" ? undefined : send({ type: "dm", to, text });
    },
  },
  {
    word: "/me",
    usage: " TEXT",
    help: "say what you do",
    read: (text) => text === "" ? undefined : send({ type: "emote", text }),
  },
  {
    word: "/names",
    usage: "",
    help: "list who is in this channel",
    read: () => send({ type: "names" }),
  },
  { word: "/list", usage: "", help: "list all channels", read: () => send({ type: "list" }) },
  {
    word: "/join",
    argument: "channel",
    usage: " CHANNEL",
    help: "enter a channel; it is made if it is missing",
    read: (channel) => channel === "" ? undefined : send({ type: "join", channel }),
  },
  { word: "/part", usage: "", help: "go back to the lobby", read: () => send({ type: "part" }) },
  {
    word: "/help",
    usage: "",
    help: "list these commands",
    read: () => ({ do: "help", text: HELP }),
  },
  { word: "/q", usage: "", help: "quit", read: () => ({ do: "quit" }) },
];

const HELP = ENTRIES
  .map(({ word, usage, help }) => `*** ${`${word}${usage}`.padEnd(20)}${help}`)
  .join("\n");

/** The look. */
export const json16Look: Look = {
  ui: "tui",
  prompt: "> ",
  wipe: "\r  \r",
  promptsInPipe: false,
  commands: ENTRIES,
  text: eventWords,
  readLine,
};

function readLine(typed: string): LineAction {
  const line = sanitizeLine(typed);
  if (line.trim() === "") return { do: "nothing" };
  if (!isSlashCommand(json16Look, line)) return send({ type: "say", text: line });
  const [word, rest] = splitWord(line.trimEnd());
  const entry = ENTRIES.find((each) => each.word === word);
  if (entry === undefined) {
    return { do: "answer", text: `*** Unknown command ${word}; /help lists them` };
  }
  return entry.read(rest) ?? { do: "answer", text: `*** Usage: ${word}${entry.usage}` };
}

function send(command: Command): LineAction {
  return { do: "send", command };
}

const SPACE = /\s/;

/** The first word of `text`, and what follows the white space after it; "" when nothing does. */
function splitWord(text: string): [word: string, rest: string] {
  const end = text.search(SPACE);
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end).trimStart()];
}
