/**
 * The status row: where one is, and what is new elsewhere. What does not fit is left out, the least important first:
 * the topic, the server, the number of users.
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

/** Whether the screen has room for the status row. */
export function hasStatus({ size }: Pick<Model, "size">): boolean {
  return size.rows >= MIN_ROWS_FOR_STATUS;
}

/** The row, as wide as the screen. */
export function statusRow(model: Model): Row {
  const { columns } = model.size;
  const right = fitting([newsText(model), linkText(model), model.server], columns - 12);
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

/** The buffers with something new: `[3:12]` has 12 texts, `[4:2!1]` has two, one of them for the user. */
function newsText({ buffers }: Model): string {
  const active = buffers.list.filter(({ unread }) => unread > 0);
  // Those that call the user stand first, so that they are the last to be left out.
  active.sort((a, b) => Number(b.mentions > 0) - Number(a.mentions > 0));
  const words = active.slice(0, MOST_LISTED).map((buffer) => {
    const calls = buffer.mentions > 0 ? `!${buffer.mentions}` : "";
    return `${buffers.numberOf(buffer)}:${buffer.unread}${calls}`;
  });
  if (active.length > MOST_LISTED) words.push(`+${active.length - MOST_LISTED}`);
  return words.length === 0 ? "" : `[${words.join(" ")}]`;
}

function linkText(_model: Model): string {
  return "";
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
