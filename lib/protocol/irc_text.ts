/**
 * The text of a PRIVMSG or NOTICE, which may be CTCP, of which ACTION is an emote (Modern IRC,
 * "CTCP"). Long texts become several messages.
 *
 * @module
 */

import { MAX_BODY_BYTES, splitText } from "./irc_message.ts";
import { utf8Length } from "../chat/names.ts";

/** The mark before and behind a CTCP message. */
export const CTCP_MARK = "\x01";
const ACTION = "ACTION";
/** What stands around source, command and target before a text. */
const MARKS = ":   :";
/** A part of a text has at least this many bytes, however long the names before it are. */
const LEAST_PART_BYTES = 64;

/** The meaning of a text. */
export type IrcText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly text: string }
  /** Another CTCP message: `command` in upper case, and all of the text as it came. */
  | { readonly kind: "ctcp"; readonly command: string; readonly text: string };

/**
 * Reads the last parameter of a PRIVMSG or NOTICE. The closing mark of a CTCP message may be
 * missing.
 */
export function readIrcText(text: string): IrcText {
  if (!text.startsWith(CTCP_MARK) || text.length < 2) return { kind: "text", text };
  const end = text.indexOf(CTCP_MARK, 1);
  const content = text.slice(1, end < 0 ? undefined : end);
  const space = content.indexOf(" ");
  const command = (space < 0 ? content : content.slice(0, space)).toUpperCase();
  if (command !== ACTION) return { kind: "ctcp", command, text };
  return { kind: "action", text: space < 0 ? "" : content.slice(space + 1) };
}

/** Makes the CTCP message for an action. */
export function formatAction(text: string): string {
  return `${CTCP_MARK}${ACTION} ${text}${CTCP_MARK}`;
}

/**
 * Cuts `text` into parts that each fit in a line behind `:source command target :`. The caller
 * wraps each part of an action, so `isAction` leaves room for that.
 */
export function fitText(
  source: string,
  command: string,
  target: string,
  text: string,
  isAction = false,
): string[] {
  const head = MARKS.length + utf8Length(source) + command.length + utf8Length(target) +
    (isAction ? formatAction("").length : 0);
  return splitText(text, Math.max(LEAST_PART_BYTES, MAX_BODY_BYTES - head));
}
