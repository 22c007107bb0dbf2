/**
 * What an emulated terminal shows, as rows of coloured text.
 *
 * @module
 */

import type xterm from "@xterm/headless";
import type { Cell, Row } from "./terminal_svg.ts";

const TEXT = "#d5dae3";
const DIM = "#7d8799";
/** The terminal's sixteen colours. */
const PALETTE = [
  ["#1b1f27", "#e06c75", "#98c379", "#d8b06a", "#61afef", "#c678dd", "#56b6c2", "#d5dae3"],
  ["#7d8799", "#ff8b94", "#b5e890", "#ffd68a", "#8fc7ff", "#e2a0f5", "#7fdbe6", "#ffffff"],
].flat();

/** The screen, cell by cell; a run of one colour is one. */
export function rowsOf(screen: xterm.Terminal): Row[] {
  const buffer = screen.buffer.active;
  return Array.from({ length: screen.rows }, (_, y) => {
    const line = buffer.getLine(buffer.baseY + y);
    const cells: Cell[] = [];
    for (let x = 0; x < screen.cols; x++) {
      const cell = line?.getCell(x);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const color = cell.isDim() ? DIM : cell.isFgPalette() ? PALETTE[cell.getFgColor()] : TEXT;
      const isCursor = y === buffer.cursorY && x === buffer.cursorX;
      const text = isCursor ? "\u2588" : cell.getChars() || " ";
      const last = cells.at(-1);
      if (last !== undefined && last.color === color) {
        cells[cells.length - 1] = { text: last.text + text, color };
      } else cells.push({ text, color: color ?? TEXT });
    }
    return cells;
  });
}
