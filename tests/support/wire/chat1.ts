/**
 * chat1 in plain bytes: lines; the answer to a registration may come without its newline.
 *
 * @module
 */

import { type Request, textOf, type Told, unaskable, utf8, type Wire } from "./wire.ts";

/** What a user reads first, and last. */
export const REGISTERED = "200 Registration successful";
export const STOPPING = "DISCONNECT CHAT/1.0";

const NEWLINE = 0x0a;

/** The protocol. */
export const chat1Wire: Wire = {
  dialect: "chat1",
  ask: (request) => utf8(requestText(request)),
  message: (text) => utf8(`${text}\n`),
  cut(bytes, first) {
    const bare = REGISTERED.length;
    const isAnswer = first && bytes.length >= bare &&
      textOf(bytes.subarray(0, bare)) === REGISTERED;
    if (isAnswer) return bytes[bare] === NEWLINE ? bare + 1 : bare;
    return bytes.indexOf(NEWLINE) + 1;
  },
  text: (message) => textOf(message).replace(/\n$/, ""),
  texts,
  echoes: () => false,
  isReply: (text) => !text.startsWith("@"),
};

function requestText(request: Request): string {
  switch (request.ask) {
    case "register":
      return `REGISTER ${request.nick} CHAT/1.0${request.raw ? "" : "\n"}`;
    case "say":
      return `@${request.nick}: ${request.text}\n`;
    case "disconnect":
      return `DISCONNECT ${request.nick} CHAT/1.0\n`;
    default:
      throw unaskable("chat1", request);
  }
}

function texts(told: Told): string[] {
  switch (told.what) {
    case "said":
      return [`@${told.nick}: ${told.text}`];
    case "emoted":
      return [`@${told.nick}: [${told.nick} ${told.text}]`];
    case "dm":
      return [`@${told.nick}: [to ${told.to}] ${told.text}`];
    case "registered":
      return [REGISTERED];
    case "nick in use":
      return ["401 Client already registered"];
    case "stopping":
      return [STOPPING];
    default:
      return [];
  }
}
