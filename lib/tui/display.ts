/**
 * The user's settings for lines: times, aligned nicks, folded long messages.
 *
 * @module
 */

import type { TerminalSize } from "../terminal/terminal.ts";
import type { LineLayout } from "./layout.ts";

/** The settings, which keys and commands change. */
export interface Display {
  /**
   * Whether each line starts with its time; `undefined` until the user decides, for where
   * there is room.
   */
  times: boolean | undefined;
  /** Whether nicks are aligned to the right. */
  align: boolean;
  /** Whether a message that would fill the screen is folded. */
  folds: boolean;
}

/** The columns from which on a screen has room for times. */
const ROOM_FOR_TIMES = 80;
/** A fold leaves at least this many rows. */
const LEAST_ROWS = 4;

/** The settings at the start. */
export function newDisplay(align: boolean): Display {
  return { times: undefined, align, folds: true };
}

/** Shows the times, or hides them. */
export function toggleTimes(display: Display, { columns }: TerminalSize): void {
  display.times = !hasTimes(display, columns);
}

/** The layout of lines on a screen. A message takes up to half of it. */
export function layoutOf(display: Display, { columns, rows }: TerminalSize): LineLayout {
  return {
    columns,
    times: hasTimes(display, columns),
    align: display.align,
    fold: display.folds ? Math.max(LEAST_ROWS, Math.floor(rows / 2)) : undefined,
  };
}

function hasTimes({ times }: Display, columns: number): boolean {
  return times ?? columns >= ROOM_FOR_TIMES;
}
