/**
 * How far the user has read each conversation, where the server keeps that with the account
 * (`MARKREAD`): messages behind the mark are new at the next start, on every machine; those that
 * another client of the account has shown are read here too.
 *
 * The mark moves when the user presses a key while the end of a conversation is on the screen, so
 * that messages stay new that come while nobody sits there.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { Received } from "../protocol/protocol.ts";
import type { Buffer } from "./buffer.ts";
import type { Line } from "./lines.ts";
import { isMe, type Model } from "./model.ts";
import { toVisible } from "./visible.ts";

/** Up to when the user has read. */
export type Marker = Extract<ChatEvent, { type: "marker" }>;

/** Milliseconds between two marks in the conversation on the screen. */
const GAP_MS = 5000;

/** Notes how far the user has read a conversation. */
export function learnMark({ buffers }: Model, { target, at }: Marker): void {
  const buffer = "user" in target
    ? buffers.find("query", toVisible(target.user))
    : buffers.find("channel", toVisible(target.channel));
  if (buffer === undefined) return;
  // From now on there is something to mark.
  buffer.readUpTo = Math.max(buffer.readUpTo ?? 0, at ?? 0);
  if (buffer.readUpTo < newestIn(buffer) || buffer === buffers.current) return;
  buffer.unread = 0;
  buffer.mentions = 0;
  buffer.firstUnread = undefined;
}

/**
 * Marks the conversation on the screen as read, or the one that was there until the user went to
 * another, or quit.
 */
export function markRead(model: Model, before: Buffer, at: number, isQuitting: boolean): void {
  const { current } = model.buffers;
  if (before !== current) mark(model, before, at, 0);
  mark(model, current, at, isQuitting ? 0 : GAP_MS);
}

function mark(model: Model, buffer: Buffer, at: number, gap: number): void {
  const { kind, name, readUpTo, lookBack } = buffer;
  const isPlace = kind === "query" || (kind === "channel" && buffer.isJoined);
  // Without a mark of the server's, it keeps none.
  if (!isPlace || readUpTo === undefined || lookBack !== undefined) return;
  const newest = newestIn(buffer);
  if (model.link.phase !== "online" || newest <= readUpTo || at - buffer.markedAt < gap) return;
  buffer.readUpTo = newest;
  buffer.markedAt = at;
  const target = kind === "query" ? { user: name } : { channel: name };
  model.asks.push({ type: "marker", target, at: newest });
}

/** Counts messages above one of the user's own as read, whichever machine it was sent from. */
export function learnFromOwn(model: Model, buffer: Buffer, events: readonly Received[]): void {
  if (buffer.readUpTo === undefined) return;
  for (const event of events) {
    const isSpoken = event.type === "said" || event.type === "emoted" || event.type === "dm_sent";
    if (!isSpoken || !isMe(model, event.by.nick)) continue;
    buffer.readUpTo = Math.max(buffer.readUpTo, event.stamp?.time ?? 0);
  }
}

/**
 * How many of `lines`, at their end, the user has not read yet; 0 where nothing is known of that.
 */
export function unreadAmong({ readUpTo }: Buffer, lines: readonly Line[]): number {
  if (readUpTo === undefined || readUpTo === 0) return 0;
  const first = lines.findIndex(({ id, at }) => id !== undefined && at > readUpTo);
  return first < 0 ? 0 : lines.length - first;
}

/** The time of the last message that the server has given an id, which is the server's time. */
function newestIn({ lines }: Buffer): number {
  for (let number = lines.end - 1; number >= lines.start; number--) {
    const { id, at } = lines.line(number);
    if (id !== undefined && id !== "") return at;
  }
  return 0;
}
