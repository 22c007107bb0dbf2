/**
 * The whole state of the text UI: only `update.ts` changes it, and `view.ts` draws it. Neither does
 * any input or output, and both get the time from outside.
 *
 * @module
 */

import type { Look } from "../client/look.ts";
import type { Link } from "../client/news.ts";
import type { ClientCommand } from "../protocol/protocol.ts";
import type { TerminalSize } from "../terminal/terminal.ts";
import type { Buffer } from "./buffer.ts";
import { Buffers } from "./buffers.ts";
import type { Completion } from "./completion.ts";
import { type Display, layoutOf, newDisplay } from "./display.ts";
import { type InputRows, layoutInput, promptOf, searchPrompt } from "./input_rows.ts";
import { pastRowText } from "./past_row.ts";
import { Roster } from "./roster.ts";
import type { Area } from "./scroll.ts";
import { hasStatus } from "./status.ts";
import { toVisible } from "./visible.ts";

/** The user of the text UI, and facts about its server. */
export interface TuiUser {
  /** The look of the client's protocol. */
  readonly look: Look;
  /** Its user's name. */
  readonly nick: string;
  /** The server and its dialect, as the status row shows them. */
  readonly server: string;
  /** Channels that the client enters by itself, and whose buffers are shown then. */
  readonly channels?: readonly string[];
  /** Whether nicks are aligned to the right; default: no. */
  readonly align?: boolean;
}

/** A delay of the server's answers. */
export interface Lag {
  /** In milliseconds. */
  readonly ms: number;
  /** Whether the answer has not come yet. */
  readonly isOpen: boolean;
}

/** A pasted block that is sent only after its user confirms it. */
export interface PasteQuestion {
  /** At least two lines, clean and none of them blank. */
  readonly lines: readonly string[];
}

/** The state of the text UI. */
export interface Model {
  /** Its user's name, with everything in it visible. */
  nick: string;
  /** The words for events, and the slash commands. */
  readonly look: Look;
  /** The server and its dialect, as the status row shows them. */
  readonly server: string;
  /** The conversations, one of which is on the screen. */
  readonly buffers: Buffers;
  /** The nicks and channels that completion offers. */
  readonly roster: Roster;
  /**
   * The folded names of channels that are shown as soon as the user is in them, because it has
   * asked for them.
   */
  readonly wanted: Set<string>;
  /** The folded names of channels that the user leaves: their buffers are closed then. */
  readonly parting: Set<string>;
  /** How often something was said to the user: mentions and private messages. */
  calls: number;
  /**
   * The channel that the user was in before the last request to enter one, which may be refused;
   * "" for none.
   */
  nameBefore: string;
  /** The text of the last search; "" for none. */
  sought: string;
  /** The line that it found last. */
  found: { readonly buffer: Buffer; readonly line: number } | undefined;
  /** The state of the connection. */
  link: Link;
  /** The reason of the last loss; `undefined` while there is a connection. */
  lostFor: string | undefined;
  /**
   * How long the server takes to answer, or has not answered; `undefined` when it does so at once.
   */
  lag: Lag | undefined;
  /** The number of the last text that was typed. */
  lastId: number;
  /** Commands that the UI sends by itself, after the input that is being applied. */
  readonly asks: ClientCommand[];
  /** The size of the screen. */
  size: TerminalSize;
  /** How lines are shown. */
  readonly display: Display;
  /** The completion that the next Tab continues; any other key ends it. */
  completion: Completion | undefined;
  /** Set while the UI waits for the answer. */
  question: PasteQuestion | undefined;
  /** Whether Ctrl-C was pressed with a draft: the next Ctrl-C quits, and any other key goes on. */
  leaving: boolean;
}

/** The state at the start. */
export function newModel(
  { look, nick, server, channels = [], align = false }: TuiUser,
  size: TerminalSize,
): Model {
  return {
    nick: toVisible(nick),
    look,
    server: toVisible(server),
    buffers: new Buffers(look.hasChannels ? "server" : "channel", look.fold),
    roster: new Roster(),
    wanted: new Set(channels.map((name) => look.fold(toVisible(name)))),
    parting: new Set(),
    nameBefore: "",
    calls: 0,
    sought: "",
    found: undefined,
    link: { phase: "connecting" },
    lostFor: undefined,
    lag: undefined,
    lastId: 0,
    asks: [],
    size,
    display: newDisplay(align),
    completion: undefined,
    question: undefined,
    leaving: false,
  };
}

/** Whether `name` is the user's own. */
export function isMe({ look, nick }: Model, name: string): boolean {
  return look.fold(toVisible(name)) === look.fold(nick);
}

/** The rows in which the line is edited: up to a third of the screen. */
export function inputRows(model: Model): InputRows {
  const { columns, rows } = model.size;
  const limit = Math.max(1, Math.floor(rows / 3));
  const { editor } = model.buffers.current;
  const prompt = editor.prompt === undefined
    ? promptOf(model.nick, columns)
    : searchPrompt(editor.prompt, columns);
  return layoutInput(prompt, editor, columns, limit);
}

/**
 * The rows that input and status leave to the output; one less for the mark while the screen shows
 * older lines, or asks whether to leave.
 */
export function outputArea(model: Model, lookingBack: boolean): Area {
  const { display, found, size, buffers: { current } } = model;
  const input = model.question === undefined ? inputRows(model).rows.length : 1;
  const used = input + (hasStatus(model) ? 1 : 0) + (lookingBack || model.leaving ? 1 : 0);
  const { firstUnread } = current;
  const top = current.lines.start < current.lines.end ? pastRowText(current) : undefined;
  return {
    ...layoutOf(display, size),
    height: Math.max(0, size.rows - used),
    ...(found?.buffer === current && { found: { line: found.line, text: model.sought } }),
    ...(firstUnread !== undefined && { firstUnread }),
    ...(top !== undefined && { top }),
  };
}
