/**
 * All that the text UI knows. It has one owner, `update.ts` changes it and `view.ts` draws it; neither does
 * any input or output, and the time comes in from outside.
 *
 * @module
 */

import type { LineStyle, Protocol } from "../protocol/protocol.ts";
import { LineEditor } from "../terminal/line_editor.ts";
import type { TerminalSize } from "../terminal/terminal.ts";
import type { Completion } from "./completion.ts";
import { type InputRows, layoutInput, promptOf } from "./input_rows.ts";
import { Roster } from "./roster.ts";
import type { Area, Place } from "./scroll.ts";
import { Scrollback } from "./scrollback.ts";
import { toVisible } from "./visible.ts";

/** What the text UI needs to know of a protocol. */
export type TuiProtocol = Pick<Protocol, "commands" | "lineStyle" | "echoes">;

/** A pasted block of which its user is asked whether to send it. */
export interface PasteQuestion {
  /** Clean, none of them blank; at least two. */
  readonly lines: readonly string[];
}

/** The screen looks back: it does not follow what comes. */
export interface LookBack {
  /** The lowest row of the output that is shown. */
  readonly bottom: Place;
  /** The number of the first line that has never been shown. */
  readonly unseen: number;
}

/** The state of the text UI. */
export interface Model {
  /** Who its user is, as shown. */
  readonly nick: string;
  /** The words for events. */
  readonly style: LineStyle;
  /** Whether the server tells its user what they said themselves. */
  readonly echoed: boolean;
  /** The protocol's commands; where there are none, a slash is chat. */
  readonly commands: readonly string[];
  /** The line being typed, and those entered before. */
  readonly editor: LineEditor;
  /** The output. */
  readonly lines: Scrollback;
  /** What completion knows. */
  readonly roster: Roster;
  /** Of the screen. */
  size: TerminalSize;
  /** Whether each line of the output starts with its time. */
  times: boolean;
  /** Unless the screen follows what comes. */
  lookBack: LookBack | undefined;
  /** Since Tab was pressed last, if nothing else has been since. */
  completion: Completion | undefined;
  /** While it waits for its answer. */
  question: PasteQuestion | undefined;
}

/** The state at the start. */
export function newModel(protocol: TuiProtocol, nick: string, size: TerminalSize): Model {
  return {
    nick: toVisible(nick),
    style: protocol.lineStyle,
    echoed: protocol.echoes({ type: "said", nick, channel: "", text: "" }),
    commands: protocol.commands,
    editor: new LineEditor(),
    lines: new Scrollback(),
    roster: new Roster(),
    size,
    times: false,
    lookBack: undefined,
    completion: undefined,
    question: undefined,
  };
}

/** The rows in which the line is edited: up to a third of the screen. */
export function inputRows(model: Model): InputRows {
  const { columns, rows } = model.size;
  const limit = Math.max(1, Math.floor(rows / 3));
  return layoutInput(promptOf(model.nick, columns), model.editor, columns, limit);
}

/** What the rows of the input leave to the output; one row less where it looks back, for the mark. */
export function outputArea(model: Model, lookingBack: boolean): Area {
  const { columns, rows } = model.size;
  const used = model.question === undefined ? inputRows(model).rows.length : 1;
  return { columns, times: model.times, height: Math.max(0, rows - used - (lookingBack ? 1 : 0)) };
}
