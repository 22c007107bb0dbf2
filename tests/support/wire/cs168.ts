/**
 * cs168 in plain bytes: text, padded with spaces to 200 bytes.
 *
 * @module
 */

import { type Request, textOf, type Told, unaskable, utf8, type Wire } from "./wire.ts";

/** Bytes in a frame. */
export const FRAME = 200;

/** The answer to a barrier, which is a wrong request. */
export const BARRIER_REPLY =
  "/nope is not a valid control message. Valid messages are /create, /list, and /join.";

/** The protocol. */
export const cs168Wire: Wire = {
  dialect: "cs168",
  ask: (request) => frame(request.ask === "say" ? request.text : requestText(request)),
  message: frame,
  cut: (bytes) => bytes.length < FRAME ? 0 : FRAME,
  text: (message) => textOf(message).replace(/ +$/, ""),
  texts,
  echoes: () => false,
  isReply: (text) => text.startsWith("/") || text.startsWith("No "),
};

/** `content`, padded with spaces to one frame. */
export function frame(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = typeof content === "string" ? utf8(content) : content;
  if (bytes.length > FRAME) throw new RangeError(`"${content}" does not fit into a frame`);
  const padded = new Uint8Array(FRAME).fill(0x20);
  padded.set(bytes);
  return padded;
}

function requestText(request: Request): string {
  switch (request.ask) {
    case "register":
      return request.nick;
    case "join":
    case "create":
      return `/${request.ask} ${request.channel}`;
    case "list":
      return "/list";
    case "barrier":
      return "/nope";
    default:
      throw unaskable("cs168", request);
  }
}

function texts(told: Told): string[] {
  switch (told.what) {
    case "joined":
    case "left":
      return shares("", `${told.nick} has ${told.what}`);
    case "said":
      return shares(`[${told.nick}] `, told.text);
    case "emoted":
      return shares(`[${told.nick} `, `${told.text}]`);
    case "dm":
      return shares(`[${told.nick} -> ${told.to}]\n `, told.text);
    case "channels":
      return lists(told.channels);
    case "refused":
      return shares("", told.cs168);
    default:
      return [];
  }
}

/** Bytes of text that a frame must have room for behind its prefix. */
const LEAST_ROOM = 64;

/**
 * `text`, which has white space in its first frame at most, behind `prefix` as often as it takes. A prefix that
 * leaves too little room has frames of its own, and those of the text begin with white space.
 */
function shares(prefix: string, text: string): string[] {
  if (utf8(prefix).length + LEAST_ROOM > FRAME && utf8(prefix + text).length > FRAME) {
    return [...shares("", prefix.trimEnd()), ...shares(prefix.endsWith("\n") ? "\n " : " ", text)];
  }
  const all: string[] = [];
  let share = prefix;
  for (const character of text) {
    if (utf8(share + character).length > FRAME) {
      all.push(share);
      share = prefix;
    }
    share += character;
  }
  return [...all, share];
}

/** As many names as fit, a line each, never one in two frames. */
function lists(names: readonly string[]): string[] {
  const all: string[] = [];
  for (const name of names) {
    const longer = all.length > 0 ? `${all.at(-1)}\n${name}` : name;
    if (all.length > 0 && utf8(longer).length <= FRAME) all.pop();
    all.push(all.length === 0 || utf8(longer).length <= FRAME ? longer : name);
  }
  return all;
}
