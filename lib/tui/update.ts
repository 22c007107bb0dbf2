/**
 * The only place that changes the model: it applies an input and returns the effects outside the
 * model, in order; `app.ts` carries them out.
 *
 * @module
 */

import { isSlashCommand } from "../client/look.ts";
import type { ClientCommand } from "../protocol/protocol.ts";
import type { News } from "../client/news.ts";
import type { Key } from "../terminal/key.ts";
import { pasteLines } from "../terminal/line_editor.ts";
import type { TerminalSize } from "../terminal/terminal.ts";
import { pressForBuffers } from "./buffer_keys.ts";
import { complete, type Completion, next } from "./completion.ts";
import { enterLine, sayLines } from "./enter.ts";
import { toggleTimes } from "./display.ts";
import { KEY_HELP } from "./key_help.ts";
import { answerLines } from "./lines.ts";
import { type Model, outputArea } from "./model.ts";
import { hear } from "./hear.ts";
import { reachForOlder } from "./past.ts";
import { markRead } from "./read_marks.ts";
import { addLines } from "./receive.ts";
import { scrolled, showsTop } from "./scroll.ts";
import { findAbove, findBelow } from "./search.ts";
import { toVisible } from "./visible.ts";

/** An input; `at` is its time, in milliseconds of `Date.now`. */
export type Input =
  | { readonly type: "keys"; readonly keys: readonly Key[]; readonly at: number }
  | { readonly type: "news"; readonly news: readonly News[]; readonly at: number }
  | { readonly type: "resized"; readonly size: TerminalSize };

/** An effect outside the model. */
export type Effect =
  /** Send a command; of a text, the news will say what became of the one with this number. */
  | { readonly type: "send"; readonly command: ClientCommand; readonly id: number }
  /** Draw the whole screen again. */
  | { readonly type: "redraw" }
  /** Make the connection again, or end it. */
  | { readonly type: "reconnect" | "disconnect" }
  | { readonly type: "quit" };

const WHEEL_ROWS = 3;
const TAB = "    ";

/** Applies an input; keys that follow a `quit` have no effect. */
export function update(model: Model, input: Input): Effect[] {
  const effects: Effect[] = [];
  const before = model.buffers.current;
  switch (input.type) {
    case "keys":
      for (const key of input.keys) {
        // One call each: a paste can have more lines than a call may have arguments.
        for (const effect of press(model, key, input.at)) effects.push(effect);
        if (effects.at(-1)?.type === "quit") break;
      }
      markRead(model, before, input.at, effects.at(-1)?.type === "quit");
      break;
    case "news":
      for (const news of input.news) hear(model, news, input.at);
      break;
    case "resized":
      model.size = input.size;
  }
  // Behind a quit nothing is sent.
  const quit = effects.at(-1)?.type === "quit" ? effects.pop() : undefined;
  for (const command of model.asks.splice(0)) {
    effects.push({ type: "send", command, id: ++model.lastId });
  }
  if (quit !== undefined) effects.push(quit);
  // The lowest shown line may have been dropped, and the input may need more rows.
  if (model.buffers.current.lookBack !== undefined) scroll(model, 0);
  return effects;
}

function press(model: Model, key: Key, at: number): Effect[] {
  if (key.type === "wheel") return scroll(model, key.direction === "up" ? -WHEEL_ROWS : WHEEL_ROWS);
  if (key.type === "key" && key.name === "ctrl+c") return interrupt(model);
  model.leaving = false;
  const isSearching = model.buffers.current.editor.prompt !== undefined;
  if (isSearching && endsOnlySearch(key)) return edit(model, key, at);
  if (key.type === "key") {
    const effects = pressAnywhere(model, key.name, at);
    if (effects !== undefined) return effects;
  }
  if (model.question !== undefined) return answer(model, key, at);
  if (key.type === "key" && !isSearching && pressForBuffers(model, key.name)) return [];
  if (key.type === "key" && (key.name === "tab" || key.name === "shift+tab")) {
    return tab(model, key.name === "tab" ? 1 : -1);
  }
  model.completion = undefined;
  if (key.type === "key" && key.name === "escape") return scrollToEnd(model);
  if (key.type === "paste") return paste(model, key.text);
  return edit(model, key, at);
}

/** The effects of a key with a fixed meaning; `undefined` for any other key. */
function pressAnywhere(model: Model, name: string, at: number): Effect[] | undefined {
  const page = () => Math.max(1, outputArea(model, true).height - 1);
  switch (name) {
    case "ctrl+l":
      return [{ type: "redraw" }];
    case "f2":
      toggleTimes(model.display, model.size);
      return [];
    case "f3":
      model.display.folds = !model.display.folds;
      return [];
    case "f4":
      findAbove(model, "", at);
      return [];
    case "shift+f4":
      findBelow(model, at);
      return [];
    case "f1":
      addLines(model, model.buffers.current, answerLines(KEY_HELP, at));
      return scrollToEnd(model);
    case "pageup":
      return scroll(model, -page());
    case "pagedown":
      return scroll(model, page());
    case "alt+n":
      return scrollToNew(model);
    case "ctrl+home":
      return scroll(model, -Infinity);
    case "ctrl+end":
      return scrollToEnd(model);
    default:
      return undefined;
  }
}

