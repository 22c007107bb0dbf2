/**
 * The only place that changes the model: it applies an input and returns the effects outside the model, in order;
 * `app.ts` carries them out.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { saidEvent } from "../client/event_parts.ts";
import { isSlashCommand } from "../client/look.ts";
import type { Key } from "../terminal/key.ts";
import { pasteLines } from "../terminal/line_editor.ts";
import type { TerminalSize } from "../terminal/terminal.ts";
import { KEY_HELP } from "./key_help.ts";
import { complete, type Completion, next } from "./completion.ts";
import { answerLines, eventLines, type Line, typedLine } from "./lines.ts";
import { type Model, outputArea } from "./model.ts";
import { scrolled } from "./scroll.ts";
import { toVisible } from "./visible.ts";

/** An input; `at` is its time, in milliseconds of `Date.now`. */
export type Input =
  | { readonly type: "keys"; readonly keys: readonly Key[]; readonly at: number }
  | { readonly type: "events"; readonly events: readonly ChatEvent[]; readonly at: number }
  /** The client answers a command itself. */
  | { readonly type: "answer"; readonly text: string; readonly at: number }
  | { readonly type: "resized"; readonly size: TerminalSize };

/** An effect outside the model. */
export type Effect =
  /** Read and send a line in the protocol's own language. */
  | { readonly type: "enter"; readonly line: string }
  /** Send a text as chat, even if it begins with a slash. */
  | { readonly type: "say"; readonly text: string }
  /** Draw the whole screen again. */
  | { readonly type: "redraw" }
  | { readonly type: "quit" };

const WHEEL_ROWS = 3;
const TAB = "    ";

/** Applies an input; keys that follow a `quit` have no effect. */
export function update(model: Model, input: Input): Effect[] {
  const effects: Effect[] = [];
  switch (input.type) {
    case "keys":
      for (const key of input.keys) {
        // One call each: a paste can have more lines than a call may have arguments.
        for (const effect of press(model, key, input.at)) effects.push(effect);
        if (effects.at(-1)?.type === "quit") break;
      }
      break;
    case "events":
      for (const event of input.events) {
        model.roster.notice(event);
        addLines(model, eventLines(event, model.look, input.at));
      }
      break;
    case "answer":
      addLines(model, answerLines(input.text, input.at));
      break;
    case "resized":
      model.size = input.size;
  }
  // The lowest shown line may have been dropped, and the input may need more rows.
  if (model.lookBack !== undefined) scroll(model, 0);
  return effects;
}

function press(model: Model, key: Key, at: number): Effect[] {
  if (key.type === "wheel") return scroll(model, key.direction === "up" ? -WHEEL_ROWS : WHEEL_ROWS);
  if (key.type === "key" && key.name === "ctrl+c") return interrupt(model);
  model.leaving = false;
  if (model.editor.prompt !== undefined && endsOnlySearch(key)) return edit(model, key, at);
  if (key.type === "key") {
    const effects = pressAnywhere(model, key.name, at);
    if (effects !== undefined) return effects;
  }
  if (model.question !== undefined) return answer(model, key, at);
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
      model.times = !model.times;
      return [];
    case "f1":
      addLines(model, answerLines(KEY_HELP, at));
      return scrollToEnd(model);
    case "pageup":
      return scroll(model, -page());
    case "pagedown":
      return scroll(model, page());
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
  const { editor } = model;
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
  const { editor } = model;
  switch (editor.apply(key)) {
    case "entered":
      return enter(model, editor.take(), at);
    case "ended":
      return [{ type: "quit" }];
    default:
      return [];
  }
}

function enter(model: Model, text: string, at: number): Effect[] {
  scrollToEnd(model);
  const isCommand = isSlashCommand(model.look, text);
  if (text.includes("\n") && !isCommand) return sayLines(model, text.split("\n"), at);
  // The lines of a command become one, because all of them belong to its argument.
  const line = text.replaceAll("\n", " ");
  if (!model.echoed && line.trim() !== "") {
    addLines(
      model,
      isCommand ? [typedLine(line, at)] : saidLines(model, line, at),
    );
  }
  return [{ type: "enter", line }];
}

/** Says each line as one message, except blank ones. */
function sayLines(model: Model, lines: readonly string[], at: number): Effect[] {
  const texts = lines.filter((line) => line.trim() !== "");
  if (!model.echoed) texts.forEach((text) => addLines(model, saidLines(model, text, at)));
  return texts.map((text) => ({ type: "say", text }));
}

/** The lines that an echoing server would have sent back. */
function saidLines(model: Model, text: string, at: number): Line[] {
  return eventLines(saidEvent(model.nick, text), model.look, at);
}

/** Inserts a paste of one line; asks before it sends several. */
function paste(model: Model, text: string): Effect[] {
  const { editor } = model;
  const before = editor.text.slice(0, editor.cursor);
  const lines = pasteLines(text).map(cleanLine);
  if (lines.filter((line) => line !== "").length > 1 && !isSlashCommand(model.look, before)) {
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

/** Answers the question about a paste. Its lines are chat, even with a slash: nobody pastes commands among chat. */
function answer(model: Model, key: Key, at: number): Effect[] {
  const { editor, question } = model;
  const word = key.type === "text" ? key.text.charAt(0).toLowerCase() : "";
  const refused = word === "n" || (key.type === "key" && key.name === "escape");
  if (question === undefined || !(refused || word === "y" || word === "e")) return [];
  model.question = undefined;
  if (refused) return [];
  editor.replace(0, editor.text.length, word === "e" ? question.lines.join("\n") : "");
  if (word === "e") return [];
  scrollToEnd(model);
  return sayLines(model, question.lines, at);
}

function tab(model: Model, step: 1 | -1): Effect[] {
  const { completion } = model;
  const chosen = completion === undefined
    ? complete(model.editor, vocabularyOf(model))
    : next(completion, step);
  if (chosen === undefined) return [];
  const word = chosen.words[chosen.index] as string;
  model.editor.replace(chosen.start, chosen.end, word);
  model.completion = chosen satisfies Completion;
  return [];
}

function vocabularyOf({ look, roster, nick }: Model) {
  const nicks = roster.nicks.filter((each) => each !== nick);
  return { look, nicks, channels: roster.channels };
}

function addLines(model: Model, lines: readonly Line[]): void {
  lines.forEach((line) => model.lines.push(line));
}

function scroll(model: Model, rows: number): Effect[] {
  const { lines, lookBack } = model;
  const bottom = scrolled(lines, outputArea(model, true), lookBack?.bottom, rows);
  const unseen = Math.max(lookBack?.unseen ?? lines.end, (bottom?.line ?? 0) + 1);
  model.lookBack = bottom === undefined ? undefined : { bottom, unseen };
  return [];
}

function scrollToEnd(model: Model): Effect[] {
  model.lookBack = undefined;
  return [];
}
