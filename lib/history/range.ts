/**
 * Reads the range of a conversation that a user asks for, in the slices that a store has.
 *
 * @module
 */

import type { Anchor, Kept, Range } from "../chat/history.ts";
import { msgidPrefix } from "../chat/msgid.ts";
import type { Slice } from "./contract.ts";
import type { PageLimits } from "./page.ts";

/** Reads one slice of the conversation. */
export type ReadSlice = (slice: Slice) => Promise<readonly Kept[]>;

/** What holds for all slices of a range. */
export interface RangeOptions extends PageLimits {
  /** Whether to read events as well. */
  readonly events: boolean;
}

/** Above every digit of a msgid, and above the end of one. */
const ABOVE_DIGITS = "~";
/** Above the end of a msgid, and below every digit. */
const ABOVE_END = "!";

/** The lowest msgid that is not before `anchor`. */
function lowest(anchor: Anchor): string {
  return "at" in anchor ? msgidPrefix(anchor.at) : anchor.msgid;
}

/** A bound above every msgid at `anchor`, and below all later ones. */
function behind(anchor: Anchor): string {
  return "at" in anchor ? msgidPrefix(anchor.at) + ABOVE_DIGITS : anchor.msgid + ABOVE_END;
}

/** The rows of `range` in the order of their msgids. */
export function readRange(
  read: ReadSlice,
  range: Range,
  options: RangeOptions,
): Promise<readonly Kept[]> {
  switch (range.find) {
    case "latest": {
      const from = range.after === undefined ? {} : { from: behind(range.after) };
      return read({ ...options, ...from, take: "last" });
    }
    case "before":
      return read({ ...options, to: lowest(range.anchor), take: "last" });
    case "after":
      return read({ ...options, from: behind(range.anchor), take: "first" });
    case "between":
      return lowest(range.anchor) < lowest(range.end)
        ? read({
          ...options,
          from: behind(range.anchor),
          to: lowest(range.end),
          take: "first",
        })
        : read({
          ...options,
          from: behind(range.end),
          to: lowest(range.anchor),
          take: "last",
        });
    case "around":
      return readAround(read, range.anchor, options);
  }
}

/**
 * Reads half of the limit before the anchor, and the rest from the anchor on. Where one side has
 * fewer rows, the other has more.
 */
async function readAround(
  read: ReadSlice,
  anchor: Anchor,
  options: RangeOptions,
): Promise<readonly Kept[]> {
  const { limit } = options;
  const middle = lowest(anchor);
  const [before, after] = await Promise.all([
    read({ ...options, to: middle, take: "last" }),
    read({ ...options, from: middle, take: "first" }),
  ]);
  const most = Math.max(Math.ceil(limit / 2), limit - before.length);
  const second = after.slice(0, most);
  const first = second.length === limit ? [] : before.slice(second.length - limit);
  return [...first, ...second];
}
