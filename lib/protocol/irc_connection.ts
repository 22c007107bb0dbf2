/**
 * The state of an IRC connection: its capabilities, its user, and the command that is being
 * answered. The handlers of the commands and the encoders of the replies share it.
 *
 * @module
 */

import { foldHandle } from "../chat/handles.ts";
import type { ChannelSearch } from "../chat/query.ts";
import type { HistoryAsk } from "../chat/history.ts";
import { utf8Length } from "../chat/names.ts";
import { fullName, type Person } from "../chat/person.ts";
import type { Login, Proven } from "../accounts/login.ts";
import { capabilitiesOf, CapNegotiation } from "./irc_caps.ts";
import { LabelledReply, labelOf } from "./irc_labelled_reply.ts";
import { formatBody, type IrcMessage, NO_TAGS, type Tags } from "./irc_message.ts";
import type { OpenBatch } from "./irc_multiline.ts";
import { formatChannelName } from "./irc_names.ts";
import { formatNumeric, formatStandardReply, NO_NICK, type NumericName } from "./irc_numerics.ts";
import type { NumericParams } from "./irc_numerics.ts";
import { serviceNotice } from "./irc_service_notice.ts";
import type { WhoQuery } from "./irc_who.ts";
import type { SaslExchange } from "./irc_sasl.ts";
import { dialectOf } from "./irc_tags.ts";
import { Answer, ReplyUnit } from "./irc_unit.ts";
import type { DialectQuota, ServerFacts, Step } from "./protocol.ts";

/** Carries out one command of a client. */
export type Handler = (message: IrcMessage, irc: IrcConnection) => Steps;

/** Steps, or nothing. */
export type Steps = Step | readonly Step[] | undefined;

/** One command. */
export interface CommandRow {
  /** Parameters that it needs; with fewer, the answer is 461. */
  readonly least: number;
  /** Whether it may come before the registration. */
  readonly isEarly?: true;
  /** Carries it out. */
  readonly run: Handler;
}

/** Commands by their names in upper case. */
export type CommandTable = ReadonlyMap<string, CommandRow>;

/** The registration as far as the client has sent it. */
export interface Draft {
  /** A nick that the server has not refused. */
  nick?: string;
  /** With its `~`. */
  username?: string;
  /** The real name. */
  realname?: string;
  /** The parameter of PASS. */
  password?: string;
}

/**
 * The most markers that a connection keeps: those of an account, and of channels that it is
 * about to enter.
 */
const MOST_MARKERS = 600;

/** The state of one connection. */
export class IrcConnection {
  /** The facts about the server. */
  readonly facts: ServerFacts;
  /** The accounts; left out where there are none. */
  readonly login: Login | undefined;
  /** The capabilities of the client. */
  readonly caps: CapNegotiation;
  /** The registration as far as the client has sent it. */
  readonly draft: Draft = {};
  /** Who the user is; `undefined` until it is registered. */
  person: Person | undefined;
  /** The account that the client has logged in to before it is registered. */
  proven: Proven | undefined;
  /** The SASL exchange that is under way. */
  sasl: SaslExchange | undefined;
  /** Whether the user is an operator of the server. */
  isOperator = false;
  /** Whether nothing more is expected of the client. */
  isDone = false;
  /** The command that is being answered, in upper case. */
  command = "";
  /** What the last WHO asked for. */
  whoQuery: WhoQuery | undefined;
  /** What the last LIST asked for. */
  listed: ChannelSearch = {};
  /** A message of several lines that the client has begun to send. */
  batch: OpenBatch | undefined;
  /**
   * Up to when the user has read channels that it is about to enter, by their names on the wire.
   */
  readonly markers = new Map<string, number | undefined>();
  /** Keys of metadata whose changes the client wants to learn of. */
  readonly subscribed = new Set<string>();
  // Whose name was measured last.
  #measured: Person | undefined;
  #sourceBytes = NO_NICK.length;
  #unit = new ReplyUnit();
  #isWaiting = false;
  #batches = 0;

  /** Begins without a registration. */
  constructor(facts: ServerFacts, login?: Login, quota?: DialectQuota) {
    this.facts = facts;
    this.login = login;
    this.caps = new CapNegotiation(
      capabilitiesOf(facts, login),
      (enabled) => quota?.take(dialectOf(enabled)) ?? true,
    );
  }

  /** Where it comes from: the network of its address. */
  get network(): string {
    return this.login?.network ?? "";
  }

  /** The name by which the server addresses the client. */
  get nick(): string {
    return this.person?.handle ?? NO_NICK;
  }

  /** The source of the user's messages: `nick!username@host`. */
  get source(): string {
    return this.person === undefined ? NO_NICK : fullName(this.person);
  }

  /** Its size in bytes. */
  get sourceBytes(): number {
    if (this.#measured !== this.person) {
      this.#measured = this.person;
      this.#sourceBytes = utf8Length(this.source);
    }
    return this.#sourceBytes;
  }

  /**
   * The unit that takes what is sent now. While the answer waits for something, other lines are
   * no part of it.
   */
  get unit(): ReplyUnit {
    return this.#isWaiting ? UNLABELLED : this.#unit;
  }

  /** Begins to answer a command. */
  begin({ command, tags }: IrcMessage): void {
    this.command = command;
    this.service = undefined;
    const label = this.caps.has("labeled-response") ? labelOf(tags) : undefined;
    if (label !== undefined) this.#beginLabelled(label);
  }

