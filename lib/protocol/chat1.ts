/**
 * chat1: CHAT/1.0 lines (PROTOCOLS, section 2).
 *
 *   C>S  REGISTER <name> CHAT/1.0        S>C  200 Registration successful
 *        @<name>: <text>                      400 Invalid registration / 401 Client already registered
 *        DISCONNECT <name> CHAT/1.0           @<name>: <text>\n
 *                                             DISCONNECT CHAT/1.0
 *
 * The document names no delimiter. A client whose REGISTER came with `\n` is a line client and gets its
 * replies with one; one whose REGISTER ended with a pause is a raw client and gets them bare.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import { stripFormatting } from "../chat/characters.ts";
import type { ChatEvent } from "../chat/event.ts";
import { characterCount, MAX_NICK_CHARACTERS } from "../chat/names.ts";
import type { Frame } from "../framing/frame.ts";
import { DelimitedFraming } from "../framing/delimited.ts";
import { Chat1ClientFraming, REPLY } from "./chat1_client_framing.ts";
import {
  endsWith,
  isText,
  SNIFF_BYTES,
  sniffLineEnd,
  type SniffRule,
  sniffStart,
} from "./sniff_rules.ts";
import { type ClientCodec, type LineAction, NOTHING, type Protocol } from "./protocol.ts";
import { Envelope, type PlainText, tryRelay } from "./plain_text.ts";
import type { Reply, ServerCodec } from "./protocol.ts";
import { refusalText } from "./refusal_text.ts";
import {
  decodeUtf8,
  encodeUtf8,
  isBlank,
  sanitizeLine,
  sanitizeName,
  sanitizeText,
} from "./text.ts";

const NEWLINE = 0x0a;
const VERSION = "CHAT/1.0";
/** What a server takes for one message, in bytes. */
const LINE_LIMIT = 16 * 1024;
/** What a client takes: the longest text of any protocol, with a name before it. */
const RELAY_LIMIT = 64 * 1024;
/** How long a line server would have let a client wait for its reply, in milliseconds. */
const NUDGE_MS = 400;

const REGISTRATION_START = encodeUtf8("REGISTER ");

/** All that the document lets a client begin with. */
const REGISTRATION_RULE: SniffRule = {
  name: "chat1 registration",
  test: (prefix) => sniffStart(prefix, REGISTRATION_START),
};

/** Any line, which gets its 400 when it is no registration. A cs168 client's newline has padding behind it. */
const LINE_RULE: SniffRule = { name: "chat1 line", test: sniffLineEnd };

const BARE_END = encodeUtf8(` ${VERSION}`);

/** `REGESTER una CHAT/1.0` without a newline: its 400 is due once nothing more comes. */
const BARE_RULE: SniffRule = {
  name: "chat1 text without a newline",
  test: (prefix, silent) => {
    if (prefix.length >= SNIFF_BYTES || !isText(prefix)) return "reject";
    return silent && endsWith(prefix, BARE_END) ? "match" : "more";
  },
};

/** The protocol. */
export const chat1: Protocol = {
  name: "chat1",
  scheme: "chat",
  sniffRules: [REGISTRATION_RULE, LINE_RULE, BARE_RULE],
  serverCodec: () => new Chat1ServerCodec(),
  encodeEvent,
  echoes: () => false,
  clientCodec: (nick) => new Chat1ClientCodec(nick),
  commands: [],
  ui: "plain",
  lineStyle: { prompt: "> ", wipe: "\r  \r", promptsInPipe: false, text: eventText },
};

class Chat1ServerCodec implements ServerCodec {
  readonly framing = new DelimitedFraming(NEWLINE, LINE_LIMIT);
  readonly ignoredCost = 1;
  #nick: string | undefined;
  #lines = false;
  #done = false;

  get done(): boolean {
    return this.#done;
  }

  decode(frame: Frame): Command | undefined {
    const text = decodeUtf8(frame.view()).trimEnd();
    if (text === "") return undefined;
    if (this.#nick !== undefined) return this.#decodeMessage(text, this.#nick);
    this.#lines = frame.memory[frame.end - 1] === NEWLINE;
    const nick = parseRegistration(text);
    if (nick === undefined) return { type: "invalid", refusal: { code: "invalid_registration" } };
    this.#nick = nick;
    return { type: "register", nick, unique: true, lobby: true };
  }

  /** Whatever it claims, it is relayed under the registered name. */
  #decodeMessage(text: string, nick: string): Command | undefined {
    if (firstWord(text) === "DISCONNECT") {
      this.#done = true;
      return { type: "quit" };
    }
    // One public client forgets the colon.
    if (!text.startsWith(`@${nick}:`) && !text.startsWith(`@${nick} `)) return undefined;
    const said = sanitizeText(text.slice(nick.length + 2).replace(/^ /, "")).trimEnd();
    return isBlank(said) ? undefined : { type: "say", text: said };
  }

