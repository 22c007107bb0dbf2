/**
 * A picture of a terminal as SVG: rows of coloured text on a dark ground.
 *
 * @module
 */

/** Text that looks the same. */
export interface Cell {
  /** One character or more, all in cells of the usual width. */
  readonly text: string;
  /** The colour of the letters, as in CSS. */
  readonly color: string;
  /** The colour behind them; left out where it is that of the picture. */
  readonly background?: string;
  /** Whether the letters are bold. */
  readonly bold?: boolean;
  /** Whether they are underlined. */
  readonly underline?: boolean;
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
  const shown = row.filter(({ text }) => text !== "");
  const spans = shown.map((cell) => `<tspan${attributes(cell)}>${escapeXml(cell.text)}</tspan>`);
  if (spans.length === 0) return "";
  return `${grounds(shown, y)}<text x="${MARGIN}" y="${y}">${spans.join("")}</text>`;
}

function attributes({ color, bold, underline }: Cell): string {
  return ` fill="${color}"${bold ? ' font-weight="bold"' : ""}` +
    `${underline ? ' text-decoration="underline"' : ""}`;
}

/** The rectangles behind the letters. */
function grounds(row: Row, y: number): string {
  let column = 0;
  return row.map(({ text, background }) => {
    const x = MARGIN + column * CELL_WIDTH;
    column += text.length;
    if (background === undefined) return "";
    const width = (text.length * CELL_WIDTH).toFixed(1);
    const place = `x="${x.toFixed(1)}" y="${y - ROW_HEIGHT + 5}"`;
    return `<rect ${place} width="${width}" height="${ROW_HEIGHT}" fill="${background}"/>`;
  }).join("");
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
