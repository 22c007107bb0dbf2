/**
 * What the text UI knows of each protocol's commands, and what it says about its own keys.
 *
 * @module
 */

import { JSON16_COMMANDS } from "../protocol/json16_lines.ts";

// A protocol without an entry has no commands: whatever is typed is chat.
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  json16: JSON16_COMMANDS,
  cs168: ["/create", "/join", "/list"],
};

/** The commands of a protocol, with their slash; none for one that has no such thing. */
export function commandsOf(protocol: string): readonly string[] {
  return Object.hasOwn(COMMANDS, protocol) ? COMMANDS[protocol] as readonly string[] : [];
}

/** The answer to F1; it ends the answer to `/help` too. */
export const KEY_HELP: string = [
  "*** Tab                 complete a nick or command; again: the next",
  "*** Up, Down            lines entered before",
  "*** PageUp, PageDown    scroll, as the wheel does; Esc: to the end",
  "*** Ctrl-T              show the times, or hide them",
  "*** Ctrl-L              draw the screen anew",
  "*** Ctrl-C              quit; also Ctrl-D on an empty line",
  "*** F1                  these keys; Shift and the mouse select text",
].join("\n");