  encodeReply(event: ChatEvent): Reply {
    const control = controlText(event);
    if (control === undefined) return { bytes: encodeEvent(event), separate: false };
    if (event.type === "refused") this.#done = true;
    return { bytes: encodeUtf8(this.#lines ? `${control}\n` : control), separate: true };
  }
}

function parseRegistration(text: string): string | undefined {
  const [verb, nick, version, ...extra] = text.split(/[ \t]+/, 4);
  if (verb !== "REGISTER" || version !== VERSION || extra.length > 0) return undefined;
  if (nick === undefined || nick === "" || nick.length > 2 * MAX_NICK_CHARACTERS) return undefined;
  if (characterCount(nick) > MAX_NICK_CHARACTERS || nick !== sanitizeName(nick)) return undefined;
  // A space of another script makes two words of it.
  return /\s/.test(nick) ? undefined : nick;
}

function firstWord(text: string): string {
  return text.split(/[ \t]/, 1)[0] as string;
}

/** The control message that tells `event`, without its newline. */
function controlText(event: ChatEvent): string | undefined {
  switch (event.type) {
    case "registered":
      return REPLY.registered;
    case "stopping":
      return `DISCONNECT ${VERSION}`;
    case "refused":
      // After registration there is no error in this protocol.
      if (event.refusal.code === "invalid_registration") return REPLY.invalid;
      if (event.refusal.code === "nick_in_use") return REPLY.inUse;
      return undefined;
    default:
      return undefined;
  }
}

function encodeEvent(event: ChatEvent): Uint8Array {
  switch (event.type) {
    case "said":
      return tryRelay(event, relay) ?? encodeUtf8(`${stripFormatting(eventText(event))}\n`);
    case "emoted":
    case "dm":
      return encodeUtf8(`${stripFormatting(eventText(event))}\n`);
    default:
      return NOTHING;
  }
}

const envelope = new Envelope(LINE_LIMIT, (nick) => `@${nick}: `);

/** "said" for a text that needs no look at it; undefined when the envelope does not hold it. */
function relay(nick: string, text: PlainText): Uint8Array | undefined {
  const head = envelope.begin(nick, text.length + 1);
  if (head < 0) return undefined;
  const end = text.copyTo(envelope.bytes, head);
  envelope.bytes[end] = NEWLINE;
  return envelope.bytes.subarray(0, end + 1);
}

function eventText(event: ChatEvent): string {
  switch (event.type) {
    case "said":
      return `@${event.nick}: ${event.text}`;
    case "emoted":
      return `@${event.nick}: [${event.nick} ${event.text}]`;
    case "dm":
      return `@${event.nick}: [to ${event.to}] ${event.text}`;
    case "refused":
      return controlText(event) ?? refusalText(event.refusal);
    case "notice":
      return event.text;
    default:
      return "";
  }
}

class Chat1ClientCodec implements ClientCodec {
  readonly framing = new Chat1ClientFraming(new DelimitedFraming(NEWLINE, RELAY_LIMIT));
  readonly awaitsReply = true;
  readonly nudge = { afterMs: NUDGE_MS, bytes: () => this.#nudge() };
  readonly #nick: string;
  #lines = false;

  constructor(nick: string) {
    this.#nick = nick;
  }

  encode(command: Command): Uint8Array {
    switch (command.type) {
      case "register":
        return encodeRegistration(command.nick);
      case "say":
        return String(command.text).trim() === ""
          ? NOTHING
          : encodeUtf8(`@${this.#nick}: ${command.text}\n`);
      case "quit":
        return encodeUtf8(`DISCONNECT ${this.#nick} ${VERSION}${this.#lines ? "\n" : ""}`);
      default:
        return NOTHING;
    }
  }

  readLine(line: string): LineAction {
    return { do: "send", bytes: this.encode({ type: "say", text: sanitizeLine(line) }) };
  }

  decode(frame: Frame): ChatEvent | undefined {
    const text = sanitizeLine(decodeUtf8(frame.view())).trimEnd();
    if (text === "") return undefined;
    switch (firstWord(text)) {
      case "200":
        return { type: "registered", nick: this.#nick };
      case "400":
        return { type: "refused", refusal: { code: "invalid_registration" } };
      case "401":
        return { type: "refused", refusal: { code: "nick_in_use", nick: this.#nick } };
      case "DISCONNECT":
        return { type: "stopping" };
    }
    const said = /^@(.+?): (.*)$/.exec(text);
    if (said === null) return { type: "notice", text };
    return { type: "said", nick: said[1] as string, channel: "", text: said[2] as string };
  }

  /** The server did not take REGISTER for a message, so it waits for the newline. */
  #nudge(): Uint8Array {
    this.#lines = true;
    return encodeUtf8("\n");
  }
}

function encodeRegistration(nick: string): Uint8Array {
  if (parseRegistration(`REGISTER ${nick} ${VERSION}`) !== nick) {
    throw new RangeError(
      `Name must be one word of at most ${MAX_NICK_CHARACTERS} characters, got "${nick}"`,
    );
  }
  return encodeUtf8(`REGISTER ${nick} ${VERSION}`);
}
