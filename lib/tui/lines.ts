/**
 * Events to lines of the output: the look finds the words, this file finds the nicks in them and the place
 * under which a long line goes on.
 *
 *   pat: a long line that does not fit       <- `hang` is the length of "pat: "
 *        into one row
 *
 * Each line is gone through once, whatever it holds: text of a server never decides how long that takes.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { membersOf, recipientOf, senderOf } from "../client/event_parts.ts";
import type { Look } from "../client/look.ts";
import { nickStyle, type Style } from "./colors.ts";
import { toVisible, toVisibleLines } from "./visible.ts";

/** A part of a line that looks different; its places are in UTF-16 units. */
export interface Mark {
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** The look of this part. */
  readonly style: Style;
}

/** One line of the output, not yet cut into rows. */
export interface Line {
  /** The text, without control characters but for `\n` within what one user said. */
  readonly text: string;
  /** When it came, in milliseconds as of `Date.now`. */
  readonly at: number;
  /** Where further rows are indented to, in UTF-16 units; 0 when the line has no such place. */
  readonly hang: number;
  /** The look of everything outside of the marks. */
  readonly style: Style;
  /** The marks, in order and without overlaps. */
  readonly marks: readonly Mark[];
}

/** The lines that show an event; none for one that is not shown. */
export function eventLines(event: ChatEvent, look: Look, at: number): Line[] {
  const text = toVisibleLines(look.text(event));
  if (text === "") return [];
  switch (event.type) {
    case "said":
      return [spokenLine(text, `${event.text}`, [senderOf(event)], at)];
    case "dm":
      return [spokenLine(text, event.text, [senderOf(event), recipientOf(event)], at)];
    case "emoted":
      return [{
        text,
        at,
        hang: 0,
        style: "plain",
        marks: findMarks(text, visible([senderOf(event)])),
      }];
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

/** The lines of the client's own answers. */
export function answerLines(text: string, at: number): Line[] {
  return noticeLines(toVisibleLines(text), at);
}

/** A line as its user typed it, for servers that do not send it back. */
export function typedLine(text: string, at: number): Line {
  return { text: toVisible(text), at, hang: 0, style: "dim", marks: [] };
}

// What one user said is one line, even with `\n` in it: everything hangs under the nick, so that nobody can
// forge a line of somebody else.
function spokenLine(text: string, body: string, nicks: readonly string[], at: number): Line {
  const shown = toVisibleLines(body);
  const hang = text.endsWith(shown) ? text.length - shown.length : 0;
  return { text, at, hang, style: "plain", marks: findMarks(text, visible(nicks)) };
}

function noticeLines(
  text: string,
  at: number,
  marksOf: (line: string) => readonly Mark[] = () => [],
): Line[] {
  return text.split("\n").map((line) => {
    const hang = /^\*+ (?=.)/.exec(line)?.[0].length ?? 0;
    return { text: line, at, hang, style: "dim", marks: marksOf(line) };
  });
}

/** Nicks as they are shown. */
function visible(nicks: readonly string[]): string[] {
  return nicks.map(toVisible);
}

/** Marks the first place of each nick after the one before. */
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

/** Marks the nicks of a list that ends the line. Where a nick is not in its place, the rest has no marks. */
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
