/**
 * The status row: the present buffer, and news of others. Parts that do not fit are left out, the
 * least important first: the topic, the server, the number of users.
 *
 *    2 #tea (12) The topic of the channel                    [1:4 3:2!1] irc 127.0.0.1:5000
 *
 * @module
 */

import { textWidth, truncate } from "../terminal/width.ts";
import { titleOf } from "./buffer.ts";
import type { Row, Span } from "./colors.ts";
import type { Model } from "./model.ts";

/** Smaller screens have no status row: the conversation needs the room. */
export const MIN_ROWS_FOR_STATUS = 4;

/** Buffers with something new that are listed at most; the rest are counted. */
const MOST_LISTED = 12;

/** Columns that the name of the buffer gets at least. */
const LEAST_LEFT = 12;
/** Columns of the shortest note about news. */
const SHORTEST_NEWS = 8;
/** Milliseconds of lag that a person feels. */
const SLOW_MS = 500;

/** Whether the screen has room for the status row. */
export function hasStatus({ size }: Pick<Model, "size">): boolean {
  return size.rows >= MIN_ROWS_FOR_STATUS;
}

/** The row, as wide as the screen. */
export function statusRow(model: Model): Row {
  const { columns } = model.size;
  const space = columns - LEAST_LEFT;
  const link = linkText(model);
  const news = newsText(model, space - textWidth(link) - 1);
  const right = fitting([link, news, model.server], space);
  const room = columns - textWidth(right) - (right === "" ? 0 : 1);
  const left = ` ${leftText(model, room - 1)}`;
  const gap = " ".repeat(Math.max(0, columns - textWidth(left) - textWidth(right)));
  const row: Span = { text: truncate(`${left}${gap}${right}`, columns), style: "inverse" };
  return [row];
}

/** Number and name of the buffer, then its users and its topic, as far as there is room. */
function leftText(model: Model, room: number): string {
  const { buffers, look } = model;
  const { current } = buffers;
  const title = titleOf(current, look.hasChannels);
  const name = `${buffers.numberOf(current)} ${title}`.trimEnd();
  const count = countText(model);
  const full = count === "" ? name : `${name} ${count}`;
  if (textWidth(full) > room) return truncate(name, Math.max(0, room));
  const rest = room - textWidth(full) - 2;
  return current.topic === "" || rest < 8 ? full : `${full} ${truncate(current.topic, rest)}`;
}

function countText({ buffers: { current }, look }: Model): string {
  if (current.kind !== "channel") return "";
  if (look.hasChannels && !current.isJoined) return "(not in it)";
  return current.members.size > 0 ? `(${current.members.size})` : "";
}

/**
 * The buffers with something new: `[3:12]` has 12 texts, `[4:2!1]` has two, one of them for the
 * user. As many as fit into `room`; `+2` stands for two more.
 */
function newsText({ buffers }: Model, room: number): string {
  const active = buffers.list.filter(({ unread }) => unread > 0);
  // Those that call the user stand first, so that they are the last to be left out.
  active.sort((a, b) => Number(b.mentions > 0) - Number(a.mentions > 0));
  const words = active.slice(0, MOST_LISTED).map((buffer) => {
    const calls = buffer.mentions > 0 ? `!${buffer.mentions}` : "";
    return `${buffers.numberOf(buffer)}:${buffer.unread}${calls}`;
  });
  for (let count = words.length; count > 0; count--) {
    const rest = active.length - count;
    const text = `[${words.slice(0, count).join(" ")}${rest > 0 ? ` +${rest}` : ""}]`;
    if (text.length <= room) return text;
  }
  return active.length > 0 && room >= SHORTEST_NEWS ? `[+${active.length}]` : "";
}

/** The state of the connection, if there is something to say about it. */
function linkText({ link, lag }: Model): string {
  switch (link.phase) {
    case "connecting":
      return "connecting";
    case "entering":
      return "waiting for the server";
    case "waiting":
      return `reconnecting in ${Math.max(1, Math.ceil(link.ms / 1000))} s`;
    case "off":
      return "off: /reconnect";
    case "online":
      if (lag?.isOpen === true) return `no answer for ${Math.round(lag.ms / 1000)} s`;
      return lag !== undefined && lag.ms >= SLOW_MS ? `lag ${(lag.ms / 1000).toFixed(1)} s` : "";
  }
}

/** As many of `parts` as fit, the first ones before the others. */
function fitting(parts: readonly string[], room: number): string {
  let text = "";
  for (const part of parts) {
    const longer = text === "" || part === "" ? text + part : `${text} ${part}`;
    if (textWidth(longer) <= room) text = longer;
  }
  return text;
}
