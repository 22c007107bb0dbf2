/**
 * The server's log: one line an event, with the connection's id and address, the protocol it speaks and
 * the reason of its end. Nothing that a user said is ever logged; what a peer chose (a nick) is quoted.
 *
 * @module
 */

import { type Clock, systemClock } from "../net/deadline.ts";
import { type LogDetails, type LogFormat, logLine } from "./log_line.ts";
import { LogRate } from "./log_rate.ts";

/** How much is logged. `quiet` still lets errors of the server itself through. */
export type LogLevel = "debug" | "info" | "quiet";

/** The levels, most talkative first. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "quiet"];

/**
 * Takes finished log lines; a test collects them. False says that it could not take this one; it never
 * throws, and does not wait.
 */
export type LogSink = (line: string) => boolean | void;

/** How a log writes, where it differs from the default. */
export interface LogOptions {
  /** The form of a line; `text` when it is left out. */
  readonly format?: LogFormat;
  /** Lines of one level at once, and then a second; unlimited when it is left out. */
  readonly limit?: { readonly burst: number; readonly rate: number };
  /** Whose seconds these are; the system's when it is left out. */
  readonly clock?: Clock;
}

/** What a line is about: the two levels that can be left out, and the one that cannot. */
type Kind = "debug" | "info" | "error";

/** How often it is told how many lines were left out, in milliseconds. */
const SUPPRESSED_EVERY_MS = 1000;

/**
 * Writes lines such as `2026-01-31T12:00:00.000Z info #7 registered as "alice" (192.0.2.1:50412, cs168)`.
 * A flood of them is cut to a rate, level by level, so that it can neither fill a disk nor hide an error;
 * how many lines were left out is a line of its own, once a second.
 */
export class Log {
  readonly #level: number;
  readonly #sink: LogSink;
  readonly #format: LogFormat;
  readonly #clock: Clock;
  readonly #rates: ReadonlyMap<Kind, LogRate>;
  readonly #suppressed = new Map<Kind, number>();
  #forgetTimer: (() => void) | undefined;

  /** Lines below `level` are dropped. */
  constructor(level: LogLevel, sink: LogSink, options: LogOptions = {}) {
    const { format = "text", limit = { burst: 0, rate: 0 }, clock = systemClock } = options;
    this.#level = LOG_LEVELS.indexOf(level);
    this.#sink = sink;
    this.#format = format;
    this.#clock = clock;
    const rate = (): LogRate => new LogRate(limit.burst, limit.rate, clock);
    this.#rates = new Map([["debug", rate()], ["info", rate()], ["error", rate()]]);
  }

  /** Whether `debug` writes anything: who would have to prepare its details asks first. */
  get debugs(): boolean {
    return this.#level <= 0;
  }

  /** For who looks for a fault: each command. */
  debug(event: string, details?: LogDetails): void {
    if (this.#level <= 0) this.#write("debug", event, details);
  }

  /** For who runs the server: who came, who went and why. */
  info(event: string, details?: LogDetails): void {
    if (this.#level <= 1) this.#write("info", event, details);
  }

  /** A fault of the server itself or of its machine; shown at every level. */
  error(event: string, details?: LogDetails): void {
    this.#write("error", event, details);
  }

  /** Says now how many lines were left out. To be called before the end; the log can be used on. */
  close(): void {
    this.#forgetTimer?.();
    this.#tellSuppressed();
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
  }

  #write(kind: Kind, event: string, details?: LogDetails): void {
    if (this.#rates.get(kind)?.admits() && this.#put(kind, event, details)) return;
    this.#suppress(kind, 1);
  }

  #put(kind: Kind, event: string, details?: LogDetails): boolean {
    return this.#sink(logLine(this.#format, new Date(), kind, event, details)) !== false;
  }

  #suppress(kind: Kind, count: number): void {
    this.#suppressed.set(kind, (this.#suppressed.get(kind) ?? 0) + count);
    this.#forgetTimer ??= this.#clock.setTimer(this.#tellSuppressed, SUPPRESSED_EVERY_MS);
  }

  #tellSuppressed = (): void => {
    this.#forgetTimer = undefined;
    const suppressed = [...this.#suppressed];
    this.#suppressed.clear();
    for (const [kind, count] of suppressed) {
      if (!this.#put(kind, "lines suppressed", { count })) this.#suppress(kind, count);
    }
  };
}
