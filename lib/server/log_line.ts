/**
 * The form of a log line: text for people, JSON for programs. Either is one line, whatever is in it.
 *
 * @module
 */

import { BIDI_CONTROLS, CONTROLS } from "../chat/characters.ts";

/** `text` for who reads it, `json` (an object a line) for what collects it. */
export type LogFormat = "text" | "json";

/** The forms, the default first. */
export const LOG_FORMATS: readonly LogFormat[] = ["text", "json"];

/** What is known of an event. In JSON each is a member of this name. */
export interface LogDetails {
  /** How many of it there were. */
  readonly count?: number;
  /** The connection's id. */
  readonly connection?: number;
  /** The other side, as `HOST:PORT`. */
  readonly peer?: string;
  /** What the connection speaks, as soon as that is known. */
  readonly protocol?: string | undefined;
  /** What the peer calls itself. */
  readonly nick?: string;
  /** Why it happened; of a fault, its stack. */
  readonly reason?: string | undefined;
}

/** One line, without its newline. */
export function logLine(
  format: LogFormat,
  time: Date,
  level: string,
  event: string,
  details: LogDetails = {},
): string {
  const reason = details.reason === undefined ? undefined : oneLine(details.reason);
  if (format === "json") {
    return stringify({ time: time.toISOString(), level, event, ...details, reason });
  }
  const { count, connection, peer, protocol, nick } = details;
  const parts = [time.toISOString(), level];
  if (connection !== undefined) parts.push(`#${connection}`);
  if (count !== undefined) parts.push(String(count));
  parts.push(oneLine(event) + (reason === undefined ? "" : `: ${reason}`));
  if (nick !== undefined) parts.push(`as ${quote(nick)}`);
  if (peer !== undefined) parts.push(`(${protocol === undefined ? peer : `${peer}, ${protocol}`})`);
  return parts.join(" ");
}

/** `value` in quotes, as a JSON string: nothing in it can end the line or act on a terminal. */
export function quote(value: string): string {
  return stringify(value);
}

const ACTIVE = new RegExp(`[${CONTROLS}${BIDI_CONTROLS}]`, "g");

/** A stack's lines side by side; whatever else could end a line or act on a terminal, escaped. */
function oneLine(text: string): string {
  const lines = text.split("\n");
  const joined = lines.length === 1 ? text : lines.map((line) => line.trim()).join(" | ");
  return joined.replace(ACTIVE, escapeUnit);
}

/** JSON escapes less than a terminal obeys. */
function stringify(value: unknown): string {
  return JSON.stringify(value).replace(ACTIVE, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
