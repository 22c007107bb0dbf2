/**
 * `deno task picture`: makes the README's pictures from what the programs really print: the demo, the text
 * UI on an emulated terminal, and irssi beside a homework client where irssi is installed. Needs:
 * --allow-net --allow-run --allow-write=docs. Takes what tools/imports.ts prints as its arguments.
 *
 * @module
 */

import { irssiIsInstalled, showIrssi } from "./irssi_scene.ts";
import { drawTerminal, type Row } from "./terminal_svg.ts";
import { showTui } from "./tui_scene.ts";

const ACCENT = "#8fc7ff";
const DIM = "#7d8799";
const TEXT = "#d5dae3";

/** The demo as a reader would see it, with what is typed in another colour. */
async function showDemo(options: readonly string[]): Promise<Row[]> {
  const demo = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...options, "--allow-net", "--allow-run", "tools/demo.ts"],
    stderr: "inherit",
  });
  const { success, stdout } = await demo.output();
  if (!success) throw new Error("The demo failed");
  // The port differs each time, so it is left out.
  const text = new TextDecoder().decode(stdout).trim().replace(
    /127\.0\.0\.1:\d+/g,
    "127.0.0.1:5000",
  );
  const rows = ["$ deno task demo", ...text.split("\n")];
  return rows.map((row) => [{ text: row, color: demoColor(row) }]);
}

/** Typed text is bright, its frame is dim. */
function demoColor(text: string): string {
  if (/^\s*(\[Me\] |> )/.test(text)) return ACCENT;
  return /^Listening|^What stands|^\s*-+/.test(text) ? DIM : TEXT;
}

async function main(options: readonly string[]): Promise<void> {
  await Deno.mkdir("docs", { recursive: true });
  await Deno.writeTextFile("docs/demo.svg", drawTerminal(await showDemo(options)));
  await Deno.writeTextFile("docs/tui.svg", drawTerminal(await showTui(options)));
  console.log("docs/demo.svg\ndocs/tui.svg");
  if (irssiIsInstalled()) {
    await Deno.writeTextFile("docs/irssi.svg", drawTerminal(await showIrssi(options)));
    console.log("docs/irssi.svg");
  } else console.log("irssi is not installed: docs/irssi.svg stays as it is");
}

if (import.meta.main) {
  await main(Deno.args);
  Deno.exit(0);
}
