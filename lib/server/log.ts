/**
 * The server's log: one line for each event, with the connection's id and address, the protocol it speaks
 * and the reason of its end. Nothing that a user said is ever logged; what a peer chose (a nick) is quoted.
 *
 * @module
 */

import { utf8Length } from "../chat/names.ts";
import { type Clock, systemClock } from "../net/deadline.ts";
import { type LogDetails, type LogFormat, logLine } from "./log_line.ts";
import { TokenBucket } from "./token_bucket.ts";

/** How much is logged. `quiet` still lets errors of the server itself through. */
export type LogLevel = "debug" | "info" | "quiet";

/** The levels, most talkative first. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "quiet"];

/**
 * Takes finished log lines; a test collects them. It returns false when it cannot take a line; it neither
 * throws nor waits.
 */
export type LogSink = (line: string) => boolean | void;

/** How a log writes, where it differs from the default. */
export interface LogOptions {
  /** The form of a line; `text` when it is left out. */
  readonly format?: LogFormat;
  /** Bytes of one kind of line at once, and then a second; unlimited when it is left out. */
  readonly limit?: { readonly burst: number; readonly rate: number };
  /** Whose seconds these are; the system's when it is left out. */
  readonly clock?: Clock;
}

/** The kinds of line. Each has its own limit, so that a flood of one hides no line of another. */
export const LOG_KINDS = ["debug", "info", "warning", "error"] as const;

type Kind = (typeof LOG_KINDS)[number];

/** How often the log says how many lines were left out, in milliseconds. */
const SUPPRESSED_EVERY_MS = 1000;

/**
 * Writes lines such as `2026-01-31T12:00:00.000Z info #7 registered as "alice" (192.0.2.1:50412, cs168)`.
 *
 * Each kind of line has a budget in bytes, because a peer chooses how long its lines are. A line begins
 * when the budget is not in debt, and its bytes are charged then; lines beyond that are left out, and a
 * line says how many, once a second, at the cost of the same budget. So a day's log is at most the
 * bursts, a day's rates and one line of each kind.
 */
export class Log {
  readonly #level: number;
  readonly #sink: LogSink;
  readonly #format: LogFormat;
  readonly #clock: Clock;
  readonly #budgets: Readonly<Record<Kind, TokenBucket>>;
  readonly #suppressed = new Map<Kind, number>();
  #forgetTimer: (() => void) | undefined;

  /** Lines below `level` are dropped. */
  constructor(level: LogLevel, sink: LogSink, options: LogOptions = {}) {
    const { format = "text", limit = { burst: 0, rate: 0 }, clock = systemClock } = options;
    this.#level = LOG_LEVELS.indexOf(level);
    this.#sink = sink;
    this.#format = format;
    this.#clock = clock;
    const budget = (): TokenBucket => new TokenBucket(limit.burst, limit.rate, clock);
    this.#budgets = { debug: budget(), info: budget(), warning: budget(), error: budget() };
  }

  /** Whether `debug` writes anything; a caller that would have to prepare its details asks first. */
  get debugs(): boolean {
    return this.#level <= 0;
  }

  /** Each command, for finding a fault. */
  debug(event: string, details?: LogDetails): void {
    if (this.#level <= 0) this.#write("debug", event, details);
  }

  /** Who came, who went and why. */
  info(event: string, details?: LogDetails): void {
    if (this.#level <= 1) this.#write("info", event, details);
  }

  /** Something that the operator should change. */
  warning(event: string, details?: LogDetails): void {
    if (this.#level <= 1) this.#write("warning", event, details);
  }

  /** A fault of the server itself or of its machine; shown at every level. */
  error(event: string, details?: LogDetails): void {
    this.#write("error", event, details);
  }

  /** The start and the end of the server: no flood of other lines keeps it out. */
  milestone(event: string, details?: LogDetails): void {
    if (this.#level <= 1 && !this.#put("info", event, details)) this.#suppress("info", 1);
  }

  /** What the operator has asked for; shown at every level, and no flood of other lines keeps it out. */
  answer(event: string, details?: LogDetails): void {
    if (!this.#put("info", event, details)) this.#suppress("info", 1);
  }

  /** Says now how many lines were left out. Call it before the end; the log can be used on. */
  close(): void {
    this.#disarm();
    this.#logSuppressed();
    this.#disarm();
  }

  #write(kind: Kind, event: string, details?: LogDetails): void {
    if (this.#budgets[kind].wait === 0 && this.#put(kind, event, details)) return;
    this.#suppress(kind, 1);
  }

  /** Writes a line and charges its bytes, whatever is left of the budget. */
  #put(kind: Kind, event: string, details?: LogDetails): boolean {
    const line = logLine(this.#format, new Date(), kind, event, details);
    if (this.#sink(line) === false) return false;
    this.#budgets[kind].take(utf8Length(line) + 1);
    return true;
  }

  #suppress(kind: Kind, count: number): void {
    this.#suppressed.set(kind, (this.#suppressed.get(kind) ?? 0) + count);
    this.#forgetTimer ??= this.#clock.setTimer(this.#logSuppressed, SUPPRESSED_EVERY_MS);
  }

  #disarm(): void {
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
  }

  #logSuppressed = (): void => {
    this.#forgetTimer = undefined;
    const suppressed = [...this.#suppressed];
    this.#suppressed.clear();
    for (const [kind, count] of suppressed) {
      if (!this.#put(kind, "lines suppressed", { count })) this.#suppress(kind, count);
    }
  };
}
