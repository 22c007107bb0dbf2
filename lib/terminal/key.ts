/**
 * Keys, as a person presses them; `keys.ts` reads the bytes that a terminal sends for each.
 *
 * A key has one name: `enter` `tab` `backspace` `delete` `insert` `escape` `space` `up` `down`
 * `left` `right` `home` `end` `pageup` `pagedown` `f1` to `f20`, or its character; in front of it,
 * in this order, what was held down: `ctrl+left`, `alt+b`, `shift+tab`, `ctrl+alt+shift+home`.
 *
 * @module
 */

/** One input from the keyboard, a paste or the mouse wheel. */
export type Key =
  | TextKey
  | NamedKey
  | PasteKey
  | WheelKey
  | { readonly type: "unknown" };

/**
 * One or more characters that were typed in a row: whole code points without control characters.
 */
export interface TextKey {
  /** The kind of key. */
  readonly type: "text";
  /** The characters. */
  readonly text: string;
}

/** A key that is not text. */
export interface NamedKey {
  /** The kind of key. */
  readonly type: "key";
  /** The name, in the form that the header of this file describes. */
  readonly name: string;
}

/**
 * One paste, where the terminal marks pastes ("bracketed paste"). Its text is raw: it has line
 * breaks as the terminal sends them (`\r`, `\n` or both), and may have any control character.
 */
export interface PasteKey {
  /** The kind of key. */
  readonly type: "paste";
  /** The pasted text, raw. */
  readonly text: string;
}

/** One notch of the mouse wheel. */
export interface WheelKey {
  /** The kind of key. */
  readonly type: "wheel";
  /** The direction of the wheel: up shows older lines. */
  readonly direction: "up" | "down";
}

/** A sequence without a meaning here. */
export const UNKNOWN: Key = { type: "unknown" };

/** Bits of `named`, as in xterm's modifier parameter less one; meta counts as alt. */
export const SHIFT = 1, ALT = 2, CTRL = 4, META = 8;

/** Names a key together with the modifiers that were held down. */
export function named(name: string, modifiers = 0): NamedKey {
  const ctrl = modifiers & CTRL ? "ctrl+" : "";
  const alt = modifiers & (ALT | META) ? "alt+" : "";
  const shift = modifiers & SHIFT ? "shift+" : "";
  return { type: "key", name: ctrl + alt + shift + name };
}
