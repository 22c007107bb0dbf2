/**
 * A buffer: one conversation on the screen, with its output, the line being typed into it, and what
 * is new in it. A channel has one, a private conversation has one, and so have the server's own
 * words and the mentions.
 *
 * @module
 */

import type { Anchor } from "../chat/history.ts";
import type { Place as TypingPlace } from "../client/look.ts";
import type { HistoryCommand } from "../client/history_asks.ts";
import type { NoPast } from "../client/past.ts";
import { LineEditor } from "../terminal/line_editor.ts";
import { LineHistory } from "../terminal/line_history.ts";
import type { Line } from "./lines.ts";
import { Members } from "./members.ts";
import type { Place } from "./scroll.ts";
import { Scrollback } from "./scrollback.ts";
import type { ScrollbackPool } from "./scrollback_pool.ts";

/** The kinds of buffers. `mentions` holds copies of the messages to the user in all others. */
export type BufferKind = "server" | "channel" | "query" | "mentions";

/** The state of a screen that shows older lines and does not follow new ones. */
export interface LookBack {
  /** The lowest row of the output that is shown. */
  readonly bottom: Place;
  /** The number of the first line that has never been shown. */
  readonly unseen: number;
}

/** How far back an output reaches. */
export interface PastReach {
  /** The state of the question for older lines; `idle` until there is one. */
  readonly state: "idle" | "loading" | "beginning" | "full" | "elsewhere" | NoPast["why"];
  /**
   * In a dialect with one channel, the channel of the oldest lines; lines of other channels may
   * have followed.
   */
  readonly channel?: string;
  /** The question that is open; an answer to any other one is ignored. */
  readonly ask?: HistoryCommand;
  /** The place of the oldest message so far, as long as the output begins with the line `start`. */
  readonly oldest?: Anchor;
  /** The number of the line above which `oldest` is. */
  readonly start?: number;
}

/** The reach while nothing is known of a history. */
const UNKNOWN_REACH: PastReach = { state: "idle" };

/** A text that the server has not confirmed. */
export interface PendingText {
  /** Its number. */
  readonly id: number;
  /** The line that shows it. */
  readonly line: Line;
  /** The text alone. */
  readonly text: string;
}

/** One conversation. */
export interface Buffer {
  /** Its kind. */
  readonly kind: BufferKind;
  /**
   * Its name in the protocol: a channel's name without a mark, or a nick; "" for the only channel
   * of its dialect until the server has named it. Everything in it is visible.
   */
  name: string;
  /** The output. */
  readonly lines: Scrollback;
  /** The line being typed, and the lines entered before. */
  readonly editor: LineEditor;
  /** The members of the channel. */
  readonly members: Members;
  /** The user's texts there that the server has not confirmed. */
  pending: readonly PendingText[];
  /** The topic; "" for none. */
  topic: string;
  /** Whether the user is in the channel. */
  isJoined: boolean;
  /** Set while the screen shows older lines; `undefined` while it follows new ones. */
  lookBack: LookBack | undefined;
  /**
   * The number of the first line that came while its user looked elsewhere; `undefined` for none.
   */
  firstUnread: number | undefined;
  /** Texts that others said there since its user looked at it last. */
  unread: number;
  /** The number of these that are for the user: mentions, and all private messages. */
  mentions: number;
  /**
   * Up to when the user has read it, in milliseconds of Unix time; `undefined` where no
   * server keeps that.
   */
  readUpTo: number | undefined;
  /** The time at which the server was last told of it. */
  markedAt: number;
  /** How far back its output reaches into the server's history. */
  past: PastReach;
}

// The longest draft in UTF-16 units. A longer one is a paste by mistake, and no server takes it.
const MAX_INPUT_UNITS = 16_000;

/** A buffer without any line. Its output shares the bound of `pool`. */
export function newBuffer(kind: BufferKind, name: string, pool: ScrollbackPool): Buffer {
  const lines = new Scrollback(undefined, pool);
  pool.add(lines);
  return {
    kind,
    name,
    lines,
    editor: new LineEditor(new LineHistory(), { limit: MAX_INPUT_UNITS, multiline: true }),
    members: new Members(),
    pending: [],
    topic: "",
    isJoined: false,
    lookBack: undefined,
    firstUnread: undefined,
    unread: 0,
    mentions: 0,
    readUpTo: undefined,
    markedAt: -Infinity,
    past: UNKNOWN_REACH,
  };
}

/**
 * The place in which a line typed into `buffer` is said; `named` is whether its dialect's events
 * name their channel.
 */
export function typingPlace({ kind, name }: Buffer, named: boolean): TypingPlace {
  if (kind === "query") return { kind, name };
  if (kind === "channel") return named ? { kind, name } : { kind };
  return { kind: "server" };
}

/** The name of a buffer on the screen. */
export function titleOf({ kind, name }: Pick<Buffer, "kind" | "name">, named: boolean): string {
  if (kind === "channel") return named ? `#${name}` : name;
  return kind === "query" ? name : kind;
}
