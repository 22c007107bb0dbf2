/**
 * The bill of one frame: what its commands cost, and which readers its session must wait for
 * before it reads on. A session begins a bill with each frame, adds what the frame causes, and
 * settles it at the end.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { Connection } from "../net/connection.ts";
import type { Clock } from "../net/deadline.ts";
import { both } from "./dispatch.ts";
import { SPEECH_ALLOWANCE_BYTES } from "./limits.ts";
import {
  type Effort,
  PRICE_OF_PIECE,
  priceOf,
  priceOfAnswer,
  priceOfFrame,
  priceOfMoves,
} from "./prices.ts";
import { TokenBucket } from "./token_bucket.ts";
import type { Work } from "./work.ts";

/**
 * Tokens after which a frame of many commands is charged before its next command, and after which a
 * session looks at the clock. A look costs 0.1 us, a command a few.
 */
const LONG_BILL = 8;

/** The bill of the present frame of one session. */
export class FrameBill {
  readonly #connection: Pick<Connection, "pause" | "pauseFor">;
  readonly #work: Work;
  readonly #clock: Clock;
  // Tokens that the frame's bytes add to the price of each of its commands.
  #frameTokens = 0;
  #owed = 0;
  // The least price of the frame, when the codec has answered it without the hub.
  #least = 0;
  #behind: Promise<void> | undefined;
  // Tokens billed since the session last looked at the clock.
  #sinceLook = 0;
  #isWaived = false;
  // Made when the session first speaks to readers that are behind.
  #allowance: TokenBucket | undefined;

  /** A bill that `work` is charged for; waiting pauses `connection`. */
  constructor(connection: Pick<Connection, "pause" | "pauseFor">, work: Work, clock: Clock) {
    this.#connection = connection;
    this.#work = work;
    this.#clock = clock;
  }

  /** Begins the bill of a frame of `bytes`. */
  begin(bytes: number): void {
    this.#owed = this.#least = 0;
    this.#frameTokens = priceOfFrame(bytes);
  }

  /** Adds a frame that asks for nothing, at its protocol's price: a flood of them is work, too. */
  addIgnored(cost: number): void {
    this.#owed += this.#frameTokens + cost;
  }

  /**
   * Adds an answer of `bytes` that the codec gave without the hub. A frame with such answers costs
   * at least what a command does: a flood of short answers is work, too.
   */
  addAnswer(bytes: number): void {
    this.#owed += priceOfAnswer(bytes);
    this.#least = 1 + this.#frameTokens;
  }

  /** Adds a change of dialect in each of `channels`. */
  addMoves(channels: number): void {
    this.#owed += priceOfMoves(channels);
  }

  /** Adds a command with the effort it caused and the readers that are behind because of it. */
  addCommand(
    command: { readonly type: string },
    effort: Effort,
    behind: Promise<void> | undefined,
  ): void {
    this.#owed += priceOf(1 + this.#frameTokens, effort, isSpeech(command));
    if (behind !== undefined && !this.#isAllowance(command)) {
      this.#behind = both(this.#behind, behind);
    }
  }

  /**
   * Whether so much is owed that the session must not go on within its frame before it has paid.
   */
  get isLong(): boolean {
    return this.#owed >= LONG_BILL;
  }

  /**
   * Whether so much was billed since the last time that the session should look at the clock.
   * Resets that.
   */
  takeLook(): boolean {
    if (this.#sinceLook < LONG_BILL) return false;
    this.#sinceLook = 0;
    return true;
  }

  /** From now on no bill is charged: the server stops, and nothing slows a session down then. */
  waive(): void {
    this.#isWaived = true;
  }

  /**
   * Charges a read that has completed no frame. Returns what the session must wait for before
   * it reads on.
   */
  settleRead(): Promise<void> | undefined {
    const ms = this.#isWaived ? 0 : this.#work.take(PRICE_OF_PIECE);
    return ms === 0 ? undefined : this.#connection.pause(ms);
  }

  /**
   * Charges the bill so far of a frame that goes on. Its session waits for the debt of its address
   * alone, so that a user who has asked once does not receive a long answer in drops.
   */
  settlePart(): Promise<void> | undefined {
    return this.settle(true);
  }

  /** Charges the bill. Returns what the session must wait for before it reads on. */
  settle(isPart = false): Promise<void> | undefined {
    const behind = this.#behind;
    this.#behind = undefined;
    const owed = Math.max(this.#owed, this.#least);
    this.#sinceLook += owed;
    const ms = this.#isWaived ? 0 : isPart ? this.#work.takePart(owed) : this.#work.take(owed);
    this.#owed = this.#least = 0;
    if (ms === 0) return behind && this.#connection.pauseFor(behind);
    const paid = this.#connection.pause(ms);
    return behind === undefined ? paid : paid.then(() => this.#connection.pauseFor(behind));
  }

  /**
   * Whether `command` is within the allowance that every user has in a channel whose readers are
   * behind: only users who fill the channel wait for its readers.
   */
  #isAllowance(command: { readonly type: string }): boolean {
    if (!isSpeech(command)) return false;
    this.#allowance ??= new TokenBucket(
      SPEECH_ALLOWANCE_BYTES,
      SPEECH_ALLOWANCE_BYTES,
      this.#clock,
    );
    if (this.#allowance.wait > 0) return false;
    this.#allowance.take(command.text.length);
    return true;
  }
}

type Speech = Extract<Command, { type: "say" | "emote" | "dm" }>;

/** Whether `command` is speech, which people must always be able to afford. */
function isSpeech(command: { readonly type: string }): command is Speech {
  const { type } = command;
  return type === "say" || type === "emote" || type === "dm";
}
