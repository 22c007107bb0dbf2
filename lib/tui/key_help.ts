/**
 * The help about the keys of the text UI.
 *
 * @module
 */

/** The answer to F1, and the end of the answer to `/help`. */
export const KEY_HELP: string = [
  "*** Tab                 complete a nick or command; again: the next",
  "*** Up, Down            lines entered before",
  "*** PageUp, PageDown    scroll, as the wheel does; Esc: to the end",
  "*** Ctrl-T              show the times, or hide them",
  "*** Ctrl-L              draw the screen again",
  "*** Ctrl-C              quit; also Ctrl-D on an empty line",
  "*** F1                  these keys; Shift and the mouse select text",
].join("\n");
