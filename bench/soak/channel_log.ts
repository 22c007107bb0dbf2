/**
 * What happened in one channel, in the server's order: a witness, a json16 member that never leaves, is
 * sent everything, what it does itself included. Every other member's view is compared with this log, and
 * the log itself against what the senders have sent.
 *
 * 1. MUST hold of each honest sender exactly what it sent here, in its order.
 * 2. MUST know who was a member at any place that a view can still be at.
 *
 * @module
 */

import type { Happening } from "../../tests/support/wire/wire.ts";
import { NEVER_TOLD, Strangers } from "./strangers.ts";
import { Violation } from "./violation.ts";

/** A happening with the time at which the witness received it. */
export interface Entry extends Happening {
  /** In milliseconds, as `performance.now` has it. */
  readonly at: number;
}

/** A reader of a log: a view. */
export interface LogReader {
  /** The position that it has read up to. */
  readonly position: number;
  /** There is more to read. */
  advance(): void;
}

/** How many entries are kept at least before those that all have read are dropped. */
const TRIM_AT = 4096;

/** The log of one channel. */
export class ChannelLog {
  /** The channel's name. */
  readonly name: string;
  readonly #readers = new Set<LogReader>();
  // What is to come of each honest sender, in its order.
  readonly #expected = new Map<string, Happening[]>();
  // Where each nick has joined; a view takes its own.
  readonly #joins = new Map<string, number[]>();
  readonly #strangers: Strangers;
  #entries: Entry[] = [];
  #base = 0;
  // The members before the first entry that is kept.
  #members: string[] = [];
  #said = 0;

  /** An empty log; `strangers` are the hostile users of the run, `present` who is there from the beginning. */
  constructor(
    name: string,
    strangers: Strangers = new Strangers(),
    present: readonly string[] = [],
  ) {
    this.name = name;
    this.#strangers = strangers;
    this.#members = [...present];
  }

  /** Position behind the last entry. */
  get end(): number {
    return this.#base + this.#entries.length;
  }

  /** How many entries were messages. */
  get said(): number {
    return this.#said;
  }

  /** An honest sender will be the cause of this. */
  expect(happening: Happening): void {
    const queue = this.#expected.get(happening.nick);
    if (queue === undefined) this.#expected.set(happening.nick, [happening]);
    else queue.push(happening);
  }

  /** The nicks of which something is still to come. */
  get missing(): string[] {
    return [...this.#expected.keys()];
  }

  /**
   * The witness received `happening`. The readers are not woken: one wakes them for many entries.
   *
   * @throws {Violation} when an honest sender has not caused it, or not now.
   */
  append(happening: Happening, at: number): void {
    if (happening.text.includes(NEVER_TOLD)) {
      this.#strangers.suspect(happening.nick, happening.text);
    }
    if (!this.#strangers.has(happening.nick)) {
      this.#demand(happening);
      if (happening.what === "joined") this.#noteJoin(happening.nick);
    }
    if (happening.what === "said" || happening.what === "emoted") this.#said++;
    this.#entries.push({ ...happening, at });
    if (this.#entries.length > TRIM_AT) this.#trim();
  }

  /** The entry at `position`; `undefined` when there is none yet. */
  at(position: number): Entry | undefined {
    return this.#entries[position - this.#base];
  }

  /** Takes the position at which `nick` has joined, for the first time that was not taken yet. */
  takeJoin(nick: string): number | undefined {
    const joins = this.#joins.get(nick);
    const position = joins?.shift();
    if (joins?.length === 0) this.#joins.delete(nick);
    return position;
  }

  /** The members before the entry at `position`, in the order of entering. */
  membersAt(position: number): string[] {
    return replay(this.#members, this.#entries.slice(0, position - this.#base));
  }

  /** From now on `reader` is woken, and what it has not read is kept. */
  attach(reader: LogReader): void {
    this.#readers.add(reader);
  }

  /** `reader` is gone. */
  detach(reader: LogReader): void {
    this.#readers.delete(reader);
  }

  /** Wakes the readers. */
  wake(): void {
    for (const reader of [...this.#readers]) reader.advance();
  }

  #noteJoin(nick: string): void {
    const joins = this.#joins.get(nick);
    if (joins === undefined) this.#joins.set(nick, [this.end]);
    else joins.push(this.end);
  }

  #demand({ what, nick, text }: Happening): void {
    const queue = this.#expected.get(nick);
    const due = queue?.shift();
    if (queue?.length === 0) this.#expected.delete(nick);
    if (due === undefined) {
      throw new Violation(nick, `"${what} ${text}" came in ${this.name}, but was never asked for`);
    }
    if (due.what !== what || due.text !== text) {
      const seen = `"${what} ${text}" came in ${this.name}`;
      throw new Violation(nick, `${seen} where "${due.what} ${due.text}" was due`);
    }
  }

  #trim(): void {
    let keep = this.end;
    for (const reader of this.#readers) keep = Math.min(keep, reader.position);
    for (const joins of this.#joins.values()) keep = Math.min(keep, joins[0] as number);
    const count = keep - this.#base;
    // A few at a time would cost more than they are worth.
    if (count < TRIM_AT / 2) return;
    this.#members = replay(this.#members, this.#entries.slice(0, count));
    this.#entries = this.#entries.slice(count);
    this.#base = keep;
  }
}

function replay(members: readonly string[], entries: readonly Happening[]): string[] {
  const now = [...members];
  for (const { what, nick } of entries) {
    if (what === "joined") now.push(nick);
    const place = now.indexOf(nick);
    if (what === "left" && place >= 0) now.splice(place, 1);
  }
  return now;
}
