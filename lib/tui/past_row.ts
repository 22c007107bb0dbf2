/**
 * The row above the first line of a buffer: the state of the question for older lines.
 *
 * @module
 */

import type { Buffer } from "./buffer.ts";

const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" };

/** The words of the row; `undefined` for no row. */
export function pastRowText({ past: { state, channel }, lines, name }: Buffer): string | undefined {
  switch (state) {
    case "idle":
      return undefined;
    case "loading":
      return "-- loading older lines ..";
    case "beginning": {
      const day = new Date(lines.line(lines.start).at).toLocaleDateString("en-GB", DATE);
      return `-- beginning of the history, ${day}`;
    }
    case "full":
      return "-- older lines do not fit: /clear makes room";
    case "elsewhere":
      return `-- older lines: /join ${channel ?? name} first`;
    case "refused":
      return "-- the server has no older lines";
    case "late":
      return "-- no answer: PageUp asks again";
    case "lost":
      return "-- not connected: older lines come later";
  }
}
