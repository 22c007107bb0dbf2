/**
 * What the user can change about how lines are shown, as pictures of the screen.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { irc } from "../../lib/protocol/irc.ts";
import { Scrollback } from "../../lib/tui/scrollback.ts";
import { ScrollbackPool } from "../../lib/tui/scrollback_pool.ts";
import { answerLines, type Line } from "../../lib/tui/lines.ts";
import { NOON, Stage } from "./stage.ts";

const F2 = "\x1bOQ", F3 = "\x1bOR", F4 = "\x1bOS", SHIFT_F4 = "\x1b[1;2S";

/** What stands above the input. */
async function output(stage: Stage): Promise<string[]> {
  return (await stage.shows()).slice(0, -1);
}

Deno.test("display: times are shown where the screen has 80 columns, until the user decides", async () => {
  using stage = new Stage({ columns: 80 });
  stage.says("chris", "hi");
  assertEquals(await output(stage), ["12:34 chris: hi"]);
  stage.resizes(79, 8);
  assertEquals(await output(stage), ["chris: hi"]);
  stage.types(F2);
  assertEquals(await output(stage), ["12:34 chris: hi"]);
  stage.resizes(80, 8);
  stage.types(F2);
  assertEquals(await output(stage), ["chris: hi"]);
  stage.types("/times\r");
  assertEquals((await output(stage)).at(-1), "12:34 chris: hi");
});

Deno.test("display: a message takes half of the screen, and all of it on request", async () => {
  using stage = new Stage({ rows: 12 });
  stage.says("chris", "long words ".repeat(40));
  stage.says("chris", "short");
  assertEquals((await output(stage)).slice(-4), [
    "       long words long words long words",
    "       long words long words long words",
    "  .. 9 more rows, F3 shows them",
    "chris: short",
  ]);
  stage.types(F3);
  assertEquals((await output(stage)).slice(-2), ["       long words", "chris: short"]);
  stage.types(F3);
  assertEquals((await output(stage)).at(-2), "  .. 9 more rows, F3 shows them");
});

Deno.test("display: aligned nicks, where the screen has room", async () => {
  using stage = new Stage({ columns: 60, align: true });
  stage.says("pat", "hi");
  stage.says("christopher", "hello");
  assertEquals(await output(stage), ["           pat: hi", "   christopher: hello"]);
  stage.resizes(40, 8);
  assertEquals(await output(stage), ["pat: hi", "christopher: hello"]);
});

Deno.test("display: what a search has found stands out, and F4 goes on, up and down", async () => {
  using stage = new Stage({ rows: 8 });
  for (let i = 1; i <= 40; i++) stage.says("chris", i % 10 === 0 ? `tea number ${i}` : `line ${i}`);
  stage.searches("TEA");
  assert((await stage.look("tea number 40")).inverse);
  stage.types(F4);
  assert((await stage.look("tea number 30")).inverse);
  stage.types(F4);
  assert((await stage.look("tea number 20")).inverse);
  assert(!(await stage.look("number 20")).inverse);
  stage.types(SHIFT_F4);
  assert((await stage.look("tea number 30")).inverse);
  stage.types("\x1b");
  assertEquals((await output(stage)).at(-1), "chris: tea number 40");
  assert(!(await stage.look("tea number 40")).inverse);
});

Deno.test("display: F4 without a search says how to begin one", async () => {
  using stage = new Stage({ columns: 70 });
  stage.types(F4 + SHIFT_F4);
  assertEquals(await output(stage), [
    "*** Usage: /search [-all] TEXT; F4 finds the next one above",
  ]);
});

Deno.test("display: a search finds formatted text, and keeps how it looks", async () => {
  using stage = new Stage({ protocol: irc, rows: 8 });
  stage.says("chris", "some \x02green tea\x02 for you");
  stage.searches("n tea f");
  const look = await stage.look("n tea");
  assertEquals([look.bold, look.inverse], [true, true]);
  assertEquals((await stage.look("gree")).inverse, false);
  assertEquals((await stage.look(" f")).inverse, true);
});

function lineOf(text: string): Line {
  return answerLines(text, NOON)[0] as Line;
}

Deno.test("pool: all scrollbacks share a bound, and the largest pays", () => {
  const pool = new ScrollbackPool(10_000);
  const [large, small] = [1, 2].map(() => {
    const lines = new Scrollback(undefined, pool);
    pool.add(lines);
    return lines;
  }) as [Scrollback, Scrollback];
  for (let i = 0; i < 20; i++) small.push(lineOf(`small ${i}`));
  const size = small.units;
  for (let i = 0; i < 1000; i++) large.push(lineOf(`large ${i}`));
  assert(pool.units <= 10_000 && pool.units === large.units + small.units);
  assertEquals([small.start, small.units], [0, size]);
  assert(large.start > 800 && large.end === 1000);
  pool.remove(large);
  assertEquals(pool.units, size);
  large.clear();
  assertEquals(large.units, 0);
});

Deno.test("pool: a last line that is too large stays, and nothing goes on for ever", () => {
  const pool = new ScrollbackPool(100);
  const lines = new Scrollback(undefined, pool);
  pool.add(lines);
  lines.push(lineOf("x".repeat(1000)));
  lines.push(lineOf("y".repeat(1000)));
  assertEquals([lines.start, lines.end], [1, 2]);
});
