/**
 * The texts that a user has typed and the server has not confirmed: those that wait for a
 * connection, and those that are under way. It decides which may be sent, and which of them an
 * event confirms or refuses.
 *
 *   add --> waits --> sent --> taken           the server sent it back, or answered a probe behind it
 *             ^        | '---> refused         it was refused, or others behind it came back and it did not
 *             |        '-----> unknown         the connection broke: it may have arrived
 *             '---- taken back                 the connection broke, and it certainly did not arrive
 *
 * 1. MUST keep the order of the texts of one conversation.
 * 2. MUST NOT send a text again that may have arrived.
 * 3. MUST report the outcome of each text, once.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { ClientCommand, Received } from "../protocol/protocol.ts";
import { recipientOf, senderOf } from "./event_parts.ts";
import type { Outcome } from "./news.ts";

/** A command that says something. */
export type Speech = Extract<ClientCommand, { type: "say" | "emote" | "dm" }>;

/** One text. */
export interface OutgoingText {
  /** Its number; later texts have higher ones. */
  readonly id: number;
  /** The command that sends it. */
  readonly command: Speech;
}

interface Sent extends OutgoingText {
  /** The bytes that the connection had been given when this was the last of them. */
  readonly mark: number;
  /** The part that has not come back yet: a server may cut a long text. */
  rest: string;
  /** Whether a part of it has come back. */
  isStarted: boolean;
}

/** The outcome of one text. */
export interface Settled {
  /** The text. */
  readonly text: OutgoingText;
  /** Its outcome. */
  readonly outcome: Outcome;
}

/** Whether `command` says something. */
export function isSpeech(command: ClientCommand): command is Speech {
  return command.type === "say" || command.type === "emote" || command.type === "dm";
}

/** The texts of one user. */
export class Outgoing {
  readonly #fold: (name: string) => string;
  #waiting: OutgoingText[] = [];
  #sent: Sent[] = [];

  /** Two names with the same `fold` are the same channel or user. */
  constructor(fold: (name: string) => string) {
    this.#fold = fold;
  }

  /** Texts that no connection has been given yet. */
  get waiting(): readonly OutgoingText[] {
    return this.#waiting;
  }

  /** Texts that the server has not answered yet. */
  get sent(): readonly OutgoingText[] {
    return this.#sent;
  }

  /** Adds a text behind the others. */
  add(text: OutgoingText): void {
    this.#waiting.push(text);
  }

  /**
   * Takes the first text that waits for a conversation that is `open`; `undefined` when
   * there is none.
   */
  next(open: (command: Speech) => boolean): OutgoingText | undefined {
    const at = this.#waiting.findIndex(({ command }) => open(command));
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  /** Notes that the text was given to the connection, which has been given `mark` bytes so far. */
  hasSent({ id, command }: OutgoingText, mark: number): void {
    this.#sent.push({ id, command, mark, rest: plain(command.text), isStarted: false });
  }

  /** Returns the outcomes that an event of the server shows. `nick` is the user's own. */
  settle(event: Received, nick: string): readonly Settled[] {
    const labelled = this.#labelled(event);
    const isBack = isFrom(event, nick, this.#fold);
    if (labelled !== undefined && (isBack || isRefusal(event))) {
      return this.#settleAt(labelled, isBack ? "taken" : "refused");
    }
    if (isBack) return this.#cameBack(event);
    return isRefusal(event) ? this.#wasRefused(event) : [];
  }

  /** Notes that the server has everything up to the text with the number `id`. */
  confirm(id: number): readonly Settled[] {
    return this.#takeOut((text) => text.id <= id, "taken");
  }

  /** Refuses the texts of a conversation that will not take them any more. */
  refuse(isFor: (command: Speech) => boolean): readonly Settled[] {
    const refused = this.#waiting.filter(({ command }) => isFor(command));
    this.#waiting = this.#waiting.filter(({ command }) => !isFor(command));
    return refused.map((text) => ({ text, outcome: "refused" }));
  }

  /**
   * Notes the end of the connection, whose socket had taken `taken` bytes. Texts behind those wait
   * again; those before them may have arrived.
   */
  lost(taken: number): readonly Settled[] {
    const back = this.#sent.filter(({ mark }) => mark > taken);
    this.#waiting = [...back.map(({ id, command }) => ({ id, command })), ...this.#waiting];
    return this.#takeOut(({ mark }) => mark <= taken, "unknown", () => (this.#sent = []));
  }

  /** Makes texts that have certainly not arrived wait again, before all others. */
  sendAgain(texts: readonly OutgoingText[]): void {
    this.#waiting = [...texts, ...this.#waiting].sort((a, b) => a.id - b.id);
  }

  #labelled({ stamp }: Received): number | undefined {
    if (stamp?.label === undefined) return undefined;
    const at = this.#sent.findIndex(({ id }) => `${id}` === stamp.label);
    return at < 0 ? undefined : at;
  }

  #cameBack(event: ChatEvent & { readonly text: string }): readonly Settled[] {
    const said = plain(event.text);
    const isHere = this.#sent.map((text) => this.#isSameConversation(text.command, event));
    const at = this.#sent.findIndex(({ rest }, i) =>
      isHere[i] && (rest === said || (said !== "" && rest.startsWith(said)))
    );
    const text = this.#sent[at];
    if (text === undefined) return [];
    text.rest = plain(text.rest.slice(said.length));
    text.isStarted = true;
    // The server keeps the order, so it will not send back what was sent before.
    const passed = this.#sent.filter((_, i) => i < at && isHere[i]);
    const settled = passed.flatMap((each) =>
      this.#settleAt(this.#sent.indexOf(each), each.isStarted ? "taken" : "unknown")
    );
    if (text.rest !== "") return settled;
    return [...settled, ...this.#settleAt(this.#sent.indexOf(text), "taken")];
  }

