/**
 * Search through the output of the buffer on the screen. For searches of the server, see
 * `found.ts`.
 *
 * @module
 */

import { answerLines } from "./lines.ts";
import { type Model, outputArea } from "./model.ts";
import { addLines } from "./receive.ts";
import { scrolled } from "./scroll.ts";

/**
 * Shows the nearest line that holds `text`, in any case, above the rows that are shown; without a
 * text, that of the last search. Answers when there is none.
 */
export function findAbove(model: Model, text: string, at: number): void {
  const sought = (text === "" ? model.sought : text).toLowerCase();
  if (sought === "") {
    return answer(model, "*** Usage: /search [-all] TEXT; F4 finds the next one above", at);
  }
  const { found, buffers: { current } } = model;
  const isAgain = sought === model.sought && found?.buffer === current;
  const from = isAgain ? found.line : current.lines.end;
  model.sought = sought;
  find(model, from - 1, -1, isAgain, at);
}

/** Shows the nearest line below the one that was found last. */
export function findBelow(model: Model, at: number): void {
  if (model.sought === "" || model.found?.buffer !== model.buffers.current) return;
  find(model, model.found.line + 1, 1, true, at);
}

function find(model: Model, from: number, step: 1 | -1, isAgain: boolean, at: number): void {
  const { sought, buffers: { current } } = model;
  const { lines } = current;
  for (let number = from; number >= lines.start && number < lines.end; number += step) {
    if (!lines.line(number).text.toLowerCase().includes(sought)) continue;
    model.found = { buffer: current, line: number };
    const area = outputArea(model, true);
    const bottom = scrolled(lines, area, { line: number, row: 0 }, Math.floor(area.height / 2));
    const unseen = current.lookBack?.unseen ?? lines.end;
    current.lookBack = bottom === undefined ? undefined : { bottom, unseen };
    return;
  }
  const place = step < 0 ? "above" : "below";
  answer(model, `*** No line${isAgain ? " further" : ""} ${place} holds "${sought}"`, at);
}

function answer(model: Model, text: string, at: number): void {
  addLines(model, model.buffers.current, answerLines(text, at));
}