/** Ctrl-C ends a search or a question; a draft is lost only at the second one. */
function interrupt(model: Model): Effect[] {
  const { editor } = model.buffers.current;
  if (editor.prompt !== undefined) editor.apply({ type: "key", name: "ctrl+c" });
  else if (model.question !== undefined) model.question = undefined;
  else if (model.leaving || editor.text.trim() === "") return [{ type: "quit" }];
  else model.leaving = true;
  return [];
}

/** Whether a key, which means something else elsewhere, belongs to the search under way. */
function endsOnlySearch(key: Key): boolean {
  return key.type === "paste" || (key.type === "key" && key.name === "escape");
}

function edit(model: Model, key: Key, at: number): Effect[] {
  const { editor } = model.buffers.current;
  switch (editor.apply(key)) {
    case "entered":
      return enterLine(model, editor.take(), at);
    case "ended":
      return [{ type: "quit" }];
    default:
      return [];
  }
}

/** Inserts a paste of one line; asks before it sends several. */
function paste(model: Model, text: string): Effect[] {
  const { editor } = model.buffers.current;
  const before = editor.text.slice(0, editor.cursor);
  const lines = pasteLines(text).map(cleanLine);
  if (lines.filter((line) => line !== "").length > 1 && !isSlashCommand(before)) {
    const last = lines.length - 1;
    lines[0] = before + lines[0];
    lines[last] += editor.text.slice(editor.cursor);
    model.question = { lines: lines.filter((line) => line.trim() !== "") };
    return [];
  }
  // After a command the lines become one, because all of them belong to the command's argument.
  editor.insert(lines.filter((line) => line !== "").join(" "));
  return [];
}

function cleanLine(line: string): string {
  return toVisible(line.replaceAll("\t", TAB)).trimEnd();
}

/**
 * Answers the question about a paste. Its lines are chat, even with a slash: nobody pastes
 * commands among chat.
 */
function answer(model: Model, key: Key, at: number): Effect[] {
  const { question } = model;
  const word = key.type === "text" ? key.text.charAt(0).toLowerCase() : "";
  const refused = word === "n" || (key.type === "key" && key.name === "escape");
  if (question === undefined || !(refused || word === "y" || word === "e")) return [];
  model.question = undefined;
  if (refused) return [];
  const { current } = model.buffers;
  current.editor.replace(
    0,
    current.editor.text.length,
    word === "e" ? question.lines.join("\n") : "",
  );
  if (word === "e") return [];
  scrollToEnd(model);
  return sayLines(model, question.lines, at);
}

function tab(model: Model, step: 1 | -1): Effect[] {
  const { completion, buffers: { current: { editor } } } = model;
  const chosen = completion === undefined
    ? complete(editor, vocabularyOf(model))
    : next(completion, step);
  if (chosen === undefined) return [];
  const word = chosen.words[chosen.index] as string;
  editor.replace(chosen.start, chosen.end, word);
  model.completion = chosen satisfies Completion;
  return [];
}

/**
 * Those who are in the channel stand before all others, and recent speakers before those
 * who are silent.
 */
function vocabularyOf({ look, roster, nick, buffers: { current } }: Model) {
  const { members } = current;
  const known = roster.nicks;
  const silent = members.names.filter((each) => !roster.has(each)).sort();
  const here = known.filter((each) => members.has(each));
  const others = known.filter((each) => !members.has(each));
  const partner = current.kind === "query" ? [current.name] : [];
  const nicks = [...new Set([...partner, ...here, ...silent, ...others])];
  return { look, nicks: nicks.filter((each) => each !== nick), channels: roster.channels };
}

function scroll(model: Model, rows: number): Effect[] {
  const { current } = model.buffers;
  const { lines, lookBack } = current;
  const bottom = scrolled(lines, outputArea(model, true), lookBack?.bottom, rows);
  const unseen = Math.max(lookBack?.unseen ?? lines.end, (bottom?.line ?? 0) + 1);
  current.lookBack = bottom === undefined ? undefined : { bottom, unseen };
  if (rows < 0 && showsTop(lines, outputArea(model, bottom !== undefined), bottom)) {
    reachForOlder(model);
  }
  return [];
}

function scrollToEnd(model: Model): Effect[] {
  model.found = undefined;
  model.buffers.current.lookBack = undefined;
  return [];
}

/** Shows the first line that came while its user looked elsewhere, or further up, at the top. */
function scrollToNew(model: Model): Effect[] {
  const { current } = model.buffers;
  const { firstUnread, lines, lookBack } = current;
  const number = firstUnread ?? lookBack?.unseen ?? lines.end;
  if (number >= lines.end) return [];
  const area = outputArea(model, true);
  const first = { line: Math.max(number, lines.start), row: 0 };
  const bottom = scrolled(lines, area, first, Math.max(0, area.height - 1));
  const unseen = Math.max(lookBack?.unseen ?? lines.end, (bottom?.line ?? 0) + 1);
  current.lookBack = bottom === undefined ? undefined : { bottom, unseen };
  return [];
}
