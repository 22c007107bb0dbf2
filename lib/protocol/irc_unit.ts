/**
 * The answer to one frame of an IRC client: lines that go out as they are, or that a label holds
 * together (IRCv3 labeled-response). A long answer is made in parts, and its label ends with the
 * last of them.
 *
 * @module
 */

import { formatTags, type Tags } from "./irc_message.ts";
import type { LabelledReply } from "./irc_labelled_reply.ts";
import type { Reply, Step } from "./protocol.ts";
import { replyOf } from "./reply.ts";
import { encodeUtf8 } from "./text.ts";

/** A line to send. */
export interface IrcLine {
  /** Its tags but those of a label. */
  readonly tags: Tags;
  /** Everything behind the tags, with the line end. */
  readonly body: string;
}

/** The answer to one frame. */
export class ReplyUnit {
  readonly #labelled: LabelledReply | undefined;
  #parts = 0;
  #isOver = false;

  /** Without `labelled`, lines go out as they are. */
  constructor(labelled?: LabelledReply) {
    this.#labelled = labelled;
  }

  /** Whether a label holds the lines together. */
  get isLabelled(): boolean {
    return this.#labelled !== undefined;
  }

  /** Adds a line; returns what is to be sent now. */
  add({ tags, body }: IrcLine): string {
    return this.#labelled?.add(tags, body) ?? formatTags(tags) + body;
  }

  /**
   * Ends the answer, except for long parts that are still being sent. Returns the bytes to send
   * now.
   */
  finish(): string {
    this.#isOver = true;
    return this.#end();
  }

  /** Begins a long part: the label stays open until `release`. */
  hold(): void {
    this.#parts++;
  }

  /** Ends a long part. Returns the bytes to send now. */
  release(): string {
    this.#parts--;
    return this.#isOver ? this.#end() : "";
  }

  #end(): string {
    return this.#parts === 0 ? this.#labelled?.finish() ?? "" : "";
  }
}

/** A part of a long reply has about this many UTF-16 units: far less than an outbox holds. */
const PART_UNITS = 32 * 1024;

/**
 * Makes a reply of `lines` within `unit`: whole, or in parts when it is long. `expectedBytes` is an
 * estimate of its length.
 */
export function replyInUnit(
  unit: ReplyUnit,
  lines: Iterable<IrcLine>,
  expectedBytes: number,
): Reply {
  const rest = lines[Symbol.iterator]();
  const first = nextPart(unit, rest);
  const bytes = encodeUtf8(first.text);
  if (first.isLast) return replyOf(bytes);
  unit.hold();
  return {
    bytes,
    separate: false,
    more: moreParts(unit, rest),
    size: Math.max(bytes.length, expectedBytes),
  };
}

function* moreParts(unit: ReplyUnit, rest: Iterator<IrcLine>): Generator<Uint8Array> {
  for (let isLast = false; !isLast;) {
    const part = nextPart(unit, rest);
    isLast = part.isLast;
    yield encodeUtf8(isLast ? part.text + unit.release() : part.text);
  }
}

function nextPart(unit: ReplyUnit, rest: Iterator<IrcLine>): { text: string; isLast: boolean } {
  let text = "";
  while (text.length < PART_UNITS) {
    const line = rest.next();
    if (line.done) return { text, isLast: true };
    text += unit.add(line.value);
  }
  return { text, isLast: false };
}

/**
 * A step that sends lines. They are made when the step is taken, because their labels depend on the
 * lines of the steps before it.
 */
export class Answer {
  /** As a step. */
  readonly type = "answer" satisfies Step["type"];
  readonly #make: () => string;
  #bytes: Uint8Array | undefined;

  /** `make` is called once. */
  constructor(make: () => string) {
    this.#make = make;
  }

  /** The lines. */
  get bytes(): Uint8Array {
    return this.#bytes ??= encodeUtf8(this.#make());
  }
}
