/**
 * What an emulated terminal shows, as rows of coloured text.
 *
 * @module
 */

import type xterm from "@xterm/headless";
import type { Cell, Row } from "./terminal_svg.ts";

const TEXT = "#d5dae3";
const DIM = "#7d8799";
const PAPER = "#1b1f27";
/** The terminal's sixteen colours. */
const PALETTE = [
  ["#1b1f27", "#e06c75", "#98c379", "#d8b06a", "#61afef", "#c678dd", "#56b6c2", "#d5dae3"],
  ["#7d8799", "#ff8b94", "#b5e890", "#ffd68a", "#8fc7ff", "#e2a0f5", "#7fdbe6", "#ffffff"],
].flat();

/** The screen, cell by cell; a run that looks the same is one. */
export function rowsOf(screen: xterm.Terminal): Row[] {
  const buffer = screen.buffer.active;
  return Array.from({ length: screen.rows }, (_, y) => {
    const line = buffer.getLine(buffer.baseY + y);
    const cells: Cell[] = [];
    for (let x = 0; x < screen.cols; x++) {
      const cell = line?.getCell(x);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const isCursor = y === buffer.cursorY && x === buffer.cursorX;
      const text = isCursor ? "\u2588" : cell.getChars() || " ";
      const looks = looksOf(cell);
      const last = cells.at(-1);
      if (last !== undefined && isAlike(last, looks)) {
        cells[cells.length - 1] = { ...last, text: last.text + text };
      } else cells.push({ text, ...looks });
    }
    return cells;
  });
}

function looksOf(cell: xterm.IBufferCell): Omit<Cell, "text"> {
  const front = cell.isDim() ? DIM : cell.isFgPalette() ? colorAt(cell.getFgColor()) : TEXT;
  const back = cell.isBgPalette() ? colorAt(cell.getBgColor()) : PAPER;
  const [color, background] = cell.isInverse() ? [back, front] : [front, back];
  return {
    color,
    ...(background !== PAPER && { background }),
    ...(cell.isBold() !== 0 && { bold: true }),
    ...(cell.isUnderline() !== 0 && { underline: true }),
  };
}

function colorAt(index: number): string {
  return PALETTE[index] ?? TEXT;
}

function isAlike(one: Omit<Cell, "text">, other: Omit<Cell, "text">): boolean {
  return one.color === other.color && one.background === other.background &&
    one.bold === other.bold && one.underline === other.underline;
}
