/**
 * The form of a log line: text for people, JSON for programs. No value in it can break the line.
 *
 * @module
 */

import { BIDI_CONTROLS, CONTROLS } from "../chat/characters.ts";

/** `text` is for people; `json` (one object per line) is for log collectors. */
export type LogFormat = "text" | "json";

/** The forms, the default first. */
export const LOG_FORMATS: readonly LogFormat[] = ["text", "json"];

/** What is known about an event. In JSON, each is a member of this name. */
export interface LogDetails {
  /** The number of events that the line stands for. */
  readonly count?: number;
  /** The connection's id. */
  readonly connection?: number;
  /** The other side, as `HOST:PORT`. */
  readonly peer?: string;
  /** The protocol of the connection, as soon as it is known. */
  readonly protocol?: string | undefined;
  /** Whether the connection is encrypted; left out where it is not. */
  readonly tls?: true;
  /** The nick of the user. */
  readonly nick?: string;
  /** Why it happened; for a fault, its stack. */
  readonly reason?: string | undefined;
  /** The counts behind `reason`, for programs: only in JSON lines. */
  readonly status?: object;
}

/**
 * Formats one line, without its newline:
 *
 *   TIME info #7 registered as "alice" (192.0.2.1:50412, cs168)
 *   TIME info #7 ended: closed by peer ("alice" from 192.0.2.1:50412, cs168)
 */
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
  const { count, connection } = details;
  const parts = [time.toISOString(), level];
  if (connection !== undefined) parts.push(`#${connection}`);
  if (count !== undefined) parts.push(String(count));
  parts.push(oneLine(event));
  const nick = details.nick === undefined ? undefined : quote(details.nick);
  if (reason !== undefined) parts.push(`${parts.pop()}: ${reason}`);
  else if (nick !== undefined) parts.push(`as ${nick}`);
  const peer = describePeer(details, reason === undefined ? undefined : nick);
  if (peer !== "") parts.push(`(${peer})`);
  return parts.join(" ");
}

function describePeer({ peer, protocol, tls }: LogDetails, nick: string | undefined): string {
  const from = nick !== undefined && peer !== undefined ? `${nick} from ${peer}` : nick ?? peer;
  return [from, protocol, tls && "TLS"].filter((part) => part !== undefined).join(", ");
}

/** Quotes `value` as a JSON string: nothing in it can end the line or act on a terminal. */
export function quote(value: string): string {
  return stringify(value);
}

const ACTIVE = new RegExp(`[${CONTROLS}${BIDI_CONTROLS}]`, "g");

/** Joins the lines of a stack, and escapes what could end a line or act on a terminal. */
function oneLine(text: string): string {
  const lines = text.split("\n");
  const joined = lines.length === 1 ? text : lines.map((line) => line.trim()).join(" | ");
  return joined.replace(ACTIVE, escapeUnit);
}

/** Escapes more than JSON does, because a terminal obeys more characters. */
function stringify(value: unknown): string {
  return JSON.stringify(value).replace(ACTIVE, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
