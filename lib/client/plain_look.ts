/**
 * The look for protocols without a look of their own: a line UI with plain words, in which every
 * line of a pipe is chat.
 *
 * @module
 */

import { sanitizeLine } from "../protocol/text.ts";
import { eventWords } from "./event_words.ts";
import type { Look } from "./look.ts";
import { slashReading } from "./slash_look.ts";

/** The look of every protocol that `looks.ts` does not list. */
export const plainLook: Look = {
  ui: "plain",
  prompt: "> ",
  wipe: "\r  \r",
  promptsInPipe: false,
  hasChannels: false,
  hasQueries: false,
  text: eventWords,
  fold: (name) => name,
  ...slashReading({ dialect: "This protocol", abilities: [] }),
  readLine(line) {
    const text = sanitizeLine(line);
    if (text.trim() === "") return { do: "nothing" };
    return { do: "send", command: { type: "say", text } };
  },
};
