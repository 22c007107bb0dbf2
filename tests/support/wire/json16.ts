/**
 * json16 in plain bytes: JSON behind its length, in the exact form of the document (a space after `:` and
 * `,`, keys in its order, everything but ASCII escaped).
 *
 * @module
 */

import { type Happening, joined, type Request, textOf } from "./wire.ts";
import { type Told, unaskable, utf8, type Wire } from "./wire.ts";

/** The protocol. */
export const json16Wire: Wire = {
  dialect: "json16",
  ask: (request) => packet(JSON.stringify(requestObject(request))),
  message: (text) => packet(text),
  cut(bytes) {
    if (bytes.length < 2) return 0;
    const end = 2 + ((bytes[0] as number) << 8 | bytes[1] as number);
    return bytes.length < end ? 0 : end;
  },
  text: (message) => textOf(message.subarray(2)),
  texts,
  echoes: (what) => what !== "left",
  isReply: (text) => happeningIn(text) === undefined,
};

/** JSON text, an object as JSON, or bytes as they are, behind their length; `length` to lie about it. */
export function packet(
  content: string | Uint8Array | Readonly<Record<string, unknown>>,
  length?: number,
): Uint8Array<ArrayBuffer> {
  const payload = content instanceof Uint8Array
    ? content
    : utf8(typeof content === "string" ? content : JSON.stringify(content));
  const named = length ?? payload.length;
  return joined([new Uint8Array([named >> 8, named & 0xff]), payload]);
}

const KINDS: Readonly<Record<string, Happening["what"]>> = {
  join: "joined",
  leave: "left",
  chat: "said",
  emote: "emoted",
};

/** What a packet tells of a channel; nothing when it tells something else. */
export function happeningIn(json: string): Happening | undefined {
  const { type, nick, message = "" } = JSON.parse(json) as Readonly<Record<string, string>>;
  const what = KINDS[type as string];
  return what === undefined ? undefined : { what, nick: nick as string, text: message };
}

function requestObject(request: Request): unknown {
  switch (request.ask) {
    case "register":
      return { type: "hello", nick: request.nick };
    case "say":
      return { type: "chat", message: request.text };
    case "emote":
      return { type: "emote", message: request.text };
    case "dm":
      return { type: "dm", to: request.to, message: request.text };
    case "join":
    case "create":
      return { type: "join", channel: request.channel };
    case "part":
      return { type: "part" };
    case "list":
      return { type: "channels" };
    case "names":
    case "barrier":
      return { type: "names" };
    case "disconnect":
      throw unaskable("json16", request);
  }
}

function texts(told: Told): string[] {
  const members = membersOf(told).map(([key, value]) => `"${key}": ${inJson(value)}`);
  return members.length === 0 ? [] : [`{${members.join(", ")}}`];
}

function membersOf(told: Told): [string, string | readonly string[]][] {
  switch (told.what) {
    case "joined":
      return [["type", "join"], ["nick", told.nick]];
    case "left":
      return [["type", "leave"], ["nick", told.nick]];
    case "said":
      return [["type", "chat"], ["nick", told.nick], ["message", told.text]];
    case "emoted":
      return [["type", "emote"], ["nick", told.nick], ["message", told.text]];
    case "dm":
      return [["type", "dm"], ["nick", told.nick], ["to", told.to], ["message", told.text]];
    case "entered":
      return [["type", "entered"], ["channel", told.channel]];
    case "channels":
      return [["type", "channels"], ["channels", told.channels]];
    case "names":
      return [["type", "names"], ["channel", told.channel], ["nicks", told.nicks]];
    case "refused":
      return [["type", "error"], ["message", told.json16]];
    default:
      return [];
  }
}

function inJson(value: string | readonly string[]): string {
  return typeof value === "string" ? quoted(value) : `[${value.map(quoted).join(", ")}]`;
}

function quoted(text: string): string {
  let json = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (text[i] === '"' || text[i] === "\\") json += `\\${text[i]}`;
    else json += code < 0x7f ? text[i] : `\\u${code.toString(16).padStart(4, "0")}`;
  }
  return `"${json}"`;
}
