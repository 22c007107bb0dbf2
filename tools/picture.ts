/**
 * `deno task picture`: makes the README's picture of the demo from what the demo really prints. Needs:
 * --allow-run --allow-write=docs. Takes what tools/imports.ts prints as its arguments.
 *
 * @module
 */

const CELL_WIDTH = 8.4;
const ROW_HEIGHT = 18;
const MARGIN = 16;
const COLORS = { paper: "#1b1f27", text: "#d5dae3", dim: "#7d8799", accent: "#8fc7ff" };

/** One row of a terminal, as SVG text. */
interface Row {
  readonly text: string;
  readonly color: string;
}

/** An SVG picture of a terminal with these rows. */
export function drawTerminal(rows: readonly Row[]): string {
  const columns = Math.max(...rows.map(({ text }) => text.length));
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN);
  const height = rows.length * ROW_HEIGHT + 2 * MARGIN;
  const lines = rows.map(({ text, color }, i) => {
    const y = MARGIN + (i + 1) * ROW_HEIGHT - 5;
    return `<text x="${MARGIN}" y="${y}" fill="${color}">${escapeXml(text)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"` +
    ` viewBox="0 0 ${width} ${height}" role="img">`,
    `<rect width="100%" height="100%" rx="8" fill="${COLORS.paper}"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`,
    ...lines.filter((line) => !line.includes("></text>")),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** The colour of a row of the demo: what is typed stands out, what frames it steps back. */
function demoColor(text: string): string {
  if (/^\s*(\[Me\] |> )/.test(text)) return COLORS.accent;
  return /^Listening|^\s*-+/.test(text) ? COLORS.dim : COLORS.text;
}

async function main(options: readonly string[]): Promise<void> {
  const demo = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...options, "--allow-net", "tools/demo.ts"],
    stderr: "inherit",
  });
  const { success, stdout } = await demo.output();
  if (!success) throw new Error("The demo failed");
  // The port is another one each time, and says nothing.
  const text = new TextDecoder().decode(stdout).trim().replace(/127\.0\.0\.1:\d+/, "0.0.0.0:5000");
  const rows = ["$ deno task demo", ...text.split("\n")];
  const picture = drawTerminal(rows.map((row) => ({ text: row, color: demoColor(row) })));
  await Deno.mkdir("docs", { recursive: true });
  await Deno.writeTextFile("docs/demo.svg", picture);
  console.log("docs/demo.svg");
}

if (import.meta.main) await main(Deno.args);
