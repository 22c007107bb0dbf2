/**
 * Turns events into lines of the output: the look finds the words, this file finds the nicks and
 * addresses in them, what their sender formatted, and the indent at which a long line continues.
 *
 *   pat: a long line that does not fit       <- `hang` is the length of "pat: "
 *        into one row
 *
 * It goes through each line once, so the time is linear for any text of a server.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { membersOf, recipientOf, senderOf } from "../client/event_parts.ts";
import type { Look } from "../client/look.ts";
import type { Received } from "../protocol/protocol.ts";
import { nickStyle, type Style } from "./colors.ts";
import { type FormattedText, readFormatting, withoutFormatting } from "./formatting.ts";
import { findLinks } from "./links.ts";
import { joinMarks, type Mark } from "./marks.ts";
import { toVisible, toVisibleLines } from "./visible.ts";

/** One line of the output, not yet cut into rows. */
export interface Line {
  /** The text, without control characters except `\n` in a user's message. */
  readonly text: string;
  /** The time of its arrival, in milliseconds of `Date.now`. */
  readonly at: number;
  /** The indent of further rows, in UTF-16 units; 0 for none. */
  readonly hang: number;
  /** The style of everything outside the marks. */
  readonly style: Style;
  /** The marks, in order and without overlaps. */
  readonly marks: readonly Mark[];
  /**
   * The id that the server gave a message, or "" without one; left out when the line is no message.
   */
  readonly id?: string;
}

/** The lines that show an event; none for one that is not shown. */
export function eventLines(event: Received, look: Look, at: number): Line[] {
  const formatted = readFormatting(look.text(event));
  const { text } = formatted;
  if (text === "") return [];
  const id = ownCopy(event.stamp?.msgid ?? "");
  switch (event.type) {
    case "said":
      return [{ ...spokenLine(formatted, event.text, [senderOf(event)], at), id }];
    case "dm":
    case "dm_sent": {
      const nicks = [senderOf(event), recipientOf(event)];
      return [{ ...spokenLine(formatted, event.text, nicks, at), id }];
    }
    case "emoted":
      return [{ ...spokenLine(formatted, event.text, [senderOf(event)], at), hang: 0, id }];
    case "joined":
    case "left": {
      const nicks = visible([senderOf(event)]);
      return noticeLines(text, at, (line) => findMarks(line, nicks));
    }
    case "names": {
      const nicks = visible(membersOf(event));
      return noticeLines(text, at, (line) => findListMarks(line, nicks));
    }
    default:
      return noticeLines(text, at);
  }
}

/** A copy with memory of its own: a part of a received line keeps all of that line. */
function ownCopy(text: string): string {
  return text === "" ? text : JSON.parse(JSON.stringify(text));
}

/** The lines of the client's own answers. */
export function answerLines(text: string, at: number): Line[] {
  return noticeLines(toVisibleLines(text), at);
}

/** The user's own line, for servers that do not echo it. */
export function typedLine(text: string, at: number): Line {
  return { text: toVisible(text), at, hang: 0, style: "dim", marks: [] };
}

const DAY: Intl.DateTimeFormatOptions = {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
};

/** The line that says that another day begins, in the user's time zone. */
export function dayLine(at: number): Line {
  const text = `-- ${new Date(at).toLocaleDateString("en-GB", DAY)}`;
  return { text, at, hang: 0, style: "dim", marks: [] };
}

/** Whether `line` says that another day begins. */
export function isDayLine({ text, at, id }: Line): boolean {
  return id === undefined && text.startsWith("-- ") && text === dayLine(at).text;
}

/** The user's own text, while the server has not confirmed it. */
export function pendingLine(event: ChatEvent, look: Look, at: number): Line {
  const text = `… ${toVisibleLines(look.text(event))}`;
  return { text, at, hang: 0, style: "dim", marks: [] };
}

// A message is one line even if it contains `\n`: all of it hangs under the nick, so that nobody
// can forge another user's line.
function spokenLine(
  { text, runs }: FormattedText,
  body: string,
  nicks: readonly string[],
  at: number,
): Line {
  const shown = withoutFormatting(body);
  const hang = text.endsWith(shown) ? text.length - shown.length : 0;
  const marks = joinMarks("plain", findMarks(text, visible(nicks)), runs, findLinks(text));
  return { text, at, hang, style: "plain", marks };
}

function noticeLines(
  text: string,
  at: number,
  marksOf: (line: string) => readonly Mark[] = () => [],
): Line[] {
  return text.split("\n").map((line) => {
    const hang = /^\*+ (?=.)/.exec(line)?.[0].length ?? 0;
    const marks = joinMarks("dim", marksOf(line), [], findLinks(line));
    return { text: line, at, hang, style: "dim", marks };
  });
}

/** Makes nicks visible. */
function visible(nicks: readonly string[]): string[] {
  return nicks.map(toVisible);
}

/** Marks each nick at its first position behind the nick before it. */
function findMarks(text: string, nicks: readonly string[]): Mark[] {
  const marks: Mark[] = [];
  let from = 0;
  for (const nick of nicks) {
    const start = text.indexOf(nick, from);
    if (start < 0 || nick === "") continue;
    from = start + nick.length;
    marks.push({ start, end: from, style: nickStyle(nick) });
  }
  return marks;
}

const SEPARATOR = ", ";

/**
 * Marks the nicks of a list at the end of the line. If a nick is not in its place, it marks no
 * further ones.
 */
function findListMarks(text: string, nicks: readonly string[]): Mark[] {
  const marks: Mark[] = [];
  let end = text.length;
  for (let i = nicks.length - 1; i >= 0; i--) {
    const nick = nicks[i] as string;
    if (!text.endsWith(nick, end)) break;
    const start = end - nick.length;
    if (nick !== "") marks.push({ start, end, style: nickStyle(nick) });
    end = text.endsWith(SEPARATOR, start) ? start - SEPARATOR.length : start;
  }
  return marks.reverse();
}
