/**
 * The action of each key in the edited line, as in readline (its manual, "Bindable Readline
 * Commands") and Emacs. docs/KEYS.md has the same table for people; a test keeps them the same.
 *
 * @module
 */

/** An action of the line editor. */
export type EditAction =
  | "enter"
  | "new line"
  | "end or delete"
  | "redraw"
  | "left"
  | "right"
  | "line start"
  | "line end"
  | "word left"
  | "word right"
  | "older"
  | "newer"
  | "oldest"
  | "newest"
  | "search back"
  | "search forward"
  | "delete left"
  | "delete right"
  | "kill to start"
  | "kill to end"
  | "kill blank word"
  | "kill word left"
  | "kill word right"
  | "join blanks"
  | "yank"
  | "yank older"
  | "last argument"
  | "transpose"
  | "transpose words"
  | "upper case"
  | "lower case"
  | "capital"
  | "undo"
  | "revert"
  | "prefix";

/** The action of each key, by the names of `key.ts`; `ctrl+x` is the first of two keys. */
export const EDIT_KEYS: Readonly<Record<string, EditAction>> = {
  "enter": "enter",
  "alt+enter": "new line",
  "ctrl+d": "end or delete",
  "ctrl+l": "redraw",
  "left": "left",
  "ctrl+b": "left",
  "right": "right",
  "ctrl+f": "right",
  "home": "line start",
  "ctrl+a": "line start",
  "end": "line end",
  "ctrl+e": "line end",
  "ctrl+left": "word left",
  "alt+left": "word left",
  "alt+b": "word left",
  "ctrl+right": "word right",
  "alt+right": "word right",
  "alt+f": "word right",
  "up": "older",
  "ctrl+p": "older",
  "down": "newer",
  "ctrl+n": "newer",
  "alt+<": "oldest",
  "alt+>": "newest",
  "ctrl+r": "search back",
  "ctrl+s": "search forward",
  "backspace": "delete left",
  "shift+backspace": "delete left",
  "delete": "delete right",
  "ctrl+u": "kill to start",
  "ctrl+k": "kill to end",
  "ctrl+x backspace": "kill to start",
  "ctrl+w": "kill blank word",
  "alt+backspace": "kill word left",
  "ctrl+backspace": "kill word left",
  "alt+d": "kill word right",
  "ctrl+delete": "kill word right",
  "alt+delete": "kill word right",
  "alt+\\": "join blanks",
  "ctrl+y": "yank",
  "alt+y": "yank older",
  "alt+.": "last argument",
  "alt+_": "last argument",
  "ctrl+t": "transpose",
  "alt+t": "transpose words",
  "alt+u": "upper case",
  "alt+l": "lower case",
  "alt+c": "capital",
  "ctrl+_": "undo",
  "ctrl+/": "undo",
  "ctrl+x ctrl+u": "undo",
  "alt+r": "revert",
  "ctrl+x": "prefix",
};
