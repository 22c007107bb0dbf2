/**
 * What a sender formatted: the codes are gone, their effect is there, and nothing else comes through.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { irc } from "../../lib/protocol/irc.ts";
import type { Format, Row } from "../../lib/tui/colors.ts";
import { readFormatting, withoutFormatting } from "../../lib/tui/formatting.ts";
import { Screen } from "../../lib/tui/screen.ts";
import { Stage } from "./stage.ts";

const B = "\x02", C = "\x03", HEX = "\x04", RESET = "\x0f";

/** The text with each run as `[name,name=value|text]`. */
function drawn(raw: string): string {
  const { text, runs } = readFormatting(raw);
  let picture = "";
  let at = 0;
  for (const { start, end, format } of runs) {
    picture += `${text.slice(at, start)}[${words(format)}|${text.slice(start, end)}]`;
    at = end;
  }
  return picture + text.slice(at);
}

function words(format: Format): string {
  const entries = Object.entries(format).filter(([, value]) => value !== false);
  return entries.map(([name, value]) => value === true ? name : `${name}=${value}`).join(",");
}

const CASES: readonly [string, string][] = [
  ["plain", "plain"],
  [`a ${B}bold${B} b`, "a [bold|bold] b"],
  [`${B}a\x1db${RESET}c`, "[bold|a][bold,italic|b]c"],
  ["\x1fu\x1f\x1es\x1e\x16r\x16", "[underline|u][strike|s][reverse|r]"],
  ["\x11mono\x11space", "monospace"],
  // Colours
  [`${C}4red${C} plain`, "[color=9|red] plain"],
  [`${C}04,12x${C}y`, "[color=9,background=12|x]y"],
  [`${C}4,12x${C}8y`, "[color=9,background=12|x][color=11,background=12|y]"],
  [`${C}4,12x${C}99,99y`, "[color=9,background=12|x]y"],
  [`${C}4,x`, "[color=9|,x]"],
  [`${C},4x`, ",4x"],
  [`${C}123`, "[color=12|3]"],
  [`${C}52red`, "[color=196|red]"],
  [`${HEX}FF8000x${HEX}y`, "[color=ff8000|x]y"],
  [`${HEX}ff8000,000080x`, "[color=ff8000,background=000080|x]"],
  [`${HEX}ff80x`, "ff80x"],
  // Nothing is hidden
  [`${C}4,4secret`, "secret"],
  [`${B}${C}1,1secret`, "[bold|secret]"],
  [`${C}1black ${C}0white`, "black white"],
  [`${C}0,1white on black`, "[color=15,background=0|white on black]"],
  // Codes without text
  [`${B}${B}${RESET}`, ""],
  [`${B}\n${C}4`, "[bold|\n]"],
];

for (const [raw, expected] of CASES) {
  Deno.test(`formatting: ${JSON.stringify(raw)}`, () => assertEquals(drawn(raw), expected));
}

Deno.test("formatting: other control characters are shown as pictures, inside and outside", () => {
  assertEquals(drawn(`\x1b[31m${B}\x07\x9b${B}\x00`), "␛[31m[bold|␇\ufffd]␀");
  assertEquals(withoutFormatting(`a${B}b\u202e`), "ab");
});

Deno.test("formatting: every code is taken out, and runs are in order, for any text", () => {
  const pieces = fc.constantFrom(
    B,
    C,
    HEX,
    RESET,
    "\x1d",
    "\x1f",
    "\x16",
    "\x1b",
    "1",
    "4,",
    "ff",
    "漢",
    "👩",
    " ",
    "\n",
  );
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      const { text, runs } = readFormatting(parts.join(""));
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text));
      let at = 0;
      for (const { start, end } of runs) {
        assert(at <= start && start < end && end <= text.length);
        at = end;
      }
    }),
    { numRuns: 1000 },
  );
});

/** What the screen writes for one row. */
function written(row: Row, colors = true): string {
  const frame = { rows: [row], cursor: { row: 0, column: 0 }, columns: 80 };
  return new Screen(colors).draw(frame).split("\x1b[K")[1]?.split("\x1b[1;1H")[0] ?? "";
}

Deno.test("formatting: the screen writes it as SGR, and ends it with the text", () => {
  const span = (format: Format) => [{ text: "x", style: "plain", format } as const];
  assertEquals(written(span({ bold: true, italic: true, underline: true })), "\x1b[1;3;4mx\x1b[m");
  assertEquals(written(span({ reverse: true, strike: true })), "\x1b[7;9mx\x1b[m");
  assertEquals(written(span({ color: 9, background: 12 })), "\x1b[38;5;9;48;5;12mx\x1b[m");
  assertEquals(written(span({ color: "ff8000" })), "\x1b[38;2;255;128;0mx\x1b[m");
  assertEquals(written(span({ color: 9, bold: true }), false), "\x1b[1mx\x1b[m");
});

Deno.test("formatting: a message does not run into the next one, and a nick keeps its colour", () => {
  using stage = new Stage({ protocol: irc, rows: 6 });
  stage.says("eve", `${B}${C}4bold and red`);
  stage.says("chris", "plain");
  const output = stage.draws();
  const bold = output.indexOf("bold and red");
  assert(bold > 0 && output.slice(bold).startsWith("bold and red\x1b[m"));
  assert(output.includes(": plain"), JSON.stringify(output));
  assert(!output.includes(B) && !output.includes(C));
});
