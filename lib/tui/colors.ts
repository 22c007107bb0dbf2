/**
 * Styles by their meaning, IRC's formatting, and the escape sequence of each. A nick has the same
 * colour in every session and for every user.
 *
 * @module
 */

/** A style. A number is the colour of a nick, an index into the palette. */
export type Style = "plain" | "dim" | "bold" | "inverse" | number;

/** The format that a sender asked for a part of a text. */
export interface Format {
  /** Bold letters. */
  readonly bold?: boolean;
  /** Italic letters. */
  readonly italic?: boolean;
  /** A line below. */
  readonly underline?: boolean;
  /** A line through the letters. */
  readonly strike?: boolean;
  /** The colours of letters and background exchanged. */
  readonly reverse?: boolean;
  /** The colour of the letters. */
  readonly color?: Color;
  /** The colour behind them. */
  readonly background?: Color;
}

/** A colour: an index into the 256 colours of terminals, or `RRGGBB`. */
export type Color = number | string;

/** The look of a part of a text, and its link. */
export interface Appearance {
  /** The style of all of it. */
  readonly style: Style;
  /** The format that its sender asked for. */
  readonly format?: Format | undefined;
  /** The address that a click opens; only printable ASCII without spaces (`links.ts`). */
  readonly link?: string | undefined;
}

/** Text that looks the same all along. */
export interface Span extends Appearance {
  /** The text, without line breaks. */
  readonly text: string;
}

/** One row of the screen, from left to right. */
export type Row = readonly Span[];

// SGR parameters: the theme's own colours, which suit its background, except those that hardly any
// theme makes readable (black, white, dark blue, bright yellow).
const PALETTE: readonly number[] = [32, 36, 35, 33, 31, 94, 92, 96, 95, 91];

const SGR = { plain: "", dim: "2", bold: "1", inverse: "7" } as const;

/**
 * The colour of a nick: a hash (FNV-1a), which does not depend on the order in which users come.
 */
export function nickStyle(nick: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < nick.length; i++) {
    hash = Math.imul(hash ^ nick.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % PALETTE.length;
}

/**
 * The SGR parameters of an appearance; "" for plain text. Without `colors` (NO_COLOR) nicks,
 * notices and what senders colour are plain, because many terminals show dim text in another
 * colour; bold and the like stay.
 */
export function sgrOf({ style, format }: Appearance, colors: boolean): string {
  const base = styleSgr(style, colors);
  if (format === undefined) return base;
  return [base, ...formatSgr(format, colors)].filter((each) => each !== "").join(";");
}

function styleSgr(style: Style, colors: boolean): string {
  if (typeof style === "number") return colors ? String(PALETTE[style % PALETTE.length]) : "";
  return style === "dim" && !colors ? "" : SGR[style];
}

function formatSgr(format: Format, colors: boolean): string[] {
  return [
    format.bold ? "1" : "",
    format.italic ? "3" : "",
    format.underline ? "4" : "",
    format.reverse ? "7" : "",
    format.strike ? "9" : "",
    colors && format.color !== undefined ? `38;${colorSgr(format.color)}` : "",
    colors && format.background !== undefined ? `48;${colorSgr(format.background)}` : "",
  ];
}

function colorSgr(color: Color): string {
  if (typeof color === "number") return `5;${color}`;
  const value = parseInt(color, 16);
  return `2;${value >> 16};${value >> 8 & 0xff};${value & 0xff}`;
}
