/**
 * Styles by their meaning, and the escape sequence of each. A nick has the same colour in every session and
 * for every user.
 *
 * @module
 */

/** A style. A number is the colour of a nick, an index into the palette. */
export type Style = "plain" | "dim" | "bold" | "inverse" | number;

/** Text in one style. */
export interface Span {
  /** The text, without line breaks. */
  readonly text: string;
  /** The style of all of it. */
  readonly style: Style;
}

/** One row of the screen, from left to right. */
export type Row = readonly Span[];

// SGR parameters: the theme's own colours, which suit its background, except those that hardly any theme makes
// readable (black, white, dark blue, bright yellow).
const PALETTE: readonly number[] = [32, 36, 35, 33, 31, 94, 92, 96, 95, 91];

const SGR = { plain: "", dim: "2", bold: "1", inverse: "7" } as const;

/** The colour of a nick: a hash (FNV-1a), which does not depend on the order in which users come. */
export function nickStyle(nick: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < nick.length; i++) {
    hash = Math.imul(hash ^ nick.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % PALETTE.length;
}

/**
 * The SGR parameter of a style; "" for plain text. Without `colors` (NO_COLOR) nicks and notices are plain
 * too, because many terminals show dim text in another colour.
 */
export function sgrOf(style: Style, colors: boolean): string {
  if (typeof style === "number") return colors ? String(PALETTE[style % PALETTE.length]) : "";
  return style === "dim" && !colors ? "" : SGR[style];
}
