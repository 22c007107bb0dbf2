/**
 * The look of a json16 client (PROTOCOLS, section 3, Client): the full screen, and slash commands
 * that the client reads itself, because the wire has a packet for each of them.
 *
 * @module
 */

import { eventWords } from "./event_words.ts";
import type { Look } from "./look.ts";
import { slashReading } from "./slash_look.ts";

/** The look. */
export const json16Look: Look = {
  ui: "tui",
  prompt: "> ",
  wipe: "\r  \r",
  promptsInPipe: false,
  hasChannels: false,
  hasQueries: true,
  hasHistory: true,
  // There is no reply to a hello, but its user sees itself enter.
  isWelcome: (event) => event.type !== "notice",
  text: eventWords,
  fold: (name) => name,
  ...slashReading({
    dialect: "json16",
    abilities: ["msg", "me", "join", "part", "names", "list", "nick"],
  }),
};
