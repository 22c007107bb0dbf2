/**
 * Looking back, against a plain model of rows.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { layoutLine } from "../../lib/tui/layout.ts";
import { answerLines, type Line } from "../../lib/tui/lines.ts";
import { type Area, scrolled, visibleRows } from "../../lib/tui/scroll.ts";
import { Scrollback } from "../../lib/tui/scrollback.ts";

function lineOf(text: string): Line {
  return answerLines(text, 0)[0] as Line;
}

/** The same by counting: all rows of all lines, and how many of them are at or above the bottom. */
class Model {
  rows: string[] = [];
  #bottom: number | undefined;

  constructor(readonly height: number) {}

  scroll(by: number): void {
    const bottom = (this.#bottom ?? this.rows.length) + by;
    const clamped = Math.max(bottom, Math.min(this.height, this.rows.length), 1);
    this.#bottom = clamped >= this.rows.length ? undefined : clamped;
  }

  get atEnd(): boolean {
    return this.#bottom === undefined;
  }

  get visible(): string[] {
    const bottom = this.#bottom ?? this.rows.length;
    return this.rows.slice(Math.max(0, bottom - this.height), bottom);
  }
}

const words = fc.string({ unit: fc.constantFrom("a", "b", " ", "日"), maxLength: 40 });
const step = fc.oneof(
  fc.record({ push: words }),
  fc.record({ scroll: fc.integer({ min: -30, max: 30 }) }),
);

Deno.test("scroll: shows what a list of all rows would", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 4, max: 20 }),
    fc.array(step, { maxLength: 60 }),
    (height, columns, steps) => {
      const area: Area = { height, columns, times: false };
      const lines = new Scrollback();
      const model = new Model(height);
      let bottom: ReturnType<typeof scrolled>;
      for (const each of steps) {
        if ("push" in each) {
          const line = lineOf(each.push);
          lines.push(line);
          model.rows.push(...layoutLine(line, area).map(textOf));
        } else if (model.rows.length > 0) {
          bottom = scrolled(lines, area, bottom, each.scroll);
          model.scroll(each.scroll);
        }
        assertEquals(bottom === undefined, model.atEnd);
        assertEquals(visibleRows(lines, area, bottom).map(textOf), model.visible);
      }
    },
  ));
});

function textOf(row: readonly { text: string }[]): string {
  return row.map(({ text }) => text).join("");
}

Deno.test("scroll: a place that has gone becomes the oldest that is there", () => {
  const lines = new Scrollback({ lines: 10, units: 10_000 });
  const area = { height: 3, columns: 20, times: false };
  for (let i = 0; i < 10; i++) lines.push(lineOf(`line ${i}`));
  const bottom = scrolled(lines, area, undefined, -Infinity);
  assertEquals(bottom, { line: 2, row: 0 });
  for (let i = 10; i < 18; i++) lines.push(lineOf(`line ${i}`));
  assertEquals(scrolled(lines, area, bottom, 0), { line: 10, row: 0 });
});

Deno.test("scroll: an empty output, and no room for it", () => {
  const lines = new Scrollback();
  const area = { height: 0, columns: 20, times: false };
  assertEquals(scrolled(lines, area, undefined, -5), undefined);
  lines.push(lineOf("hi"));
  assertEquals(visibleRows(lines, area, undefined), []);
  assertEquals(scrolled(lines, area, undefined, -5), undefined);
});

Deno.test("scrollback: bounded in lines", () => {
  const lines = new Scrollback({ lines: 3, units: 10_000 });
  for (let i = 0; i < 5; i++) lines.push(lineOf(`${i}`));
  assertEquals([lines.start, lines.end], [2, 5]);
  assertEquals([2, 3, 4].map((number) => lines.line(number).text), ["2", "3", "4"]);
  assertThrows(() => lines.line(1), RangeError, "Line must be in 2 to 4, got 1");
  assertThrows(() => lines.line(5), RangeError);
});

Deno.test("scrollback: bounded in size, but for the last line", () => {
  const lines = new Scrollback({ lines: 100, units: 3 * 64 + 10 });
  ["1234", "5678", "90"].forEach((text) => lines.push(lineOf(text)));
  assertEquals(lines.start, 0);
  lines.push(lineOf("x"));
  assertEquals(lines.start, 1);
  lines.push(lineOf("y".repeat(1000)));
  assertEquals([lines.start, lines.end], [4, 5]);
  assertEquals(lines.units, 64 + 1000);
  lines.push(lineOf("z"));
  assertEquals(lines.start, 5);
});
