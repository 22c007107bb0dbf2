/**
 * The abilities of a terminal, by its name (`TERM`). An unknown one counts as a usual one, except
 * for sequences that would leave marks on the screen of a terminal without them.
 *
 * @module
 */

/** The abilities of a terminal. */
export interface Abilities {
  /** Whether the cursor can be moved: there can be a full screen, or an edited line. */
  readonly canMove: boolean;
  /** Whether it knows addresses that can be clicked (OSC 8). */
  readonly hasLinks: boolean;
}

/** Terminals without a cursor that moves: a shell within an editor, a teletype. */
const UNMOVABLE = /^(?:dumb|unknown|emacs|tty\w*|lpr|network|print\w*)$/;
/** Terminals that have links, or drop the sequence. GNU screen and consoles do neither. */
const WITH_LINKS =
  /^(?:xterm|tmux|foot|alacritty|kitty|xterm-kitty|wezterm|ghostty|contour|rio|vte|gnome|konsole|mintty|iterm2?|mlterm|st)(?:[-.+]|$)/;

/** The abilities of the terminal called `term`; `undefined` when the name is not known. */
export function abilitiesOf(term: string | undefined): Abilities {
  if (term === undefined) return { canMove: true, hasLinks: false };
  return { canMove: !UNMOVABLE.test(term), hasLinks: WITH_LINKS.test(term) };
}
