/**
 * A protocol that nobody needs: it shows that one file and one line are enough to add another, and that the
 * suite knows none by its name. Words and percent-encoded arguments, each message ended by `;`:
 *
 *   client   DEL hi NICK;   say TEXT;
 *   server   in NICK;  out NICK;  said NICK TEXT;  did NICK TEXT;  dm NICK TO TEXT;  note TEXT;  bye;
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { type Person, personSeen, shownIn } from "../../lib/chat/person.ts";
import { DelimitedFraming } from "../../lib/framing/delimited.ts";
import type { Frame } from "../../lib/framing/frame.ts";
import type {
  ClientCodec,
  ClientCommand,
  Dialect,
  Protocol,
  ServerCodec,
} from "../../lib/protocol/protocol.ts";
import { NOTHING } from "../../lib/framing/frame.ts";
import { refusalText } from "../../lib/protocol/refusal_text.ts";
import { decodeUtf8, encodeUtf8, sanitizeLine } from "../../lib/protocol/text.ts";
import { removalText } from "../../lib/protocol/words.ts";
import type { Opening } from "../support/conversations.ts";

/** The first byte of a connection: no other protocol begins with it. */
const FIRST_BYTE = 0x7f;
const SEMICOLON = 0x3b;
const LIMIT = 16 * 1024;

const NAME = "toy";

const DIALECT: Dialect = {
  name: NAME,
  encodeEvent,
  echoes: (event) => event.type === "said",
};

/** The toy. */
export const toy: Protocol = {
  name: NAME,
  scheme: NAME,
  sniffRules: [{
    name: "toy",
    test: (prefix) => prefix[0] === FIRST_BYTE ? "match" : "reject",
  }],
  dialect: DIALECT,
  serverCodec: (): ServerCodec => ({
    dialect: DIALECT,
    framing: new DelimitedFraming(SEMICOLON, LIMIT),
    ignoredCost: 1,
    done: false,
    decode: (frame) => decodeCommand(words(frame)),
    encodeReply: (event) => ({ bytes: encodeEvent(event), separate: false }),
  }),
  clientCodec: (): ClientCodec => ({
    framing: new DelimitedFraming(SEMICOLON, LIMIT),
    replyMs: 0,
    encode: encodeCommand,
    decode: (frame) => decodeEvent(words(frame)),
  }),
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
  if (word === "hi") return { type: "register", nick: text, home: NAME, lobby: true };
  return word === "say" ? { type: "say", text } : undefined;
}

function encodeCommand(command: ClientCommand): Uint8Array {
  if (command.type === "register") return message("\x7fhi", command.nick);
  return command.type === "say" ? message("say", command.text) : NOTHING;
}

function encodeEvent(event: ChatEvent): Uint8Array {
  switch (event.type) {
    case "joined":
      return message("in", shown(event.by));
    case "left":
    case "quit":
      return message("out", shown(event.by));
    case "kicked":
      return message("out", shown(event.whom));
    case "renamed":
      return concat([message("out", shown(event.by)), message("in", shown(event.now))]);
    case "said":
      return message("said", shown(event.by), event.text);
    case "emoted":
      return message("did", shown(event.by), event.text);
    case "dm":
      return message("dm", shown(event.by), shown(event.to), event.text);
    case "refused":
      return message("note", refusalText(event.refusal));
    case "notice":
      return message("note", event.text);
    case "removed":
      return message("note", removalText(event, NAME));
    case "stopping":
      return message("bye");
    default:
      return NOTHING;
  }
}

function shown(person: Person): string {
  return shownIn(NAME, person);
}

function decodeEvent(
  [word, name = "", text = "", more = ""]: readonly string[],
): ChatEvent | undefined {
  const channel = "";
  const by = personSeen(name, NAME);
  switch (word) {
    case "in":
      return { type: "joined", by, channel };
    case "out":
      return { type: "left", by, channel };
    case "said":
      return { type: "said", by, channel, text };
    case "did":
      return { type: "emoted", by, channel, text };
    case "dm":
      return { type: "dm", by, to: personSeen(text, NAME), text: more };
    case "note":
      return { type: "notice", text: name };
    case "bye":
      return { type: "stopping" };
    default:
      return undefined;
  }
}
