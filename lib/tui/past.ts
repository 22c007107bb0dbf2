/**
 * Pages of the server's history, above everything else in a buffer. Reaching the top of the output
 * asks for the next one; a row above all lines shows the state of that.
 *
 *   -- loading older lines ..            -- beginning of the history, 21 Nov 2026
 *   12:34 pat: the oldest line so far    12:31 una: the very first line
 *
 * A page that comes late, twice, or for a conversation that is closed or was emptied meanwhile
 * changes nothing that is shown.
 *
 * @module
 */

import type { Anchor, Target } from "../chat/history.ts";
import { PAGE_LIMIT } from "../client/catch_up.ts";
import type { HistoryCommand } from "../client/history_asks.ts";
import type { NoPast, Past } from "../client/past.ts";
import type { Buffer, PastReach } from "./buffer.ts";
import { isDayLine, type Line } from "./lines.ts";
import { type Model, outputArea } from "./model.ts";
import { learnFromOwn, unreadAmong } from "./read_marks.ts";
import { addLines, linesOf } from "./receive.ts";
import { placeAbove, rowsBelow } from "./scroll.ts";
import type { Scrollback } from "./scrollback.ts";
import { toVisible } from "./visible.ts";

/**
 * The most lines from the top that are compared with a page: only a hostile server makes more of
 * them overlap.
 */
const MOST_COMPARED = 500;

/**
 * Asks for what was said before the first line of the buffer on the screen, if it may have a
 * history.
 */
export function reachForOlder(model: Model): void {
  const { buffers: { current }, look } = model;
  const { past, lines } = current;
  const isKept = current.kind === "channel" || (current.kind === "query" && look.hasChannels);
  if (look.hasHistory !== true || !isKept) return;
  if (past.state === "loading" || past.state === "beginning") return;
  if (model.link.phase !== "online") return set(model, current, { ...past, state: "lost" });
  if (!isHere(model, current)) return set(model, current, { ...past, state: "elsewhere" });
  if (!lines.hasRoomAbove) return set(model, current, { ...past, state: "full" });
  const { channel } = past;
  const oldest = past.start === lines.start ? past.oldest : oldestIn(lines);
  const ask = askFor(model, current, oldest);
  set(model, current, {
    state: "loading",
    ask,
    ...(channel !== undefined && { channel }),
    ...(oldest !== undefined && { oldest, start: lines.start }),
  });
  model.asks.push(ask);
}

/** Forgets the reach of an output that was emptied. */
export function forgetPast(buffer: Buffer): void {
  buffer.past = { state: "idle", ...(buffer.name !== "" && { channel: buffer.name }) };
}

/** Takes a page. */
export function takePast(model: Model, { target, events, oldest, ask }: Past): void {
  const buffer = bufferOf(model, target);
  if (buffer === undefined) return;
  const { past, lines } = buffer;
  if (ask !== undefined && ask !== past.ask) return;
  const asked = ask?.find === "before" ? ask.anchor : undefined;
  const page = events.flatMap((event) => linesOf(model, event, event.stamp?.time ?? 0));
  const added = withoutKnown(page, lines, asked === undefined);
  // The lines above are of another channel, to which this page does not belong.
  if (ask === undefined && !model.look.hasChannels && past.channel !== undefined) {
    return addLines(model, buffer, added);
  }
  const isEnd = oldest === undefined || isSame(oldest, asked);
  const isFirst = ask === undefined;
  if (isFirst) learnFromOwn(model, buffer, events);
  keepingPlace(model, buffer, () => {
    const end = lines.start;
    lines.prepend(added);
    if (isFirst) markUnread(model, buffer, added, end);
    const channel = "channel" in target ? { channel: toVisible(target.channel) } : {};
    const reach = oldest === undefined ? {} : { oldest, start: lines.start };
    buffer.past = { state: isEnd ? "beginning" : "idle", ...channel, ...reach };
  });
}