  #beginLabelled(label: string): void {
    this.#unit = new ReplyUnit(new LabelledReply(this.facts.name, label, this.nextBatch()));
  }

  /** Keeps the label of a batch that begins: its answer comes when the batch ends. */
  postponeAnswer(): void {
    this.#unit = UNLABELLED;
  }

  /** Begins the answer to the command that had the label among `tags`. */
  resumeAnswer(tags: Tags): void {
    const label = this.caps.has("labeled-response") ? labelOf(tags) : undefined;
    if (label !== undefined) this.#beginLabelled(label);
  }

  /** Up to when the user has read `channel`, which it enters now, as far as that was asked for. */
  takeMarker(channel: string): number | undefined {
    const key = foldHandle(channel);
    const at = this.markers.get(key);
    this.markers.delete(key);
    return at;
  }

  /**
   * Up to when the user has read a channel that it, or another connection of it, is about to enter.
   */
  noteMarker(channel: string, at: number | undefined): void {
    const key = foldHandle(channel);
    this.markers.delete(key);
    this.markers.set(key, at);
    if (this.markers.size <= MOST_MARKERS) return;
    // What another connection has asked for and was refused is never taken.
    const [first] = this.markers.keys();
    this.markers.delete(first as string);
  }

  /** An id that no batch of this connection has had. */
  nextBatch(): string {
    return (this.#batches++).toString(36);
  }

  /** The command has been answered: returns the rest of the answer. */
  finish(): string {
    const last = this.#unit.finish();
    this.command = "";
    this.#unit = UNLABELLED;
    return last;
  }

  /** A numeric reply to this client, as the body of a line. */
  numeric<N extends NumericName>(name: N, ...params: NumericParams<N>): string {
    return formatNumeric(this.facts.name, this.nick, name, ...params);
  }

  /** A step that sends a numeric. */
  reply<N extends NumericName>(name: N, ...params: NumericParams<N>): Answer {
    return this.answer(() => [this.numeric(name, ...params)]);
  }

  /** A step that sends the lines with the bodies that `make` returns when it is taken. */
  answer(make: () => readonly string[]): Answer {
    const unit = this.#unit;
    return new Answer(() => make().map((body) => unit.add({ tags: NO_TAGS, body })).join(""));
  }

  /** A step that says that the current command failed (IRCv3 standard-replies). */
  fail(code: string, description: string, ...context: readonly string[]): Answer {
    const { command } = this;
    const name = command === "" ? "*" : command;
    return this.answer(() => [
      formatStandardReply(this.facts.name, "FAIL", name, code, context, description),
    ]);
  }

  /** A step that asks the history; `recalled` must be called when its answer is there. */
  recall(ask: HistoryAsk): Step {
    this.#isWaiting = true;
    return ask;
  }

  /** Notes that the history has answered. */
  recalled(): void {
    this.#isWaiting = false;
  }

  /** The moment since which the user has missed messages, if its client cannot ask for them. */
  missedSince: number | undefined;

  /** A step that sends what the user has missed. */
  missed(): Step {
    return new LaterWait(() => {
      const { missedSince: since } = this;
      this.missedSince = undefined;
      return Promise.resolve(since === undefined ? [] : [this.recall({ type: "missed", since })]);
    });
  }

  /** The command that goes on with a search of which a part was answered. */
  next: Step | undefined;

  /** A decision about a channel, or else about the user's account, until it is known to be kept. */
  confirmed: { readonly channel?: string; readonly text: string } | undefined;
  /** The service that the command is for, if it is for one. */
  service: string | undefined;

  /** A step that waits until what was registered is kept, and then says so. */
  kept(): Step {
    return new LaterWait(() => this.#confirm());
  }

  async #confirm(): Promise<readonly Step[]> {
    const { confirmed } = this;
    this.confirmed = undefined;
    if (confirmed === undefined) return [];
    const isKept = await this.login?.areChannelsKept() ?? true;
    return [this.answer(() => [confirmation(confirmed, isKept, this)])];
  }

  /** A step that waits for `result`, and then takes the steps that `next` makes of it. */
  wait<Result>(result: Promise<Result>, next: (result: Result) => readonly Step[]): Step {
    this.#isWaiting = true;
    const resume = new Answer(() => {
      this.#isWaiting = false;
      return "";
    });
    return { type: "wait", steps: result.then((value) => [resume, ...next(value)]) };
  }
}

/** The unit of lines without a label. It has no state that lines could change. */
const UNLABELLED = new ReplyUnit();

/** A step that asks only when it is reached, after the chat has done the steps before it. */
class LaterWait {
  readonly type = "wait";
  readonly #ask: () => Promise<readonly Step[]>;

  constructor(ask: () => Promise<readonly Step[]>) {
    this.#ask = ask;
  }

  get steps(): Promise<readonly Step[]> {
    return this.#ask();
  }
}

function confirmation(
  { channel, text }: { readonly channel?: string; readonly text: string },
  isKept: boolean,
  irc: IrcConnection,
): string {
  if (channel === undefined) return serviceNotice("NickServ", isKept ? text : NOT_KEPT, irc);
  const name = formatChannelName(channel) ?? "*";
  if (irc.command === CHANREG) {
    return isKept
      ? formatBody(irc.facts.name, CHANREG, ["SUCCESS", name], text)
      : formatStandardReply(
        irc.facts.name,
        "FAIL",
        CHANREG,
        "TEMPORARILY_UNAVAILABLE",
        [name],
        NOT_KEPT,
      );
  }
  return serviceNotice("ChanServ", isKept ? text : `${name}: ${NOT_KEPT}`, irc);
}

/** The command that registers a channel for programs. */
export const CHANREG = "CHANREG";
const NOT_KEPT = "That could not be written down, and will be lost when the server ends";
