/**
 * What a person does at a terminal, whatever bytes their terminal sends for it (`keys.ts` reads those).
 *
 * A key has one name: `enter` `tab` `backspace` `delete` `insert` `escape` `space` `up` `down` `left`
 * `right` `home` `end` `pageup` `pagedown` `f1` to `f20`, or its character; in front of it, in this
 * order, what was held down: `ctrl+left`, `alt+b`, `shift+tab`, `ctrl+alt+shift+home`.
 *
 * @module
 */

/** One thing that was typed, pasted or turned. */
export type Key =
  | TextKey
  | NamedKey
  | PasteKey
  | WheelKey
  | { readonly type: "unknown" };

/** Characters typed in a row: whole code points, no control characters, never empty. */
export interface TextKey {
  /** Tells it from the other kinds. */
  readonly type: "text";
  /** The characters. */
  readonly text: string;
}

/** A key that is no text. */
export interface NamedKey {
  /** Tells it from the other kinds. */
  readonly type: "key";
  /** As in the header of this file. */
  readonly name: string;
}

/**
 * All that was pasted in one go, when the terminal marks pastes ("bracketed paste"). It is raw: line
 * breaks as the terminal sends them (`\r`, `\n` or both) and any control characters.
 */
export interface PasteKey {
  /** Tells it from the other kinds. */
  readonly type: "paste";
  /** All of it, raw. */
  readonly text: string;
}

/** One notch of the mouse wheel. */
export interface WheelKey {
  /** Tells it from the other kinds. */
  readonly type: "wheel";
  /** Where the text is to go: up to see older lines. */
  readonly direction: "up" | "down";
}

/** A sequence that means nothing here. */
export const UNKNOWN: Key = { type: "unknown" };

/** Bits of `named`, as in xterm's modifier parameter less one; meta counts as alt. */
export const SHIFT = 1, ALT = 2, CTRL = 4, META = 8;

/** A key with what was held down. */
export function named(name: string, modifiers = 0): NamedKey {
  const ctrl = modifiers & CTRL ? "ctrl+" : "";
  const alt = modifiers & (ALT | META) ? "alt+" : "";
  const shift = modifiers & SHIFT ? "shift+" : "";
  return { type: "key", name: ctrl + alt + shift + name };
}
