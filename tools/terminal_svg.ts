/**
 * A picture of a terminal as SVG: rows of coloured text on a dark ground.
 *
 * @module
 */

/** Text in one colour. */
export interface Cell {
  /** One character or more, all in cells of the usual width. */
  readonly text: string;
  /** As in CSS. */
  readonly color: string;
}

/** One row, left to right. */
export type Row = readonly Cell[];

const CELL_WIDTH = 8.43;
const ROW_HEIGHT = 18;
const MARGIN = 16;
const PAPER = "#1b1f27";

/** The picture, as tall and wide as its rows need. */
export function drawTerminal(rows: readonly Row[]): string {
  const columns = Math.max(
    ...rows.map((row) => row.reduce((sum, { text }) => sum + text.length, 0)),
  );
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN);
  const height = rows.length * ROW_HEIGHT + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"` +
    ` viewBox="0 0 ${width} ${height}" role="img">`,
    `<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`,
    ...rows.map((row, i) => drawRow(row, MARGIN + (i + 1) * ROW_HEIGHT - 5)).filter(Boolean),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function drawRow(row: Row, y: number): string {
  const spans = row.filter(({ text }) => text !== "").map(({ text, color }) =>
    `<tspan fill="${color}">${escapeXml(text)}</tspan>`
  );
  return spans.length === 0 ? "" : `<text x="${MARGIN}" y="${y}">${spans.join("")}</text>`;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