/** Marks the lines above `end` as new that were said since the user was there last. */
function markUnread(model: Model, buffer: Buffer, added: readonly Line[], end: number): void {
  const count = unreadAmong(buffer, added);
  if (count === 0) return;
  const lines = added.slice(-count);
  // A day may have begun among them, with a line of its own.
  let first = end;
  for (let left = count; left > 0 && first > buffer.lines.start;) {
    if (!isDayLine(buffer.lines.line(--first))) left--;
  }
  buffer.firstUnread = first;
  for (const { style } of lines) model.buffers.count(buffer, style === "bold");
}

/** Notes that a page does not come. */
export function missPast(model: Model, { ask, why }: NoPast): void {
  const buffer = bufferOf(model, ask.target);
  if (buffer?.past.ask === ask) set(model, buffer, { ...buffer.past, state: why });
}

function set(model: Model, buffer: Buffer, past: PastReach): void {
  keepingPlace(model, buffer, () => (buffer.past = past));
}

/** Keeps the row at the bottom of the screen in its place, for a user who reads older lines. */
function keepingPlace(model: Model, buffer: Buffer, change: () => void): void {
  const { lookBack, lines } = buffer;
  if (lookBack === undefined || buffer !== model.buffers.current) return change();
  const { bottom: { line }, unseen } = lookBack;
  const below = rowsBelow(lines, outputArea(model, true), lookBack.bottom);
  change();
  if (line < lines.start) return;
  buffer.lookBack = { bottom: placeAbove(lines, outputArea(model, true), line, below), unseen };
}

function bufferOf({ buffers, look }: Model, target: Target | undefined): Buffer | undefined {
  if (!look.hasChannels || target === undefined) return buffers.first;
  return "user" in target
    ? buffers.find("query", toVisible(target.user))
    : buffers.find("channel", toVisible(target.channel));
}

/** Whether the server answers questions about what stands at the top: its user must be there. */
function isHere({ look }: Model, { kind, name, isJoined, past }: Buffer): boolean {
  if (kind === "query") return true;
  if (look.hasChannels) return isJoined;
  return past.channel === undefined || look.fold(past.channel) === look.fold(name);
}

function askFor({ look }: Model, buffer: Buffer, before: Anchor | undefined): HistoryCommand {
  const { kind, name } = buffer;
  const target = kind === "query" ? { user: name } : { channel: name };
  return {
    type: "history",
    limit: PAGE_LIMIT,
    ...(before === undefined ? { find: "latest" } : { find: "before", anchor: before }),
    ...(look.hasChannels && { target }),
  };
}

/** The place of the first message that the server can find. */
function oldestIn(lines: Scrollback): Anchor | undefined {
  for (let number = lines.start; number < lines.end; number++) {
    const { id } = lines.line(number);
    if (id !== undefined && id !== "") return { msgid: id };
  }
  return undefined;
}

/**
 * The lines of `page` that are not shown yet. Without ids, and when it is the last page of all, its
 * end may be what is shown already.
 */
function withoutKnown(page: readonly Line[], lines: Scrollback, isLast: boolean): readonly Line[] {
  const shown: Line[] = [];
  const end = Math.min(lines.end, lines.start + MOST_COMPARED);
  for (let number = lines.start; number < end; number++) {
    const line = lines.line(number);
    if (line.id !== undefined) shown.push(line);
  }
  const ids = new Set(shown.map(({ id }) => id).filter((id) => id !== ""));
  const fresh = page.filter(({ id }) => id === undefined || id === "" || !ids.has(id));
  return isLast ? fresh.slice(0, fresh.length - overlap(fresh, shown)) : fresh;
}

/** How many lines at the end of `page` are the first ones of `shown`. */
function overlap(page: readonly Line[], shown: readonly Line[]): number {
  for (let count = Math.min(page.length, shown.length); count > 0; count--) {
    const from = page.length - count;
    const isHere = shown.slice(0, count).every(({ id, text }, i) =>
      id === "" && page[from + i]?.text === text
    );
    if (isHere) return count;
  }
  return 0;
}

function isSame(one: Anchor | undefined, other: Anchor | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
