/**
 * One line of IRC: bytes to a message, and a message to text (Modern IRC, "Message format"; IRCv3
 * message-tags).
 *
 *   @label=x;+typing=active :nick!user@host PRIVMSG #channel :The rest, spaces and all
 *   '-------- tags --------' '--- source --' 'command' 'middle' '------ trailing ----'
 *
 * Parsing is one pass. A line is refused for its length before anything of it is looked at, and
 * bytes that are no UTF-8 are reported, not guessed.
 *
 * @module
 */

import type { Frame } from "../framing/frame.ts";
import { decodePlain, encodeUtf8, MOST_BYTES_A_UNIT } from "./text.ts";

/** Bytes of a line without its tags and without its line end. */
export const MAX_BODY_BYTES = 510;
/** Bytes of a client's tags, with the `@` before them and the space behind them. */
export const MAX_CLIENT_TAG_BYTES = 4096;
/**
 * Bytes of the tags that a server sends: its own 4,094, the client's 4,094, and the marks
 * around them.
 */
export const MAX_TAG_BYTES = 8191;
/** Most parameters of a message; what follows the 14th is the last one. */
const MAX_PARAMS = 15;

const SPACE = 0x20;
const AT = 0x40;

/** Tags by name; a tag without a value has the value "". */
export type Tags = ReadonlyMap<string, string>;

/** No tags. */
export const NO_TAGS: Tags = new Map();

/** A line in its parts. */
export interface IrcMessage {
  /** Unescaped; of two tags with one name, the last. */
  readonly tags: Tags;
  /** Who sent it: a server, or `nick!user@host`. A client's is meaningless. */
  readonly source: string | undefined;
  /** In upper case; empty only in a line that is too long. */
  readonly command: string;
  /** At most 15; the last may be empty and hold spaces. */
  readonly params: readonly string[];
  /** Whether all of it is printable ASCII, of which nothing needs sanitising. */
  readonly isPlain: boolean;
}

/** The result of parsing a line. */
export interface ParsedLine {
  /**
   * As far as it could be read: a wrong line's tags and command are needed for the answer to it.
   */
  readonly message: IrcMessage;
  /** The reason why it must not be obeyed. */
  readonly problem?: "too_long" | "not_utf8";
}

const NO_COMMAND: IrcMessage = {
  tags: NO_TAGS,
  source: undefined,
  command: "",
  params: [],
  isPlain: false,
};

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Parses a line without its line end. `isCut` says that more of the line came than the frame
 * holds. NUL and a lone CR, which no message may have, are dropped. `undefined` for a line
 * without a command.
 */
export function parseLine(frame: Frame, isCut = false): ParsedLine | undefined {
  const bytes = frame.view();
  const tagBytes = bytes[0] === AT ? bytes.indexOf(SPACE) + 1 || bytes.length : 0;
  const isTooLong = isCut || tagBytes > MAX_CLIENT_TAG_BYTES ||
    bytes.length - tagBytes > MAX_BODY_BYTES;
  const plain = decodePlain(bytes);
  const text = plain ?? lenient.decode(bytes);
  const message = parseMessage(text, plain !== undefined);
  // Tags alone may fill what was kept of a line: it has a command, and an answer is due.
  if (isTooLong) return { message: message ?? NO_COMMAND, problem: "too_long" };
  if (message === undefined) return undefined;
  // A U+FFFD that was sent as one is the same bytes again; one that stands for invalid
  // bytes is not.
  if (plain === undefined && text.includes("\ufffd") && !isUtf8(bytes)) {
    return { message, problem: "not_utf8" };
  }
  return { message };
}

