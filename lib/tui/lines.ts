/**
 * Events to lines of the output: the protocol says the words, this finds the nicks in them and the place
 * under which a long line goes on.
 *
 *   pat: a long line that does not fit       <- `hang` is the length of "pat: "
 *        into one row
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { membersOf, recipientOf, senderOf } from "../client/event_parts.ts";
import type { Look } from "../client/look.ts";
import { nickStyle, type Style } from "./colors.ts";
import { toVisible, toVisibleLines } from "./visible.ts";

/** A part of a line that looks different. */
export interface Mark {
  /** In UTF-16 units. */
  readonly start: number;
  /** In UTF-16 units. */
  readonly end: number;
  /** How it looks. */
  readonly style: Style;
}

/** One line of the output, not yet cut into rows. */
export interface Line {
  /** Without control characters, but for `\n` within what one user said. */
  readonly text: string;
  /** When it came, in milliseconds as of `Date.now`. */
  readonly at: number;
  /** What its further rows are indented under, in UTF-16 units; 0 when nothing offers itself. */
  readonly hang: number;
  /** How it looks apart from its marks. */
  readonly style: Style;
  /** In order, not overlapping. */
  readonly marks: readonly Mark[];
}

/** The lines that tell an event; none for one that is not shown. */
export function eventLines(event: ChatEvent, look: Look, at: number): Line[] {
  const text = toVisibleLines(look.text(event));
  if (text === "") return [];
  switch (event.type) {
    case "said":
      return [spokenLine(text, `${event.text}`, [senderOf(event)], at)];
    case "dm":
      return [spokenLine(text, event.text, [senderOf(event), recipientOf(event)], at)];
    case "emoted":
      return [{ text, at, hang: 0, style: "plain", marks: findMarks(text, [senderOf(event)]) }];
    case "joined":
    case "left":
      return noticeLines(text, at, (line) => findMarks(line, [senderOf(event)]));
    case "names":
      return noticeLines(text, at, (line) => findListMarks(line, membersOf(event)));
    default:
      return noticeLines(text, at);
  }
}

/** Lines of the client's own: answers, help. */
export function answerLines(text: string, at: number): Line[] {
  return noticeLines(toVisibleLines(text), at);
}

/** A line as its user typed it, for those that nobody echoes. */
export function typedLine(text: string, at: number): Line {
  return { text: toVisible(text), at, hang: 0, style: "dim", marks: [] };
}

// What one user said is one line, also with `\n` in it: everything hangs under the nick, so that nobody
// can forge a line of somebody else's.
function spokenLine(text: string, body: string, nicks: readonly string[], at: number): Line {
  const visible = toVisibleLines(body);
  const hang = text.endsWith(visible) ? text.length - visible.length : 0;
  return { text, at, hang, style: "plain", marks: findMarks(text, nicks) };
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

/** The first place of each nick behind the one before. */
function findMarks(text: string, nicks: readonly string[]): Mark[] {
  const marks: Mark[] = [];
  let from = 0;
  for (const nick of nicks.map(toVisible)) {
    const start = text.indexOf(nick, from);
    if (start < 0 || nick === "") continue;
    from = start + nick.length;
    marks.push({ start, end: from, style: nickStyle(nick) });
  }
  return marks;
}

/** The same from the end, for a list that ends the line. */
function findListMarks(text: string, nicks: readonly string[]): Mark[] {
  const marks: Mark[] = [];
  let to = text.length;
  for (const nick of nicks.map(toVisible).reverse()) {
    const start = text.lastIndexOf(nick, to - nick.length);
    if (start < 0 || nick === "" || to < nick.length) continue;
    marks.push({ start, end: start + nick.length, style: nickStyle(nick) });
    to = start;
  }
  return marks.reverse();
}
