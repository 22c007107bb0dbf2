/**
 * One honest client's view, held against the logs of the channels that it was in: it must receive exactly
 * what happened there between its own joining and its own leaving, in that order, and the answers to its
 * requests exactly where they belong among it.
 *
 *   log of a channel:   .. [own joined] x x x [own left] ..      what its dialect tells of the x, once
 *
 * Nothing is tolerated. Only what was still on its way when a client closed by itself is not missed.
 *
 * @module
 */

import { reads } from "../../tests/support/chat_model.ts";
import type { Dialect, Happening, Told, Wire } from "../../tests/support/wire/wire.ts";
import { WIRES } from "../../tests/support/wire/wires.ts";
import type { ChannelLog, Entry, LogReader } from "./channel_log.ts";
import { Strangers } from "./strangers.ts";
import { PATIENCE_MS, Violation } from "./violation.ts";

/** An answer that is to come. */
interface Due {
  /** `undefined` for the names of the channel's members. */
  readonly text: string | undefined;
  /** How many own happenings come before it. */
  readonly own: number;
  readonly at: number;
}

/** How a client ended its connection: this decides whether what was in flight is lost. */
export type Ending = "dropped" | "complete";

/** How many steps of a client its trace goes back. */
const TRACE_LENGTH = 40;
/** Characters of a text that a message quotes. */
const LONGEST_QUOTE = 60;

/** What one client, from one connection to its end, has asked, and what it has received. */
export class View implements LogReader {
  /** Its name; no other client ever has it. */
  readonly nick: string;
  /** What it speaks. */
  readonly dialect: Dialect;
  /** How many right things it has received. */
  deliveries = 0;
  readonly #wire: Wire;
  readonly #strangers: Strangers;
  readonly #logs: ReadonlyMap<string, ChannelLog>;
  readonly #isEchoed: boolean;
  readonly #trace: string[] = [];
  // What it has asked for.
  #channel: ChannelLog | undefined;
  #asked = 0;
  readonly #visits: ChannelLog[] = [];
  readonly #due: Due[] = [];
  #onAnswered: (() => void) | undefined;
  // What has come, and how far in the logs it has been found right.
  readonly #received: string[] = [];
  #receivedAt = 0;
  #visit: ChannelLog | undefined;
  #position = 0;
  // How many messages of the present entry have come, or characters of it: a long text is cut.
  #parts = 0;
  #passed = 0;
  #ending: Ending | undefined;
  #done = false;

  /**
   * `logs` by the channels' names; `strangers` are the hostile users of the run. With `isEchoed` it has asked to be sent
   * what it says itself.
   */
  constructor(
    nick: string,
    dialect: Dialect,
    logs: ReadonlyMap<string, ChannelLog>,
    strangers: Strangers = new Strangers(),
    isEchoed = false,
  ) {
    this.nick = nick;
    this.dialect = dialect;
    this.#wire = WIRES[dialect];
    this.#logs = logs;
    this.#strangers = strangers;
    this.#isEchoed = isEchoed;
  }

  /** Name of the channel that it has asked to be in, as the last thing. */
  get channel(): string | undefined {
    return this.#channel?.name;
  }

  /** How far in the log of the channel that its view is in. */
  get position(): number {
    return this.#position;
  }

  /** Whether nothing more can be found out about it. */
  get done(): boolean {
    return this.#done;
  }

  /** Its last steps, the oldest first. */
  get trace(): readonly string[] {
    return this.#trace;
  }

  /** It asks to be in `channel`. */
  joins(channel: string): void {
    this.#leave();
    const log = this.#logs.get(channel);
    if (log === undefined) throw new RangeError(`There is no channel "${channel}"`);
    this.#channel = log;
    this.#visits.push(log);
    this.#cause("joined");
  }

  /** It speaks. */
  speaks(what: "said" | "emoted", text: string): void {
    this.#cause(what, text);
  }

  /** It has asked for something that is answered with `text`, or with the names of the members. */
  awaits(text: string | undefined): void {
    this.#note(`asks for "${text ?? "names"}"`);
    this.#due.push({ text, own: this.#asked, at: performance.now() });
  }

