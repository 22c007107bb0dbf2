/**
 * The help about the keys of the text UI.
 *
 * @module
 */

/** The answer to F1, and the end of the answer to `/help`. */
export const KEY_HELP: string = [
  "*** Tab                 complete a nick or command; again: the next",
  "*** Up, Down            lines entered before; Ctrl-R: search them",
  "*** Ctrl-W, -U, -K, -Y  cut a word, to the start, to the end; put back",
  "*** Ctrl-_              undo; Alt-Enter: a new line in the draft",
  "*** Alt-1 to Alt-9      go to a buffer; Ctrl-N, Ctrl-P: next, previous",
  "*** Alt-A               go to where something is new; Alt-0: the mentions",
  "*** Alt-N               go to the first new line",
  "*** PageUp, PageDown    scroll, at the top to older lines; Esc: to the end",
  "*** F2, F3              show the times, or hide them; unfold long messages",
  "*** F4, Shift-F4        more lines with the text of /search: above, below",
  "*** Ctrl-L              draw the screen again",
  "*** Ctrl-C              quit; also Ctrl-D on an empty line",
  "*** F1                  these keys; docs/KEYS.md has all of them",
].join("\n");
