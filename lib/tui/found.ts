/**
 * `/search`: the server is asked for messages with some words, and what it finds is listed in the
 * buffer on the screen. Where it finds nothing, or cannot search, the lines above are searched
 * instead (`search.ts`).
 *
 *   *** 2 messages hold "tea":
 *   20 Nov 19:03 #den una: is there any tea left?
 *   12:31 eve -> pat: tea?
 *
 * @module
 */

import type { ClientCommand, Received } from "../protocol/protocol.ts";
import type { Found } from "../client/searches.ts";
import { titleOf } from "./buffer.ts";
import { answerLines, eventLines, type Line } from "./lines.ts";
import { highlight, shifted } from "./marks.ts";
import type { Model } from "./model.ts";
import { addLines } from "./receive.ts";
import { findAbove } from "./search.ts";

/** The most messages that are asked for. */
const LIMIT = 50;

/**
 * The question for the server, in one conversation or `everywhere`; `undefined` where its
 * dialect has none.
 */
export function searchFor(
  { look, buffers: { current } }: Model,
  words: string,
  everywhere: boolean,
): ClientCommand | undefined {
  if (look.hasHistory !== true || words === "") return undefined;
  const { kind, name } = current;
  const isHere = !everywhere && look.hasChannels;
  const target = kind === "channel" ? { channel: name } : { user: name };
  const isPlace = kind === "channel" || kind === "query";
  return { type: "search", words, limit: LIMIT, ...(isHere && isPlace && { target }) };
}

/** Lists what was found, or searches the lines above. */
export function takeFound(model: Model, { ask: { words }, events }: Found, at: number): void {
  const { buffers: { current } } = model;
  if (events === undefined || events.length === 0) return findAbove(model, words, at);
  const count = events.length === 1 ? "1 message holds" : `${events.length} messages hold`;
  const title = events.length >= LIMIT ? `The last ${count}` : count;
  const found = events.flatMap((event) => foundLines(model, event, words, at));
  addLines(model, current, [...answerLines(`*** ${title} "${words}":`, at), ...found]);
  // F4 continues among the lines above.
  model.sought = words.toLowerCase();
  model.found = undefined;
}

function foundLines(model: Model, event: Received, words: string, at: number): readonly Line[] {
  const where = "channel" in event && event.channel !== undefined && event.channel !== ""
    ? ` ${titleOf({ kind: "channel", name: event.channel }, model.look.hasChannels)}`
    : "";
  const head = `${momentText(event.stamp?.time ?? at, at)}${where} `;
  return eventLines(event, model.look, at).map(({ id: _, ...line }) => {
    const marks = [
      { start: 0, end: head.length, style: "dim" } as const,
      ...shifted(line, head.length),
    ];
    const hang = line.hang > 0 ? line.hang + head.length : 0;
    return marked({ ...line, text: head + line.text, hang, marks }, words);
  });
}

/** Marks the words in a line. */
function marked(line: Line, words: string): Line {
  const text = line.text.toLowerCase();
  if (text.length !== line.text.length) return line;
  return words.toLowerCase().split(/\s+/).reduce((marked, word) => {
    const starts: number[] = [];
    for (let from = 0; word !== "" && (from = text.indexOf(word, from)) >= 0; from += word.length) {
      starts.push(from);
    }
    return starts.length === 0
      ? marked
      : { ...marked, marks: highlight(marked, starts, word.length) };
  }, line);
}

/** `12:31`, with the day before it if that is another one, and its year. */
function momentText(time: number, now: number): string {
  const [then, today] = [new Date(time), new Date(now)];
  const hour = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === today.toDateString()) return hour;
  const isThisYear = then.getFullYear() === today.getFullYear();
  const day = then.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    ...(!isThisYear && { year: "numeric" }),
  });
  return `${day} ${hour}`;
}