  /** Resolves when there is an answer to everything that was asked. */
  answered(): Promise<void> {
    if (this.#due.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onAnswered = resolve);
  }

  /** It is about to leave the server. */
  quits(): void {
    this.#leave();
  }

  /** Its connection has ended as intended. */
  ended(ending: Ending): void {
    this.#note(`ended, ${ending}`);
    this.#ending = ending;
    this.advance();
  }

  /** The texts of these messages have come. */
  receives(texts: readonly string[]): void {
    if (texts.length === 0) return;
    for (const text of texts) this.#note(`< ${text}`);
    if (this.#received.length === 0) this.#receivedAt = performance.now();
    this.#received.push(...texts);
    this.advance();
  }

  /**
   * Goes on comparing, as far as the log and what has come allow.
   *
   * @throws {Violation} when they differ.
   */
  advance(): void {
    let taken = 0;
    while (taken < this.#received.length && this.#take(this.#received[taken] as string)) taken++;
    if (taken > 0) {
      this.#received.splice(0, taken);
      this.#receivedAt = performance.now();
      if (this.#due.length === 0) this.#onAnswered?.();
    }
    if (this.#ending !== undefined && this.#received.length === 0) this.#finish(this.#ending);
  }

  /** Whether it has received everything that the logs hold for it, and every answer. */
  get settled(): boolean {
    return this.#done ||
      this.#received.length === 0 && this.#due.length === 0 && this.#nextTold() === undefined &&
        this.#visits.length === 0;
  }

  /**
   * Looks for what is overdue at the time `now`.
   *
   * @throws {Violation} when something is.
   */
  checkOverdue(now: number): void {
    if (this.#done) return;
    const late = now - PATIENCE_MS;
    const [first] = this.#received;
    if (first !== undefined && this.#receivedAt < late) {
      this.#fail(`received "${start(first)}", which nobody else received`);
    }
    const due = this.#due[0];
    if (due !== undefined && due.at < late) this.#fail(`never got the answer "${due.text}"`);
    const next = first === undefined ? this.#nextTold() : undefined;
    if (next !== undefined && next.at < late) this.#fail(`never received ${describe(next)}`);
  }

  /** Whether `text` could be compared; throws when it is wrong. */
  #take(text: string): boolean {
    return this.#wire.isReply(text) ? this.#takeReply(text) : this.#takeEvent(text);
  }

  #takeReply(text: string): boolean {
    const due = this.#due[0];
    if (due === undefined) this.#fail(`received "${start(text)}", but had asked nothing`);
    while (this.#passed < due.own) {
      const entry = this.#peek();
      if (entry === undefined) return false;
      if (this.#isTold(entry)) {
        this.#fail(`got the answer "${start(text)}" before it received ${describe(entry)}`);
      }
      this.#pass(entry);
    }
    if (this.#passed > due.own) this.#fail(`got the answer "${start(text)}" too late`);
    const expected = due.text ?? this.#names(text);
    if (text !== expected) this.#fail(`received "${start(text)}" instead of "${expected}"`);
    this.#due.shift();
    this.deliveries++;
    return true;
  }

  /**
   * The members as `text` must name them, in the order of entering. Hostile ones may stand elsewhere: one that renames
   * keeps its place, but reads as one that left and another that entered.
   */
  #names(text: string): string {
    const members = this.#visit?.membersAt(this.#position) ?? [];
    const { nicks: named = [] } = JSON.parse(text) as { nicks?: readonly string[] };
    const [seen, honest] = [named, members].map((all) =>
      all.filter((nick) => !this.#strangers.has(nick))
    );
    const isSame = `${seen}` === `${honest}` && `${named.toSorted()}` === `${members.toSorted()}`;
    const channel = this.#visit?.name ?? "";
    return this.#texts({ what: "names", channel, nicks: isSame ? named : members })[0] as string;
  }

  #takeEvent(text: string): boolean {
    for (;;) {
      const entry = this.#peek();
      if (entry === undefined) {
        if (this.#visit === undefined && this.#visits.length === 0) {
          this.#fail(`received "${start(text)}" in no channel`);
        }
        return false;
      }
      if (this.#isTold(entry)) {
        const left = this.#leftOf(text, this.#asShown(entry));
        if (left === undefined) {
          this.#fail(`received "${start(text)}" instead of ${describe(entry)}`);
        }
        if (left === 0) this.#pass(entry);
        this.deliveries++;
        return true;
      }
      this.#pass(entry);
    }
  }

  /** How much of `entry` is still to come after `text`; `undefined` when that is not its next part. */
  #leftOf(text: string, entry: Happening): number | undefined {
    if (this.#wire.inPieces === true) return this.#leftInPieces(text, entry);
    const expected = this.#texts(entry);
    return text === expected[this.#parts] ? expected.length - ++this.#parts : undefined;
  }

  /** The same where each piece stands behind the speaker's name; `#parts` counts its characters. */
  #leftInPieces(text: string, entry: Happening): number | undefined {
    const [whole = ""] = this.#wire.texts(entry);
    const [head = ""] = this.#wire.texts({ ...entry, text: "" });
    const rest = whole.slice(head.length + this.#parts);
    const piece = text.slice(head.length);
    const isNext = text.startsWith(head) && rest.startsWith(piece) && (piece !== "" || rest === "");
    if (!isNext) return undefined;
    this.#parts += piece.length;
    return rest.length - piece.length;
  }

  /** The texts of `told` as they come out of their framing: a frame does not keep spaces at its end. */
  #texts(told: Told): string[] {
    const { message, text, texts } = this.#wire;
    return texts(told).map((each) => text(message(each)));
  }

  #asShown(entry: Entry): Happening {
    return { ...entry, nick: this.#strangers.shown(this.dialect, entry.nick) };
  }

  /** The entry that its view is at; `undefined` when the log does not go so far yet. */
  #peek(): Entry | undefined {
    if (this.#visit === undefined) {
      const log = this.#visits[0];
      const position = log?.takeJoin(this.nick);
      if (log === undefined || position === undefined) return undefined;
      this.#visits.shift();
      this.#visit = log;
      this.#position = position;
      log.attach(this);
    }
    return this.#visit.at(this.#position);
  }

  #pass(entry: Entry): void {
    this.#position++;
    this.#parts = 0;
    if (entry.nick !== this.nick) return;
    this.#passed++;
    if (entry.what === "left") this.#endVisit();
  }

  #endVisit(): void {
    this.#visit?.detach(this);
    this.#visit = undefined;
  }

  /** The next entry that it must still receive, as far as the log goes. */
  #nextTold(): Entry | undefined {
    for (;;) {
      const entry = this.#peek();
      if (entry === undefined || this.#isTold(entry)) return entry;
      // Answers belong before what was asked for later.
      const due = this.#due[0];
      if (due !== undefined && this.#passed >= due.own && entry.nick === this.nick) {
        return undefined;
      }
      this.#pass(entry);
    }
  }

  /** Reads the logs to its own end, so that they need not keep anything for it. */
  #finish(ending: Ending): void {
    while (this.#passed < this.#asked) {
      const entry = this.#peek();
      if (entry === undefined) return;
      if (ending === "complete" && this.#isTold(entry)) {
        this.#fail(`did not receive ${describe(entry)} before its end`);
      }
      this.#pass(entry);
    }
    this.#done = true;
    this.#endVisit();
  }

  #leave(): void {
    if (this.#channel === undefined) return;
    this.#cause("left");
    this.#channel = undefined;
  }

  #cause(what: Happening["what"], text = ""): void {
    this.#note(`> ${what} ${this.#channel?.name} ${text}`);
    this.#asked++;
    this.#channel?.expect({ what, nick: this.nick, text });
  }

  #isTold(entry: Entry): boolean {
    return reads(this.dialect, entry.what, entry.nick === this.nick && !this.#isEchoed);
  }

  #note(step: string): void {
    this.#trace.push(start(step));
    if (this.#trace.length > TRACE_LENGTH) this.#trace.shift();
  }

  #fail(message: string): never {
    throw new Violation(this.nick, message);
  }
}

/** Enough of `text` to see what it was. */
function start(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}..` : text;
}

function describe({ what, nick, text }: Happening): string {
  return `"${start([what, nick, text].join(" ").trimEnd())}"`;
}
