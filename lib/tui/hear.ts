/**
 * Takes news of the client into the model: events, the state of the connection, and the
 * outcomes of texts.
 *
 * @module
 */

import { offWords } from "../client/failure_words.ts";
import type { Link, News, Outcome } from "../client/news.ts";
import type { Buffer } from "./buffer.ts";
import { takeFound } from "./found.ts";
import { answerLines } from "./lines.ts";
import type { Model } from "./model.ts";
import { missPast, takePast } from "./past.ts";
import { addLines, receive } from "./receive.ts";

/** Takes one piece of news; `at` is its time. */
export function hear(model: Model, news: News, at: number): void {
  switch (news.type) {
    case "event":
      return receive(model, news.event, news.event.stamp?.time ?? at);
    case "link":
      return change(model, news.link, at);
    case "settled":
      return settle(model, news.id, news.outcome, at);
    case "lag":
      model.lag = { ms: news.ms, isOpen: news.isOpen };
      return;
    case "past":
      return takePast(model, news);
    case "no_past":
      return missPast(model, news);
    case "found":
      return takeFound(model, news, at);
  }
}

function change(model: Model, link: Link, at: number): void {
  const { link: before, buffers } = model;
  model.link = link;
  if (link.phase !== "online") model.lag = undefined;
  if (link.phase === "waiting" && before.phase !== "waiting") notice(model, link.why, at);
  if (link.phase === "off") {
    model.lostFor = link.why;
    lose(model, offWords(link.why), at);
  }
  if (link.phase === "online") {
    if (model.lostFor !== undefined) {
      tell([buffers.first, buffers.current], "*** Connected again", at);
    }
    model.lostFor = undefined;
  }
}

/**
 * Shows the first failure everywhere, another one where the user looks, and the same again only in
 * the status row.
 */
function notice(model: Model, why: string, at: number): void {
  const { lostFor, buffers } = model;
  model.lostFor = why;
  const text = `*** Not connected: ${why}`;
  if (lostFor === undefined) lose(model, text, at);
  else if (lostFor !== why) tell([buffers.first, buffers.current], text, at);
}

/** Notes that the connection is lost: the user is in no channel. */
function lose({ buffers }: Model, text: string, at: number): void {
  const joined = buffers.list.filter(({ isJoined }) => isJoined);
  tell([buffers.first, buffers.current, ...joined], text, at);
  for (const buffer of joined) {
    buffer.isJoined = false;
    buffer.members.clear();
  }
}

function tell(buffers: readonly Buffer[], text: string, at: number): void {
  // These lines do not count as news, so the mark of unread lines stays where it is.
  for (const buffer of new Set(buffers)) {
    for (const line of answerLines(text, at)) buffer.lines.push(line);
  }
}

/** Shows the outcome of a text, unless the server has shown it as an event. */
function settle(model: Model, id: number, outcome: Outcome, at: number): void {
  for (const buffer of model.buffers.list) {
    const text = buffer.pending.find((each) => each.id === id)?.text;
    if (text === undefined) continue;
    buffer.pending = buffer.pending.filter((each) => each.id !== id);
    if (outcome === "taken") continue;
    const words = outcome === "refused"
      ? "Not delivered"
      : "The connection broke, so it is not known whether this arrived";
    addLines(model, buffer, answerLines(`*** ${words}: ${text}`, at));
  }
}
