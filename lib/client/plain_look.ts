/**
 * The look for protocols without a look of their own: a line UI with plain words, in which every typed line is
 * chat.
 *
 * @module
 */

import { sanitizeLine } from "../protocol/text.ts";
import { eventWords } from "./event_words.ts";
import type { Look } from "./look.ts";

/** The look of every protocol that `looks.ts` does not list. */
export const plainLook: Look = {
  ui: "plain",
  prompt: "> ",
  wipe: "\r  \r",
  promptsInPipe: false,
  commands: [],
  text: eventWords,
  readLine(line) {
    const text = sanitizeLine(line);
    if (text.trim() === "") return { do: "nothing" };
    return { do: "send", command: { type: "say", text } };
  },
};
