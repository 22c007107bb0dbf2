/**
 * Carries out an entered line: in the model, or as an effect.
 *
 * @module
 */

import { type OwnEvent, ownEvent } from "../client/event_parts.ts";
import { isSlashCommand, type LineAction } from "../client/look.ts";
import { speak } from "../client/slash_look.ts";
import type { ClientCommand } from "../protocol/protocol.ts";
import { typingPlace } from "./buffer.ts";
import { toggleTimes } from "./display.ts";
import { searchFor } from "./found.ts";
import { KEY_HELP } from "./key_help.ts";
import { answerLines, pendingLine, typedLine } from "./lines.ts";
import type { Model } from "./model.ts";
import { forgetPast, reachForOlder } from "./past.ts";
import { addLines, placesOf } from "./receive.ts";
import { findAbove } from "./search.ts";
import type { Effect } from "./update.ts";
import { toVisible } from "./visible.ts";

/** Carries out a draft that was entered into the buffer on the screen. */
export function enterLine(model: Model, text: string, at: number): Effect[] {
  const { current } = model.buffers;
  current.lookBack = undefined;
  current.firstUnread = undefined;
  const isCommand = isSlashCommand(text);
  if (text.includes("\n") && !isCommand) return sayLines(model, text.split("\n"), at);
  // The lines of a command become one, because all of them belong to its argument.
  const line = text.replaceAll("\n", " ");
  const action = model.look.readTyped(line, typingPlace(current, model.look.hasChannels));
  const isRequest = action.do === "send" && ownEvent(action.command, model.nick) === undefined;
  if (isRequest && isCommand && model.look.showsRequests === true) {
    addLines(model, current, [typedLine(line, at)]);
  }
  return carryOut(model, action, at);
}

/** Says each line as one message, also with a slash; blank lines say nothing. */
export function sayLines(model: Model, lines: readonly string[], at: number): Effect[] {
  const place = typingPlace(model.buffers.current, model.look.hasChannels);
  const texts = lines.filter((line) => line.trim() !== "");
  return texts.flatMap((text) => carryOut(model, speak(text, place), at));
}

/** Carries out the action of a line. */
function carryOut(model: Model, action: LineAction, at: number): Effect[] {
  const { buffers } = model;
  switch (action.do) {
    case "send":
      return send(model, action.command, at);
    case "answer":
      addLines(model, buffers.current, answerLines(action.text, at));
      return [];
    case "help":
      addLines(model, buffers.current, answerLines(`${action.text}\n${KEY_HELP}`, at));
      return [];
    case "query":
      buffers.go(buffers.open("query", toVisible(action.nick)));
      if (buffers.current.lines.start === buffers.current.lines.end) reachForOlder(model);
      return [];
    case "close":
      buffers.close(buffers.current);
      return [];
    case "search":
      return search(model, action, at);
    case "clear":
      buffers.current.lines.clear();
      forgetPast(buffers.current);
      return [];
    case "times":
      toggleTimes(model.display, model.size);
      return [];
    case "reconnect":
    case "disconnect":
      return [{ type: action.do }];
    case "nothing":
      return [];
    case "quit":
      return [{ type: "quit" }];
  }
}

/**
 * Asks the server, if it may search; without words, finds the next line that holds the last ones.
 */
function search(
  model: Model,
  { text, everywhere }: Extract<LineAction, { do: "search" }>,
  at: number,
): Effect[] {
  const command = searchFor(model, text, everywhere === true);
  if (command !== undefined) return [{ type: "send", command, id: ++model.lastId }];
  findAbove(model, text, at);
  return [];
}

function send(model: Model, command: ClientCommand, at: number): Effect[] {
  const { buffers, look } = model;
  const id = ++model.lastId;
  const own = ownEvent(command, model.nick);
  if (own !== undefined) addPending(model, own, id, at);
  if (command.type === "join" && command.channel !== undefined) {
    const name = toVisible(command.channel);
    const open = buffers.find("channel", name);
    if (open?.isJoined === true) buffers.go(open);
    else model.wanted.add(look.fold(name));
  }
  const isEntering = command.type === "join" || command.type === "create";
  if (isEntering && command.channel !== undefined && look.refusesEntry !== undefined) {
    model.nameBefore = buffers.first.name;
    buffers.first.name = toVisible(command.channel);
  }
  if (command.type === "part" && command.channel !== undefined && look.hasChannels) {
    model.parting.add(look.fold(toVisible(command.channel)));
  }
  return [{ type: "send", command, id }];
}

/** Shows a text as pending, in its conversation. */
function addPending(model: Model, own: OwnEvent, id: number, at: number): void {
  for (const buffer of placesOf(model, own)) {
    const line = pendingLine(own, model.look, at);
    buffer.pending = [...buffer.pending, { id, line, text: own.text }];
  }
}
