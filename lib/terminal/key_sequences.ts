/**
 * The meaning of one complete escape sequence or control byte (`keys.ts` cuts them out of
 * the stream).
 *
 *   ESC [ parameters final     CSI: keys of xterm, VT220, rxvt and the Linux console; SGR mouse
 *   ESC O [modifier] final     SS3: the same keys in "application mode"
 *
 * Sources: XTerm Control Sequences ("PC-Style Function Keys", "VT220-Style Function Keys",
 * "Extended coordinates"), rxvt's rxvtRef.txt ("KEY CODES"), console_codes(4).
 *
 * @module
 */

import { ALT, CTRL, type Key, META, named, SHIFT, UNKNOWN } from "./key.ts";

// Finals of CSI and SS3 alike: CSI A, CSI 1;5A, SS3 A.
const LETTERS: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
  P: "f1",
  Q: "f2",
  R: "f3",
  S: "f4",
};

// rxvt: lower case is with Shift behind CSI, and with Ctrl behind SS3.
const RXVT_ARROWS: Readonly<Record<string, string>> = { a: "up", b: "down", c: "right", d: "left" };

// CSI number ~
const NUMBERS: Readonly<Record<number, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
  ...Object.fromEntries([
    ...[11, 12, 13, 14, 15].map((n) => [n, `f${n - 10}`]),
    ...[17, 18, 19, 20, 21].map((n) => [n, `f${n - 11}`]),
    ...[23, 24, 25, 26].map((n) => [n, `f${n - 12}`]),
    ...[28, 29].map((n) => [n, `f${n - 13}`]),
    ...[31, 32, 33, 34].map((n) => [n, `f${n - 14}`]),
  ]),
};

// What rxvt ends a numbered key with instead of "~".
const RXVT_FINALS: Readonly<Record<string, number>> = { "$": SHIFT, "^": CTRL, "@": CTRL | SHIFT };

// The keys with a code of their own in CSI u and in xterm's modifyOtherKeys.
const CODES: Readonly<Record<number, string>> = {
  8: "backspace",
  9: "tab",
  13: "enter",
  27: "escape",
  32: "space",
  127: "backspace",
};

const NUMBER_LIST = /^\d{0,7}(?:;\d{1,7}){0,2}$/;
const SGR_MOUSE = /^<(\d{1,5});\d{1,5};\d{1,5}$/;
const WHEEL_BIT = 64;

/** Text typed on the number pad in application mode: SS3 j to SS3 y, and SS3 X. */
const KEYPAD = "*+,-./0123456789";

/** The key of `ESC [ parameters final`. `modifiers` come from an ESC in front of it all. */
export function csiKey(parameters: string, final: string, modifiers = 0): Key {
  if (final === "M" || final === "m") {
    const mouse = SGR_MOUSE.exec(parameters);
    return mouse ? wheelKey(Number(mouse[1])) : UNKNOWN;
  }
  if (!NUMBER_LIST.test(parameters)) return UNKNOWN;
  const [first = 0, second = 1, third = 0] = parameters === ""
    ? []
    : parameters.split(";").map(Number);
  if (final === "~" && first === 27) return codeKey(third, modifierBits(second) | modifiers);
  if (final === "~") return keyOrUnknown(NUMBERS[first], modifierBits(second) | modifiers);
  if (final === "u") return codeKey(first, modifierBits(second) | modifiers);
  if (final === "Z") return named("tab", SHIFT | modifiers);
  const rxvt = RXVT_FINALS[final];
  if (rxvt !== undefined) return keyOrUnknown(NUMBERS[first], rxvt | modifiers);
  if (final in RXVT_ARROWS) return keyOrUnknown(RXVT_ARROWS[final], SHIFT | modifiers);
  // Today `1;modifier`; xterm once sent the modifier alone.
  const held = parameters.includes(";") ? second : first;
  return keyOrUnknown(LETTERS[final], modifierBits(held) | modifiers);
}

/** The key of `ESC O parameters final`. */
export function ss3Key(parameters: string, final: string, modifiers = 0): Key {
  const held = Number(parameters.split(";").at(-1)) || 1;
  const bits = modifierBits(held) | modifiers;
  if (final in LETTERS) return keyOrUnknown(LETTERS[final], bits);
  if (final in RXVT_ARROWS) return keyOrUnknown(RXVT_ARROWS[final], CTRL | bits);
  if (final === "M") return named("enter", bits);
  if (final === "I") return named("tab", bits);
  if (final === " ") return codeKey(32, bits);
  if (final === "X") return codeKey(0x3d, bits);
  const keypad = final >= "j" ? KEYPAD[final.charCodeAt(0) - 0x6a] : undefined;
  return keypad === undefined ? UNKNOWN : codeKey(keypad.charCodeAt(0), bits);
}

/** The Linux console's F1 to F5: `ESC [ [ final`, A to E. */
export function consoleKey(final: number, modifiers = 0): Key {
  return final >= 0x41 && final <= 0x45 ? named(`f${final - 0x40}`, modifiers) : UNKNOWN;
}

/** A mouse event by its button code, the same in the SGR form and (less 32) in the old one. */
export function wheelKey(button: number): Key {
  // Shift, Alt, Ctrl and motion do not matter here; 66 and 67 turn sideways.
  const turned = button & ~(4 | 8 | 16 | 32);
  if (turned === WHEEL_BIT) return { type: "wheel", direction: "up" };
  if (turned === WHEEL_BIT + 1) return { type: "wheel", direction: "down" };
  return UNKNOWN;
}

/** The key of a C0 control byte or DEL. */
export function controlKey(byte: number, modifiers = 0): Key {
  switch (byte) {
    case 0x08:
    case 0x7f:
      return named("backspace", modifiers);
    case 0x09:
      return named("tab", modifiers);
    case 0x0a:
    case 0x0d:
      return named("enter", modifiers);
    case 0x1b:
      return named("escape", modifiers);
    case 0x00:
      return named("space", CTRL | modifiers);
    default:
      return named(String.fromCharCode(byte | 0x40).toLowerCase(), CTRL | modifiers);
  }
}

function modifierBits(parameter: number): number {
  // Higher bits are Caps Lock and Num Lock.
  return (Math.max(parameter, 1) - 1) & (SHIFT | ALT | CTRL | META);
}

function keyOrUnknown(name: string | undefined, modifiers: number): Key {
  return name === undefined ? UNKNOWN : named(name, modifiers);
}

function codeKey(code: number, modifiers: number): Key {
  const isText = code >= 0x20 && code !== 0x7f && (modifiers & ~SHIFT) === 0;
  if (!isText && CODES[code] !== undefined) return named(CODES[code], modifiers);
  const isCharacter = code >= 0x20 && !(code >= 0x7f && code < 0xa0) && code <= 0x10ffff &&
    !(code >= 0xd800 && code < 0xe000);
  if (!isCharacter) return UNKNOWN;
  const text = String.fromCodePoint(code);
  return isText ? { type: "text", text } : named(text.toLowerCase(), modifiers);
}
