/**
 * The whole state of the text UI: only `update.ts` changes it, and `view.ts` draws it. Neither does any input or
 * output, and both get the time from outside.
 *
 * @module
 */

import type { Look } from "../client/look.ts";
import { LineEditor } from "../terminal/line_editor.ts";
import { LineHistory } from "../terminal/line_history.ts";
import type { TerminalSize } from "../terminal/terminal.ts";
import type { Completion } from "./completion.ts";
import { type InputRows, layoutInput, promptOf, searchPrompt } from "./input_rows.ts";
import { Roster } from "./roster.ts";
import type { Area, Place } from "./scroll.ts";
import { Scrollback } from "./scrollback.ts";
import { toVisible } from "./visible.ts";

/** The user of the text UI and the ways of its server. */
export interface TuiUser {
  /** The look of the client's protocol. */
  readonly look: Look;
  /** Whether the server echoes its user's chat. */
  readonly echoed: boolean;
  /** Its user's name. */
  readonly nick: string;
}

/** A pasted block that is sent only after its user confirms it. */
export interface PasteQuestion {
  /** At least two lines, clean and none of them blank. */
  readonly lines: readonly string[];
}

/** The state of a screen that shows older lines and does not follow new ones. */
export interface LookBack {
  /** The lowest row of the output that is shown. */
  readonly bottom: Place;
  /** The number of the first line that has never been shown. */
  readonly unseen: number;
}

/** The state of the text UI. */
export interface Model {
  /** Its user's name, with everything in it visible. */
  readonly nick: string;
  /** The words for events, and the slash commands. */
  readonly look: Look;
  /** Whether the server echoes its user's chat; if not, the UI shows it itself. */
  readonly echoed: boolean;
  /** The line being typed, and the lines entered before. */
  readonly editor: LineEditor;
  /** The output. */
  readonly lines: Scrollback;
  /** The nicks and channels that completion offers. */
  readonly roster: Roster;
  /** The size of the screen. */
  size: TerminalSize;
  /** Whether each line of the output starts with its time. */
  times: boolean;
  /** Set while the screen shows older lines; `undefined` while it follows new ones. */
  lookBack: LookBack | undefined;
  /** The completion that the next Tab continues; any other key ends it. */
  completion: Completion | undefined;
  /** Set while the UI waits for the answer. */
  question: PasteQuestion | undefined;
  /** Whether Ctrl-C was pressed with a draft: the next Ctrl-C quits, and any other key goes on. */
  leaving: boolean;
}

// The longest draft in UTF-16 units. A longer one is a paste by mistake, and no server takes it.
const MAX_INPUT_UNITS = 16_000;

/** The state at the start. */
export function newModel({ look, echoed, nick }: TuiUser, size: TerminalSize): Model {
  return {
    nick: toVisible(nick),
    look,
    echoed,
    editor: new LineEditor(new LineHistory(), { limit: MAX_INPUT_UNITS, multiline: true }),
    lines: new Scrollback(),
    roster: new Roster(),
    size,
    times: false,
    lookBack: undefined,
    completion: undefined,
    question: undefined,
    leaving: false,
  };
}

/** The rows in which the line is edited: up to a third of the screen. */
export function inputRows(model: Model): InputRows {
  const { columns, rows } = model.size;
  const limit = Math.max(1, Math.floor(rows / 3));
  const { editor } = model;
  const prompt = editor.prompt === undefined
    ? promptOf(model.nick, columns)
    : searchPrompt(editor.prompt, columns);
  return layoutInput(prompt, editor, columns, limit);
}

/**
 * The rows that the input leaves to the output; one less for the mark while the screen shows older lines, or asks
 * whether to leave.
 */
export function outputArea(model: Model, lookingBack: boolean): Area {
  const { columns, rows } = model.size;
  const used = model.question === undefined ? inputRows(model).rows.length : 1;
  const marks = lookingBack || model.leaving ? 1 : 0;
  return { columns, times: model.times, height: Math.max(0, rows - used - marks) };
}
