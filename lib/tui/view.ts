/**
 * Draws the model as a picture, and changes nothing.
 *
 *   pat: hello                      the output, its end above the input
 *   *** chris has joined the chat
 *   -- 2 new, Esc goes there --     only while the screen shows older lines
 *    1 lobby (3)         [2:4]      the status row, if the screen is not tiny
 *   pat> what is typed_             the input, or the question whether to send a paste
 *
 * @module
 */

import { textWidth, truncate } from "../terminal/width.ts";
import type { Row } from "./colors.ts";
import type { LookBack, PendingText } from "./buffer.ts";
import { inputRows, type Model, outputArea, type PasteQuestion } from "./model.ts";
import { layoutLine } from "./layout.ts";
import { type Area, visibleRows } from "./scroll.ts";
import { hasStatus, statusRow } from "./status.ts";

/** A picture of the whole screen. */
export interface Frame {
  /** All rows of the screen. */
  readonly rows: readonly Row[];
  /** The place of the cursor, counted from 0. */
  readonly cursor: { readonly row: number; readonly column: number };
  /** The width of the screen. */
  readonly columns: number;
}

/** Draws the model for a screen of `model.size`. */
export function view(model: Model): Frame {
  const { columns, rows: height } = model.size;
  const { question } = model;
  const { lines, lookBack, pending } = model.buffers.current;
  const area = outputArea(model, lookBack !== undefined);
  const waiting = lookBack === undefined ? pendingRows(pending, area) : [];
  const shown = { ...area, height: area.height - waiting.length };
  const output = [...visibleRows(lines, shown, lookBack?.bottom), ...waiting];
  const rows: Row[] = Array.from({ length: area.height - output.length }, () => []);
  rows.push(...output);
  if (model.leaving) rows.push(leaveRow(columns));
  else if (lookBack !== undefined) rows.push(markRow(lookBack, lines.end, columns));
  if (hasStatus(model)) rows.push(statusRow(model));
  const input = question === undefined ? inputPart(model) : questionPart(question, columns);
  const top = Math.max(0, height - input.rows.length);
  rows.splice(top);
  rows.push(...input.rows);
  return { rows, cursor: { row: top + input.row, column: input.column }, columns };
}

/** What the server has not confirmed, below all output: the latest as far as there is room. */
function pendingRows(pending: readonly PendingText[], area: Area): readonly Row[] {
  const rows: Row[] = [];
  for (let i = pending.length - 1; i >= 0 && rows.length < area.height; i--) {
    rows.unshift(...layoutLine((pending[i] as PendingText).line, area));
  }
  return rows.slice(Math.max(0, rows.length - area.height));
}

interface Part {
  readonly rows: readonly Row[];
  readonly row: number;
  readonly column: number;
}

function inputPart(model: Model): Part {
  const { rows, prompt, cursor } = inputRows(model);
  return {
    rows: rows.map((text, i) => [
      { text: text.slice(0, i === 0 ? prompt : 0), style: "bold" },
      { text: text.slice(i === 0 ? prompt : 0), style: "plain" },
    ]),
    ...cursor,
  };
}

function questionPart({ lines }: PasteQuestion, columns: number): Part {
  const question = `Send ${lines.length} lines? y/n/e(dit) `;
  const room = columns - textWidth(question) - 1;
  const sample = truncate(lines[0] as string, Math.max(0, room));
  const column = Math.min(columns - 1, textWidth(question));
  const row: Row = [{ text: truncate(question, columns), style: "bold" }, {
    text: room > 0 ? ` ${sample}` : "",
    style: "dim",
  }];
  return { rows: [row], row: 0, column };
}

function leaveRow(columns: number): Row {
  const text = "-- Ctrl-C again quits, draft lost --";
  return [{ text: truncate(text, columns), style: "inverse" }];
}

function markRow({ unseen }: LookBack, end: number, columns: number): Row {
  const text = unseen < end
    ? `-- ${end - unseen} new, Esc goes there --`
    : "-- looking back, Esc goes to the end --";
  return [{ text: truncate(text, columns), style: "inverse" }];
}
