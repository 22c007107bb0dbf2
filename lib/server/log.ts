/**
 * The server's log: one line per event, with the connection's id, address and protocol, and the
 * reason why it ended. It never contains what a user said, and it quotes what a peer chose,
 * such as a nick.
 *
 * @module
 */

import { utf8Length } from "../chat/names.ts";
import { type Clock, systemClock } from "../net/deadline.ts";
import { type LogDetails, type LogFormat, logLine } from "./log_line.ts";
import { TokenBucket } from "./token_bucket.ts";

/** How much is logged. `quiet` still logs errors of the server itself. */
export type LogLevel = "debug" | "info" | "quiet";

/** The levels, most talkative first. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "quiet"];

/**
 * Takes finished log lines; a test collects them. Returns false when it cannot take the line. Never
 * throws or waits.
 */
export type LogSink = (line: string) => boolean | void;

/** The settings of a log. */
export interface LogOptions {
  /** The form of a line; default: `text`. */
  readonly format?: LogFormat;
  /** Bytes of one kind of line at once, and then per second; default: unlimited. */
  readonly limit?: { readonly burst: number; readonly rate: number };
  /** The clock of the limit; default: the system's. */
  readonly clock?: Clock;
}

/**
 * The kinds of line. Each has its own limit, so that a flood of one kind hides no line of another.
 */
export const LOG_KINDS = ["debug", "info", "warning", "error"] as const;

type Kind = (typeof LOG_KINDS)[number];

/** Milliseconds between two lines that count suppressed lines. */
const SUPPRESSED_EVERY_MS = 1000;

/**
 * Writes lines such as `2026-01-31T12:00:00.000Z info #7 registered as "alice"
 * (192.0.2.1:50412, cs168)`.
 *
 * Each kind of line has a budget in bytes, because a peer chooses how long its lines are. A line is
 * written if the budget is not in debt, and charged to it. Other lines are suppressed; once a
 * second, a line on the same budget counts them. So a day's log is at most the bursts, a day's
 * rates and one line of each kind.
 */
export class Log {
  #level: number;
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

  /** Lines below `level` are dropped from now on. */
  setLevel(level: LogLevel): void {
    this.#level = LOG_LEVELS.indexOf(level);
  }

  /** Whether `debug` writes anything. A caller checks it before it prepares details. */
  get debugs(): boolean {
    return this.#level <= 0;
  }

  /** Logs a step, for a person who looks for a bug. */
  debug(event: string, details?: LogDetails): void {
    if (this.#level <= 0) this.#write("debug", event, details);
  }

  /** Logs an ordinary event: a user came, or left and why. */
  info(event: string, details?: LogDetails): void {
    if (this.#level <= 1) this.#write("info", event, details);
  }

  /** Logs what the operator should change. */
  warning(event: string, details?: LogDetails): void {
    if (this.#level <= 1) this.#write("warning", event, details);
  }

  /** Logs a fault of the server itself or of its machine, at every level. */
  error(event: string, details?: LogDetails): void {
    this.#write("error", event, details);
  }

  /** Logs the start and the end of the server, even when the budget is in debt. */
  milestone(event: string, details?: LogDetails): void {
    if (this.#level <= 1 && !this.#put("info", event, details)) this.#suppress("info", 1);
  }

  /** Logs what the operator has asked for, at every level and even when the budget is in debt. */
  answer(event: string, details?: LogDetails): void {
    if (!this.#put("info", event, details)) this.#suppress("info", 1);
  }

  /**
   * Logs the number of suppressed lines now. Call it at the end; the log can still be used
   * afterwards.
   */
  close(): void {
    this.#disarm();
    this.#logSuppressed();
    this.#disarm();
  }

  #write(kind: Kind, event: string, details?: LogDetails): void {
    if (this.#budgets[kind].wait === 0 && this.#put(kind, event, details)) return;
    this.#suppress(kind, 1);
  }

  /** Writes a line and charges its bytes, even when the budget is in debt. */
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
