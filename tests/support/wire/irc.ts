/**
 * What an IRC client without capabilities reads, in the words of a view: who came, who went, and
 * what was said, one text for each. Its channel is the one that it is in.
 *
 *   :bob!~bob@host JOIN #x               :bob JOIN
 *   :bob!~bob@host PART #x, or QUIT      :bob LEFT
 *   :bob!~bob@host NICK :rob             :bob LEFT, then :rob JOIN
 *   :bob!~bob@host PRIVMSG #x :hi        :bob SAID hi
 *   :server PONG server :x               PONG
 *
 * @module
 */

import { type Request, textOf, type Told, unaskable, utf8, type Wire } from "./wire.ts";

/** The answer to a barrier, and the last line of a connection, as texts. */
export const PONG = "PONG";
export const ERROR = "ERROR";

/** The texts as a wire; what a client asks for in a channel, `askIn` writes. */
export const ircWire: Wire = {
  dialect: "irc",
  ask: (request) => utf8(linesOf(request).map((line) => `${line}\r\n`).join("")),
  message: (text) => utf8(text),
  cut: (bytes) => bytes.indexOf(0x0a) + 1,
  text: (message) => textOf(message),
  texts,
  inPieces: true,
  // What it says itself it does not read.
  echoes: (what) => what === "joined" || what === "left",
  isReply: (text) => !text.startsWith(":"),
};

function linesOf(request: Request): string[] {
  switch (request.ask) {
    case "register":
      return [`NICK ${request.nick}`, `USER ${request.nick} 0 * :soak`];
    case "join":
    case "create":
      return [`JOIN #${request.channel}`];
    case "barrier":
      return ["PING soak"];
    default:
      throw unaskable("irc", request);
  }
}

/** The bytes with which a member of `channel` asks for what happens there, or leaves it. */
export function askIn(channel: string, request: Request): Uint8Array<ArrayBuffer> {
  if (request.ask === "say") return utf8(`PRIVMSG #${channel} :${request.text}\r\n`);
  if (request.ask === "emote") {
    return utf8(`PRIVMSG #${channel} :\x01ACTION ${request.text}\x01\r\n`);
  }
  if (request.ask === "part") return utf8(`PART #${channel}\r\n`);
  return ircWire.ask(request);
}

function texts(told: Told): string[] {
  switch (told.what) {
    case "joined":
      return [`:${told.nick} JOIN`];
    case "left":
      return [`:${told.nick} LEFT`];
    case "said":
      return [`:${told.nick} SAID ${told.text}`];
    case "emoted":
      return [`:${told.nick} EMOTED ${told.text}`];
    case "stopping":
      return [ERROR];
    default:
      return [];
  }
}

/** Makes texts of what one connection receives. */
export class IrcReader {
  #rest = "";
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });

  /** The texts in the lines that `bytes`, which may be borrowed, complete; PINGs are left out. */
  push(bytes: Uint8Array): string[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\r\n");
    this.#rest = lines.pop() as string;
    return lines.flatMap(textsIn);
  }

  /** What is left at the end of the stream: a part of a line. */
  end(): string | undefined {
    return this.#rest === "" ? undefined : this.#rest;
  }
}

/** The texts of one line without tags. */
export function textsIn(line: string): string[] {
  const [head = "", ...trailing] = line.split(" :");
  const [source = "", command = "", target = ""] = head.split(" ");
  const text = trailing.join(" :");
  const by = source.split("!", 1)[0];
  if (source === ERROR) return [ERROR];
  switch (command) {
    case "PONG":
      return [PONG];
    case "JOIN":
      return [`${by} JOIN`];
    case "PART":
    case "QUIT":
      return [`${by} LEFT`];
    case "NICK":
      return [`${by} LEFT`, `:${text || target} JOIN`];
    case "PRIVMSG":
      return text.startsWith("\x01ACTION ")
        ? [`${by} EMOTED ${text.slice(8).replace("\x01", "")}`]
        : [`${by} SAID ${text}`];
    default:
      // Numerics, modes and notices of the server.
      return [];
  }
}
