/**
 * Search through the output of the buffer on the screen.
 *
 * @module
 */

import { answerLines } from "./lines.ts";
import { type Model, outputArea } from "./model.ts";
import { addLines } from "./receive.ts";
import { scrolled } from "./scroll.ts";

/**
 * Shows the nearest line that holds `text`, in any case, above the rows that are shown; without a text, that of the
 * last search. What is not found is answered.
 */
export function findAbove(model: Model, text: string, at: number): void {
  const { current } = model.buffers;
  const sought = (text === "" ? model.sought : text).toLowerCase();
  const isAgain = sought === model.sought;
  model.sought = sought;
  if (sought === "") return answer(model, "*** Usage: /search TEXT", at);
  const { lines } = current;
  const { found } = model;
  const from = isAgain && found?.buffer === current ? found.line : lines.end;
  for (let number = Math.min(from, lines.end) - 1; number >= lines.start; number--) {
    if (!lines.line(number).text.toLowerCase().includes(sought)) continue;
    model.found = { buffer: current, line: number };
    const area = outputArea(model, true);
    const bottom = scrolled(lines, area, { line: number, row: 0 }, Math.floor(area.height / 2));
    current.lookBack = bottom === undefined ? undefined : { bottom, unseen: lines.end };
    return;
  }
  model.found = undefined;
  answer(model, `*** No line${isAgain ? " further" : ""} above holds "${sought}"`, at);
}

function answer(model: Model, text: string, at: number): void {
  addLines(model, model.buffers.current, answerLines(text, at));
}
