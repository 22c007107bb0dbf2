/**
 * The look of an IRC client: the full screen with a buffer for each channel and conversation, all
 * slash commands, and those that IRC has besides.
 *
 * @module
 */

import { eventWords } from "./event_words.ts";
import type { Look } from "./look.ts";
import { slashReading } from "./slash_look.ts";
import { inChannel, type SlashEntry, splitWord, withOne } from "./slash_words.ts";

const EXTRAS: readonly SlashEntry[] = [
  {
    word: "/kick",
    argument: "nick",
    usage: " NICK [REASON]",
    help: "remove somebody from this channel",
    read: (rest, place) => {
      const [whom, reason] = splitWord(rest);
      if (whom === "") return undefined;
      const why = reason === "" ? {} : { reason };
      return inChannel("", place, (where) => ({ type: "kick", whom, ...where, ...why }));
    },
  },
  {
    word: "/invite",
    argument: "nick",
    usage: " NICK",
    help: "ask somebody into this channel",
    read: (rest, place) => {
      const [whom] = splitWord(rest);
      if (whom === "") return undefined;
      return inChannel("", place, (where) => ({ type: "invite", whom, ...where }));
    },
  },
  {
    word: "/raw",
    usage: " LINE",
    help: "send a line of IRC as it is",
    read: (line) => withOne(line, (line) => ({ type: "raw", line })),
  },
];

/** The look. */
export const ircLook: Look = {
  ui: "tui",
  prompt: "> ",
  wipe: "\r  \r",
  promptsInPipe: false,
  hasChannels: true,
  hasQueries: true,
  hasHistory: true,
  isWelcome: (event) => event.type === "registered",
  text: eventWords,
  fold: (name) => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  ...slashReading({
    dialect: "IRC",
    abilities: ["msg", "me", "join", "part", "names", "list", "nick", "topic", "away", "whois"],
    extras: EXTRAS,
    hasPrivateActions: true,
  }),
};
