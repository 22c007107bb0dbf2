/**
 * How text looks: styles by their meaning, and what a terminal is told for each. Nicks have colours that
 * are the same in every session and for every user.
 *
 * @module
 */

/** A look. A number is the colour of a nick, an index into the palette. */
export type Style = "plain" | "dim" | "bold" | "inverse" | number;

/** Text in one style. */
export interface Span {
  /** Without line breaks. */
  readonly text: string;
  /** All of it looks so. */
  readonly style: Style;
}

/** What stands in one row of the screen, left to right. */
export type Row = readonly Span[];

// SGR parameters: the theme's own colours, so that they suit its background, but for those that hardly
// any theme makes readable on it (black, white, dark blue, bright yellow).
const PALETTE: readonly number[] = [32, 36, 35, 33, 31, 94, 92, 96, 95, 91];

const SGR = { plain: "", dim: "2", bold: "1", inverse: "7" } as const;

/** The colour of a nick: a hash of it (FNV-1a), nothing that depends on who came first. */
export function nickStyle(nick: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < nick.length; i++) {
    hash = Math.imul(hash ^ nick.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % PALETTE.length;
}

/**
 * The SGR parameter of a style; "" for text as it is. Without `colors` (NO_COLOR) neither nicks nor notices
 * look different: many terminals show dim text in another colour.
 */
export function sgrOf(style: Style, colors: boolean): string {
  if (typeof style === "number") return colors ? String(PALETTE[style % PALETTE.length]) : "";
  return style === "dim" && !colors ? "" : SGR[style];
}
