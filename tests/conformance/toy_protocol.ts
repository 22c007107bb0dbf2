/**
 * A protocol that nobody needs: it shows that one file and one line are enough to add another, and that the
 * suite knows none by its name. Words and percent-encoded arguments, each message ended by `;`:
 *
 *   client   DEL hi NICK;   say TEXT;
 *   server   in NICK;  out NICK;  said NICK TEXT;  did NICK TEXT;  dm NICK TO TEXT;  note TEXT;  bye;
 *
 * @module
 */

import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { DelimitedFraming } from "../../lib/framing/delimited.ts";
import type { Frame } from "../../lib/framing/frame.ts";
import type { ClientCodec, Protocol, ServerCodec } from "../../lib/protocol/protocol.ts";
import { NOTHING } from "../../lib/protocol/protocol.ts";
import { refusalText } from "../../lib/protocol/refusal_text.ts";
import { decodeUtf8, encodeUtf8, sanitizeLine } from "../../lib/protocol/text.ts";
import type { Opening } from "../support/conversations.ts";

/** The first byte of a connection: no other protocol begins with it. */
const FIRST_BYTE = 0x7f;
const SEMICOLON = 0x3b;
const LIMIT = 16 * 1024;

/** The toy. */
export const toy: Protocol = {
  name: "toy",
  scheme: "toy",
  sniff: (prefix) => prefix[0] === FIRST_BYTE ? "match" : "reject",
  serverCodec: (): ServerCodec => ({
    framing: new DelimitedFraming(SEMICOLON, LIMIT),
    ignoredCost: 1,
    done: false,
    decode: (frame) => decodeCommand(words(frame)),
    encodeReply: (event) => ({ bytes: encodeEvent(event), separate: false }),
  }),
  encodeEvent,
  echoes: (event) => event.type === "said",
  clientCodec: (): ClientCodec => ({
    framing: new DelimitedFraming(SEMICOLON, LIMIT),
    awaitsReply: false,
    encode: encodeCommand,
    decode: (frame) => decodeEvent(words(frame)),
    readLine: (text) => ({ do: "send", bytes: encodeCommand({ type: "say", text }) }),
  }),
  commands: [],
  ui: "plain",
  lineStyle: { prompt: "; ", wipe: "", promptsInPipe: false, text: eventText },
};

/** What a client of it sends first. */
export const TOY_OPENINGS: readonly Opening[] = [{
  protocol: "toy",
  title: "a name and a word",
  bytes: encodeUtf8("\x7fhi pat;say hello;"),
  decidedAt: 1,
}];

function message(word: string, ...args: string[]): Uint8Array<ArrayBuffer> {
  const encoded = args.map((arg) => encodeURIComponent(arg.toWellFormed()));
  return encodeUtf8(`${[word, ...encoded].join(" ")};`);
}

/** The words of a message, decoded and clean; none of one that cannot be decoded. */
function words(frame: Frame): string[] {
  const text = decodeUtf8(frame.view()).replace(/^\x7f/, "").replace(/;$/, "");
  try {
    return text.split(" ").map((word) => sanitizeLine(decodeURIComponent(word)));
  } catch {
    return [];
  }
}

function decodeCommand([word, text]: readonly string[]): Command | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  if (word === "hi") return { type: "register", nick: text, lobby: true };
  return word === "say" ? { type: "say", text } : undefined;
}

function encodeCommand(command: Command): Uint8Array {
  if (command.type === "register") return message("\x7fhi", command.nick);
  return command.type === "say" ? message("say", `${command.text}`) : NOTHING;
}

function encodeEvent(event: ChatEvent): Uint8Array {
  switch (event.type) {
    case "joined":
      return message("in", event.nick);
    case "left":
      return message("out", event.nick);
    case "said":
      return message("said", event.nick, `${event.text}`);
    case "emoted":
      return message("did", event.nick, event.text);
    case "dm":
      return message("dm", event.nick, event.to, event.text);
    case "refused":
    case "notice":
      return message("note", eventText(event));
    case "stopping":
      return message("bye");
    default:
      return NOTHING;
  }
}

function decodeEvent([word, nick = "", text = "", more = ""]: readonly string[]) {
  const channel = "";
  switch (word) {
    case "in":
      return { type: "joined", nick, channel } as const;
    case "out":
      return { type: "left", nick, channel } as const;
    case "said":
      return { type: "said", nick, channel, text } as const;
    case "did":
      return { type: "emoted", nick, channel, text } as const;
    case "dm":
      return { type: "dm", nick, to: text, text: more } as const;
    case "note":
      return { type: "notice", text: nick } as const;
    case "bye":
      return { type: "stopping" } as const;
    default:
      return undefined;
  }
}

function eventText(event: ChatEvent): string {
  switch (event.type) {
    case "joined":
    case "left":
      return `${event.nick} ${event.type}`;
    case "said":
      return `${event.nick}: ${event.text}`;
    case "emoted":
      return `${event.nick} ${event.text}`;
    case "dm":
      return `${event.nick} to ${event.to}: ${event.text}`;
    case "refused":
      return refusalText(event.refusal);
    case "notice":
      return event.text;
    default:
      return "";
  }
}