  /**
   * Finds the text that the refusal names, or else the oldest one to the only channel of
   * the dialect.
   */
  #wasRefused(event: ChatEvent): readonly Settled[] {
    const name = refusedName(event);
    const named = this.#sent.findIndex(({ command }) => {
      const target = targetOf(command) ?? "";
      if (name !== undefined) return this.#fold(target) === this.#fold(name);
      return event.type === "notice" && target !== "" && event.text.includes(target);
    });
    const at = named >= 0 || name !== undefined
      ? named
      : this.#sent.findIndex(({ command }) => targetOf(command) === undefined);
    return at < 0 ? [] : this.#settleAt(at, "refused");
  }

  #settleAt(at: number, outcome: Outcome): readonly Settled[] {
    return this.#sent.splice(at, 1).map((text) => ({ text, outcome }));
  }

  #takeOut(
    test: (text: Sent) => boolean,
    outcome: Outcome,
    then: () => void = () => (this.#sent = this.#sent.filter((text) => !test(text))),
  ): readonly Settled[] {
    const out = this.#sent.filter(test);
    then();
    return out.map(({ id, command }) => ({ text: { id, command }, outcome }));
  }

  #isSameConversation(command: Speech, event: ChatEvent): boolean {
    switch (event.type) {
      case "said":
      case "emoted":
        if (command.type !== (event.type === "said" ? "say" : "emote")) return false;
        return this.#fold(command.channel ?? "") === this.#fold(event.channel);
      case "dm":
      case "dm_sent":
        return command.type === "dm" && this.#fold(command.to) === this.#fold(recipientOf(event));
      default:
        return false;
    }
  }
}

/** A text as it may come back: servers remove white space at its ends, and formatting. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, "").trim();
}

/** Whether `event` is something that the user itself said. */
function isFrom(
  event: ChatEvent,
  nick: string,
  fold: (name: string) => string,
): event is Extract<ChatEvent, { type: "said" | "emoted" | "dm" | "dm_sent" }> {
  if (event.type === "dm_sent") return true;
  if (event.type !== "said" && event.type !== "emoted" && event.type !== "dm") return false;
  return fold(senderOf(event)) === fold(nick);
}

/**
 * Refusals of a kick, an invitation or a topic: they say nothing about a text to the same channel.
 */
const OF_NO_TEXT: ReadonlySet<string> = new Set(["not_a_member", "already_member", "not_operator"]);

function isRefusal(event: ChatEvent): boolean {
  if (event.type === "refused") return !OF_NO_TEXT.has(event.refusal.code);
  return event.type === "notice" && event.isAnswer === true;
}

/** The channel or user that a refusal names. */
function refusedName(event: ChatEvent): string | undefined {
  if (event.type === "notice") return event.channel;
  if (event.type !== "refused") return undefined;
  const { refusal } = event;
  if ("channel" in refusal) return refusal.channel;
  return refusal.code === "no_such_nick" ? refusal.nick : undefined;
}

/** The channel or user to whom a command speaks. */
export function targetOf(command: Speech): string | undefined {
  return command.type === "dm" ? command.to : command.channel;
}
