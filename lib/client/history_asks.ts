/**
 * The questions about what was said before that the server has not answered. Answers carry no
 * number in most dialects, but a server answers in the order of the questions: the first answer
 * about a conversation is that to the first question about it, however late it comes.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import type { ClientCommand } from "../protocol/protocol.ts";

/** A question about one conversation. */
export type HistoryCommand = Extract<ClientCommand, { type: "history" }>;

/** A question that was sent. */
export interface OpenAsk {
  /** The conversation. */
  readonly key: string;
  /** The question. */
  readonly command: HistoryCommand;
  /**
   * Whether the client asked by itself, because its user has entered; otherwise the user asked for
   * older lines.
   */
  readonly isOnEntering: boolean;
}

interface Timed extends OpenAsk {
  forgetTimer(): void;
}

/** The open questions of one connection after the other. */
export class HistoryAsks {
  readonly #clock: Clock;
  readonly #onLate: (ask: OpenAsk) => void;
  #open: Timed[] = [];

  /** Calls `onLate` for a question without an answer in its time. */
  constructor(clock: Clock, onLate: (ask: OpenAsk) => void) {
    this.#clock = clock;
    this.#onLate = onLate;
  }

  /** Adds a question that must be answered within `ms` milliseconds. */
  add(key: string, command: HistoryCommand, isOnEntering: boolean, ms: number): void {
    const ask: Timed = {
      key,
      command,
      isOnEntering,
      forgetTimer: this.#clock.setTimer(() => this.#onLate(ask), ms),
    };
    this.#open.push(ask);
  }

  /**
   * Whether the client has asked about the conversation on entering it, and the answer is
   * still to come.
   */
  isEntering(key: string): boolean {
    return this.#open.some((ask) => ask.key === key && ask.isOnEntering);
  }

  /**
   * Removes and returns the question to which an answer about the conversation belongs; `undefined`
   * when there is none.
   */
  answered(key: string): OpenAsk | undefined {
    const at = this.#open.findIndex((ask) => ask.key === key);
    const [ask] = at < 0 ? [] : this.#open.splice(at, 1);
    ask?.forgetTimer();
    return ask;
  }

  /** The same for a refusal that does not name its conversation. */
  refused(): OpenAsk | undefined {
    const first = this.#open[0];
    return first === undefined ? undefined : this.answered(first.key);
  }

  /** Removes and returns all questions, because the connection has ended. */
  lost(): readonly OpenAsk[] {
    const open = this.#open;
    this.#open = [];
    for (const ask of open) ask.forgetTimer();
    return open;
  }
}