const strict = new TextDecoder("utf-8", { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const FORBIDDEN = /[\0\r]/g;

/**
 * Parses the text of one line, of which the caller may know that it is plain; `undefined` when it
 * has no command.
 */
export function parseMessage(line: string, isPlain = false): IrcMessage | undefined {
  const text = isPlain ? line : line.replace(FORBIDDEN, "");
  let at = 0;
  let tags = NO_TAGS;
  let source: string | undefined;
  if (text.startsWith("@")) {
    const end = wordEnd(text, 0);
    tags = parseTags(text.slice(1, end));
    at = skipSpaces(text, end);
  }
  at = skipSpaces(text, at);
  if (text[at] === ":") {
    const end = wordEnd(text, at);
    source = text.slice(at + 1, end);
    at = skipSpaces(text, end);
  }
  const end = wordEnd(text, at);
  if (end === at) return undefined;
  const command = text.slice(at, end).toUpperCase();
  const params = parseParams(text, skipSpaces(text, end));
  return { tags, source, command, params, isPlain };
}

function parseParams(text: string, start: number): string[] {
  const params: string[] = [];
  for (let at = start; at < text.length;) {
    if (text[at] === ":" || params.length === MAX_PARAMS - 1) {
      params.push(text.slice(text[at] === ":" ? at + 1 : at));
      break;
    }
    const end = wordEnd(text, at);
    params.push(text.slice(at, end));
    at = skipSpaces(text, end);
  }
  return params;
}

function wordEnd(text: string, from: number): number {
  const end = text.indexOf(" ", from);
  return end < 0 ? text.length : end;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === " ") at++;
  return at;
}

/** Tags, or other attributes in their form: `a=1;b=2`, with the values unescaped. */
export function parseTags(text: string): Tags {
  const tags = new Map<string, string>();
  for (const tag of text.split(";")) {
    const equals = tag.indexOf("=");
    const name = equals < 0 ? tag : tag.slice(0, equals);
    if (name !== "") tags.set(name, equals < 0 ? "" : unescapeTag(tag.slice(equals + 1)));
  }
  return tags;
}

const UNESCAPED: Readonly<Record<string, string>> = {
  ":": ";",
  s: " ",
  "\\": "\\",
  r: "\r",
  n: "\n",
};
const ESCAPED: Readonly<Record<string, string>> = {
  ";": "\\:",
  " ": "\\s",
  "\\": "\\\\",
  "\r": "\\r",
  "\n": "\\n",
};

/**
 * A tag's value without escapes; a backslash before another character, or before nothing, is
 * dropped.
 */
export function unescapeTag(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\(.?)/gs, (_, character: string) => UNESCAPED[character] ?? character);
}

/** A tag's value with escapes. */
export function escapeTag(value: string): string {
  return value.replace(/[; \\\r\n]/g, (character) => ESCAPED[character] as string);
}

/** Tags as they stand at the beginning of a line, `@` and space included; "" for none. */
export function formatTags(tags: Tags): string {
  if (tags.size === 0) return "";
  const each = [...tags].map(([name, value]) =>
    value === "" ? name : `${name}=${escapeTag(value)}`
  );
  return `@${each.join(";")} `;
}

/**
 * The part of a line behind its tags, with its line end, cut at a character's boundary to the
 * 512 bytes that a line may have. `trailing` is written behind a colon; old clients look for it
 * there. What cannot be one of `middle` (empty, with a space, or with a colon before it) is
 * written as `*`.
 */
export function formatBody(
  source: string | undefined,
  command: string,
  middle: readonly string[],
  trailing?: string,
): string {
  let line = source === undefined ? command : `:${source} ${command}`;
  for (const param of middle) line += ` ${isMiddle(param) ? param : "*"}`;
  if (trailing !== undefined) line += ` :${trailing}`;
  const clean = SOME_BREAK.test(line) ? line.replace(EACH_BREAK, " ") : line;
  return `${cutToBytes(clean, MAX_BODY_BYTES)}\r\n`;
}

/** Finds a character that no line may hold. */
export const SOME_BREAK = /[\0\r\n]/;
const EACH_BREAK = /[\0\r\n]/g;

function isMiddle(param: string): boolean {
  return param !== "" && !param.startsWith(":") && !param.includes(" ");
}

/**
 * The longest beginning of `text` that has at most `limit` bytes of UTF-8 and ends at a character.
 */
export function cutToBytes(text: string, limit: number): string {
  if (MOST_BYTES_A_UNIT * text.length <= limit) return text;
  const end = cutIndex(text, 0, limit);
  return end === text.length ? text : text.slice(0, end);
}

/**
 * Where to cut `text`, from index `start`, so that the part has at most `limit` bytes of UTF-8
 * and no character is cut in two: an index behind `start` where `limit` is at least 4, or the end
 * of the text.
 */
function cutIndex(text: string, start: number, limit: number): number {
  let bytes = 0;
  for (let i = start; i < text.length;) {
    const unit = text.charCodeAt(i);
    const code = unit < 0x80 ? unit : text.codePointAt(i) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > limit) return i;
    i += code < 0x10000 ? 1 : 2;
  }
  return text.length;
}

/**
 * `text` in parts of at most `limit` bytes of UTF-8, which must be at least 4, cut between
 * characters. An empty text has one empty part. One pass over the text, however many parts there
 * are.
 */
export function splitText(text: string, limit: number): string[] {
  if (MOST_BYTES_A_UNIT * text.length <= limit) return [text];
  const parts: string[] = [];
  for (let start = 0; start < text.length || parts.length === 0;) {
    const end = cutIndex(text, start, limit);
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

/** A whole line as bytes. */
export function encodeLine(tags: Tags, body: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(formatTags(tags) + body);
}

/** A parameter as another message can repeat it: a star where it would be none, or several. */
export function asWord(text: string): string {
  return text === "" || text.includes(" ") || text.startsWith(":") ? "*" : text;
}
