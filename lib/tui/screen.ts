/**
 * Turns pictures into escape sequences: one update with only the rows that differ from the
 * last picture.
 *
 *   CSI ? 2026 h   begin of a synchronised update, if the terminal supports it
 *   CSI ? 25 l     no cursor while drawing
 *   CSI row ; 1 H, CSI K, the text                for each row that changed; an address in it stands between
 *     OSC 8 ; id=N ; address ST  and  OSC 8 ; ; ST
 *   the cursor's place, CSI ? 25 h, CSI ? 2026 l
 *
 * @module
 */

import { graphemes, graphemeWidth, isPlain } from "../terminal/width.ts";
import { type Row, sgrOf } from "./colors.ts";
import { isSafeLink } from "./links.ts";
import type { Frame } from "./view.ts";
import { toVisible } from "./visible.ts";

const BEGIN = "\x1b[?2026h\x1b[?25l";
const END = "\x1b[?25h\x1b[?2026l";

/** Remembers the last picture that it drew. */
export class Screen {
  readonly #colors: boolean;
  readonly #links: boolean;
  #rows: readonly string[] = [];
  #columns = 0;
  #cursor = "";

  /**
   * Starts with an unknown screen.
   *
   * @param colors whether nicks have colours.
   * @param links whether the terminal knows addresses that can be clicked (OSC 8).
   */
  constructor(colors: boolean, links = false) {
    this.#colors = colors;
    this.#links = links;
  }

  /** Forgets what the terminal shows, so that the next picture is drawn completely. */
  forget(): void {
    this.#rows = [];
    this.#cursor = "";
  }

  /** Returns the text that makes the terminal show `frame`; "" if the terminal already shows it. */
  draw(frame: Frame): string {
    if (frame.columns !== this.#columns || frame.rows.length !== this.#rows.length) this.forget();
    this.#columns = frame.columns;
    const rows = frame.rows.map((row) => this.#encode(row));
    let drawn = "";
    rows.forEach((row, i) => {
      // Cleared first: after a full row the cursor still stands on its last character.
      if (row !== this.#rows[i]) drawn += `\x1b[${i + 1};1H\x1b[K${row}`;
    });
    this.#rows = rows;
    const cursor = this.#cursorTo(frame);
    if (drawn === "" && cursor === this.#cursor) return "";
    this.#cursor = cursor;
    return `${BEGIN}${drawn}${cursor}${END}`;
  }

  // Terminals disagree on the width of some characters. So the cursor gets to its column by writing
  // the text before it once more, not by a number.
  #cursorTo({ rows, cursor }: Frame): string {
    const row = rows[cursor.row] ?? [];
    const before = firstColumns(row, cursor.column);
    if (before.every(({ text }) => isPlain(text))) {
      return `\x1b[${cursor.row + 1};${cursor.column + 1}H`;
    }
    return `\x1b[${cursor.row + 1};1H${this.#encode(before)}`;
  }

  // Adjacent spans that look the same are written as one.
  #encode(row: Row): string {
    let encoded = "";
    let sgr = "";
    let link = "";
    for (const span of row) {
      if (span.text === "") continue;
      const nextLink = this.#linkOf(span.link);
      if (nextLink !== link) encoded += linkTo(nextLink);
      link = nextLink;
      const next = sgrOf(span, this.#colors);
      if (next !== sgr) encoded += turn(sgr, next);
      sgr = next;
      encoded += toVisible(span.text);
    }
    return `${encoded}${sgr === "" ? "" : "\x1b[m"}${link === "" ? "" : linkTo("")}`;
  }

  #linkOf(link: string | undefined): string {
    return this.#links && link !== undefined && isSafeLink(link) ? link : "";
  }
}

/** Begins a link, or ends one (""). The parts of one address in several rows have the same id. */
function linkTo(link: string): string {
  return link === "" ? "\x1b]8;;\x1b\\" : `\x1b]8;id=${hashOf(link)};${link}\x1b\\`;
}

function hashOf(text: string): string {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) >>> 0;
  return hash.toString(36);
}

/** Changes one SGR parameter into another. */
function turn(from: string, to: string): string {
  if (from === "") return `\x1b[${to}m`;
  return to === "" ? "\x1b[m" : `\x1b[0;${to}m`;
}

/** The first `columns` columns of a row. */
function firstColumns(row: Row, columns: number): Row {
  let left = columns;
  return row.map((span) => {
    const { text } = span;
    let kept = "";
    for (const grapheme of isPlain(text) ? [...text.slice(0, left)] : graphemes(text)) {
      const width = graphemeWidth(grapheme);
      if (width > left) break;
      // A grapheme without a width belongs to the one in front of it; without that one, it
      // cannot be shown.
      if (left === 0 && width === 0 && kept === "") break;
      kept += grapheme;
      left -= width;
    }
    return { ...span, text: kept };
  });
}
