/**
 * The server's log: one line an event on stderr, with the connection's id. Nothing that a user said is
 * ever logged; what a peer chose (a nick) is quoted.
 *
 * @module
 */

/** How much is logged. `quiet` still lets errors of the server itself through. */
export type LogLevel = "debug" | "info" | "quiet";

/** The levels, most talkative first. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "quiet"];

/** Takes finished log lines; a test collects them. */
export type LogSink = (line: string) => void;

/** Writes lines of the form `2026-01-31T12:00:00.000Z info #7 registered as "alice"`. */
export class Log {
  readonly #level: number;
  readonly #sink: LogSink;

  /** Lines below `level` are dropped. */
  constructor(level: LogLevel, sink: LogSink) {
    this.#level = LOG_LEVELS.indexOf(level);
    this.#sink = sink;
  }

  /** For who looks for a fault: each command. */
  debug(text: string): void {
    if (this.#level <= 0) this.#write("debug", text);
  }

  /** For who runs the server: who came, who went and why. */
  info(text: string): void {
    if (this.#level <= 1) this.#write("info", text);
  }

  /** A fault of the server itself or of its machine; shown at every level. */
  error(text: string): void {
    this.#write("error", text);
  }

  #write(level: string, text: string): void {
    this.#sink(`${new Date().toISOString()} ${level} ${text}`);
  }
}

/** `value` in quotes, as a JSON string: nothing in it can end the line or act on a terminal. */
export function quote(value: string): string {
  return JSON.stringify(value).replace(/[\x7f-\x9f\u2028\u2029]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
