/**
 * How an IRC client looks: as json16's, with the slash commands that IRC has besides.
 *
 * @module
 */

import type { ClientCommand } from "../protocol/protocol.ts";
import { sanitizeLine } from "../protocol/text.ts";
import { eventWords } from "./event_words.ts";
import { isSlashCommand, type LineAction, type Look, type SlashCommand } from "./look.ts";

/** A slash command: its arguments as `/help` shows them, what it does, and how it is read. */
interface Entry extends SlashCommand {
  readonly usage: string;
  readonly help: string;
  /** Reads what follows the word; `undefined` when an argument is missing. */
  read(rest: string): ClientCommand | undefined;
}

const ENTRIES: readonly Entry[] = [
  {
    word: "/message",
    argument: "nick",
    usage: " NICK TEXT",
    help: "speak to one user",
    read: (rest) => withTwo(rest, (to, text) => ({ type: "dm", to, text })),
  },
  {
    word: "/me",
    usage: " TEXT",
    help: "say what you do",
    read: (text) => withOne(text, () => ({ type: "emote", text })),
  },
  {
    word: "/names",
    usage: "",
    help: "list who is in this channel",
    read: () => ({ type: "names" }),
  },
  { word: "/list", usage: "", help: "list all channels", read: () => ({ type: "list" }) },
  {
    word: "/join",
    argument: "channel",
    usage: " CHANNEL [KEY]",
    help: "enter a channel; it is made if it is missing",
    read: (rest) => {
      const [channel, key] = splitWord(rest);
      return withOne(channel, () => ({ type: "join", channel, ...(key !== "" && { key }) }));
    },
  },
  { word: "/part", usage: "", help: "leave this channel", read: () => ({ type: "part" }) },
  {
    word: "/topic",
    usage: " TEXT",
    help: "set this channel's topic",
    read: (text) => ({ type: "topic", text }),
  },
  {
    word: "/kick",
    argument: "nick",
    usage: " NICK [REASON]",
    help: "remove somebody from this channel",
    read: (rest) => {
      const [whom, reason] = splitWord(rest);
      return withOne(whom, () => ({ type: "kick", whom, ...(reason !== "" && { reason }) }));
    },
  },
  {
    word: "/invite",
    argument: "nick",
    usage: " NICK",
    help: "ask somebody into this channel",
    read: (whom) => withOne(whom, () => ({ type: "invite", whom })),
  },
  {
    word: "/nick",
    usage: " NICK",
    help: "take another name",
    read: (nick) => withOne(nick, () => ({ type: "raw", line: `NICK ${nick}` })),
  },
  {
    word: "/away",
    usage: " [TEXT]",
    help: "be away, or without a text be back",
    read: (text) => text === "" ? { type: "away" } : { type: "away", text },
  },
  {
    word: "/whois",
    argument: "nick",
    usage: " NICK",
    help: "show what is known of somebody",
    read: (nick) => withOne(nick, () => ({ type: "raw", line: `WHOIS ${nick}` })),
  },
  {
    word: "/raw",
    usage: " LINE",
    help: "send a line of IRC as it is",
    read: (line) => withOne(line, () => ({ type: "raw", line })),
  },
];

const HELP = [
  ...ENTRIES.map(({ word, usage, help }) => [word + usage, help] as const),
  ["/help", "list these commands"] as const,
  ["/q", "quit"] as const,
].map(([usage, help]) => `*** ${usage.padEnd(22)}${help}`).join("\n");

/** The look. */
export const ircLook: Look = {
  ui: "tui",
  prompt: "> ",
  wipe: "\r  \r",
  promptsInPipe: false,
  commands: [...ENTRIES, { word: "/help" }, { word: "/q" }],
  text: eventWords,
  readLine,
};

function readLine(typed: string): LineAction {
  const line = sanitizeLine(typed);
  if (line.trim() === "") return { do: "nothing" };
  if (!isSlashCommand(ircLook, line)) return { do: "send", command: { type: "say", text: line } };
  const [word, rest] = splitWord(line.trimEnd());
  if (word === "/q") return { do: "quit" };
  if (word === "/help") return { do: "help", text: HELP };
  const entry = ENTRIES.find((each) => each.word === word);
  if (entry === undefined) {
    return { do: "answer", text: `*** Unknown command ${word}; /help lists them` };
  }
  const command = entry.read(rest);
  return command === undefined
    ? { do: "answer", text: `*** Usage: ${word}${entry.usage}` }
    : { do: "send", command };
}

function withOne(
  argument: string,
  make: () => ClientCommand,
): ClientCommand | undefined {
  return argument === "" ? undefined : make();
}

function withTwo(
  rest: string,
  make: (first: string, second: string) => ClientCommand,
): ClientCommand | undefined {
  const [first, second] = splitWord(rest);
  return second === "" ? undefined : make(first, second);
}

/** The first word of `text`, and what follows the white space after it; "" when nothing does. */
function splitWord(text: string): [word: string, rest: string] {
  const end = text.search(/\s/);
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end).trimStart()];
}
