/**
 * What stands in the text of a PRIVMSG or NOTICE: CTCP, of which ACTION is an emote, and formatting codes, which
 * only IRC clients understand (Modern IRC, "CTCP" and "Formatting"). Long texts become several messages.
 *
 * @module
 */

import { MAX_BODY_BYTES, splitText } from "./irc_message.ts";
import { utf8Length } from "../chat/names.ts";

/** Stands before and behind a CTCP message. */
export const CTCP_MARK = "\x01";
const ACTION = "ACTION";
/** A part of a text has at least this many bytes, however long the names before it are. */
const LEAST_PART_BYTES = 64;

/** What a text says. */
export type IrcText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly text: string }
  /** Another CTCP message: `command` in upper case, and all of the text as it came. */
  | { readonly kind: "ctcp"; readonly command: string; readonly text: string };

/** Reads the last parameter of a PRIVMSG or NOTICE. The closing mark of a CTCP message may be missing. */
export function readIrcText(text: string): IrcText {
  if (!text.startsWith(CTCP_MARK) || text.length < 2) return { kind: "text", text };
  const end = text.indexOf(CTCP_MARK, 1);
  const content = text.slice(1, end < 0 ? undefined : end);
  const space = content.indexOf(" ");
  const command = (space < 0 ? content : content.slice(0, space)).toUpperCase();
  if (command !== ACTION) return { kind: "ctcp", command, text };
  return { kind: "action", text: space < 0 ? "" : content.slice(space + 1) };
}

/** The CTCP message that says what somebody does. */
export function formatAction(text: string): string {
  return `${CTCP_MARK}${ACTION} ${text}${CTCP_MARK}`;
}

/**
 * `text` in parts of which each fits in a line behind `:source command target :`. An action's parts are to be
 * wrapped one by one, so `isAction` leaves room for that.
 */
export function fitText(
  source: string,
  command: string,
  target: string,
  text: string,
  isAction = false,
): string[] {
  const head = utf8Length(`:${source} ${command} ${target} :`) +
    (isAction ? formatAction("").length : 0);
  return splitText(text, Math.max(LEAST_PART_BYTES, MAX_BODY_BYTES - head));
}

// A colour (03) has up to two pairs of digits behind it, a colour in hexadecimal (04) up to two of six.
const FORMATTING =
  // deno-lint-ignore no-control-regex
  /\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-f]{6}(?:,[0-9a-f]{6})?)?|[\x02\x0f\x11\x16\x1d-\x1f]/gi;

/** `text` without bold, colours and the like, for all who would show the codes as garbage. */
export function stripFormatting(text: string): string {
  return text.replace(FORMATTING, "");
}
