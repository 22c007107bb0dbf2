/**
 * chat1: CHAT/1.0 lines (PROTOCOLS, section 2).
 *
 *   C>S  REGISTER <name> CHAT/1.0        S>C  200 Registration successful
 *        @<name>: <text>                      400 Invalid registration / 401 Client already registered
 *        DISCONNECT <name> CHAT/1.0           @<name>: <text>\n
 *                                             DISCONNECT CHAT/1.0
 *
 * The document names no delimiter. A client whose REGISTER ended with `\n` is a line client, and
 * its replies end with one, too. A client whose REGISTER ended with a pause is a raw client, and
 * its replies have no delimiter.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { ChatEvent, SharedEvent, UserEvent } from "../chat/event.ts";
import { isVisible, stripFormatting } from "../chat/characters.ts";
import { characterCount, MAX_NICK_CHARACTERS } from "../chat/names.ts";
import { type Person, personSeen, shownIn } from "../chat/person.ts";
import { type Frame, NOTHING } from "../framing/frame.ts";
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
import type { ClientCodec, ClientCommand, Protocol } from "./protocol.ts";
import type { Dialect, Reply, ServerCodec } from "./protocol.ts";
import { NO_REPLY, replyOf } from "./reply.ts";
import {
  decodeUtf8,
  encodeUtf8,
  isBlank,
  sanitizeLine,
  sanitizeName,
  sanitizeText,
} from "./text.ts";
import { type DmEvent, dmText, moveText, removalText } from "./words.ts";

/** The protocol's name: users of other protocols appear here under their handles. */
const NAME = "chat1";

const DIALECT: Dialect = { name: NAME, encodeEvent, echoes: () => false };

const NEWLINE = 0x0a;
const VERSION = "CHAT/1.0";
/** The longest message in bytes that a server accepts. */
const LINE_LIMIT = 16 * 1024;
/**
 * The longest message in bytes that a client accepts: the longest text of any protocol,
 * behind a name.
 */
const RELAY_LIMIT = 64 * 1024;
/** Milliseconds without a reply after which the server must be one that waits for a newline. */
const NUDGE_MS = 400;

const REGISTRATION_START = encodeUtf8("REGISTER ");

/** The only beginnings that the document allows a client. */
const REGISTRATION_RULE: SniffRule = {
  name: "chat1 registration",
  test: (prefix) => sniffStart(prefix, REGISTRATION_START),
};

/**
 * Any line; one that is no registration is answered with 400. A cs168 client's newline has
 * padding behind it.
 */
const LINE_RULE: SniffRule = { name: "chat1 line", test: sniffLineEnd };

const BARE_END = encodeUtf8(` ${VERSION}`);

/**
 * A mistyped `REGESTER una CHAT/1.0` without a newline, which is answered with 400 at the
 * idle timeout.
 */
const BARE_RULE: SniffRule = {
  name: "chat1 text without a newline",
  test: (prefix, silent) => {
    if (prefix.length >= SNIFF_BYTES || !isText(prefix)) return "reject";
    return silent && endsWith(prefix, BARE_END) ? "match" : "more";
  },
};

/** The protocol. */
export const chat1: Protocol = {
  name: NAME,
  scheme: "chat",
  sniffRules: [REGISTRATION_RULE, LINE_RULE, BARE_RULE],
  serverCodec: () => new Chat1ServerCodec(),
  dialect: DIALECT,
  clientCodec: (nick) => new Chat1ClientCodec(nick),
};

class Chat1ServerCodec implements ServerCodec {
  readonly framing = new DelimitedFraming(NEWLINE, LINE_LIMIT);
  readonly dialect = DIALECT;
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
    return { type: "register", nick, home: NAME, unique: true, lobby: true };
  }

  /** The text is relayed under the registered name, not under the name that the client claims. */
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

  encodeReply(event: UserEvent | SharedEvent): Reply {
    const control = controlText(event);
    if (control === undefined) return encodeChatReply(event);
    if (event.type === "refused") this.#done = true;
    return this.#lines
      ? { bytes: encodeUtf8(`${control}\n`), separate: true }
      : { bytes: encodeUtf8(control), separate: "in time" };
  }
}

function parseRegistration(text: string): string | undefined {
  const [verb, nick, version, ...extra] = text.split(/[ \t]+/, 4);
  if (verb !== "REGISTER" || version !== VERSION || extra.length > 0) return undefined;
  if (nick === undefined || nick.length > 2 * MAX_NICK_CHARACTERS) return undefined;
  if (characterCount(nick) > MAX_NICK_CHARACTERS || nick !== sanitizeName(nick)) return undefined;
  // A space of another script would split the name, a colon would end the sender's name in a
  // message, and a slash could make it look like another user's handle.
  return !/[\s:/]/.test(nick) && isVisible(nick) ? nick : undefined;
}

function firstWord(text: string): string {
  return text.split(/[ \t]/, 1)[0] as string;
}

/** The control message for `event`, without its newline. */
function controlText(event: ChatEvent): string | undefined {
  switch (event.type) {
    case "registered":
      return REPLY.registered;
    case "stopping":
    case "closing":
      return `DISCONNECT ${VERSION}`;
    case "refused":
      // This protocol has no errors after registration.
      if (event.refusal.code === "invalid_registration") return REPLY.invalid;
      switch (event.refusal.code) {
        case "nick_in_use":
        case "nick_reserved":
          return REPLY.inUse;
      }
      // The document has no reply for this; the connection ends after it.
      if (event.refusal.code === "banned_from_server") return REPLY.invalid;
      return undefined;
    default:
      return undefined;
  }
}

function encodeEvent(event: SharedEvent): Uint8Array {
  switch (event.type) {
    case "said":
      if (event.ctcp !== undefined) return NOTHING;
      return encodeUtf8(`@${shown(event.by)}: ${stripFormatting(event.text)}\n`);
    case "emoted":
      return encodeUtf8(
        `@${shown(event.by)}: [${shown(event.by)} ${stripFormatting(event.text)}]\n`,
      );
    default:
      return NOTHING;
  }
}

function encodeChatReply(event: UserEvent | SharedEvent): Reply {
  switch (event.type) {
    case "dm":
    case "dm_sent":
      return encodeDm(event);
    case "removed":
      return replyOf(encodeUtf8(`${removalText(event, NAME)}\n`));
    case "channel_moved":
      return replyOf(encodeUtf8(`${moveText(event, NAME)}\n`));
    default:
      return NO_REPLY;
  }
}

function encodeDm(event: DmEvent): Reply {
  const text = dmText(event, NAME);
  if (text === undefined) return NO_REPLY;
  return replyOf(encodeUtf8(`@${shown(event.by)}: [to ${shown(event.to)}] ${text}\n`));
}

function shown(person: Person): string {
  return shownIn(NAME, person);
}

class Chat1ClientCodec implements ClientCodec {
  readonly framing = new Chat1ClientFraming(new DelimitedFraming(NEWLINE, RELAY_LIMIT));
  readonly replyMs = 2000;
  readonly nudge = { afterMs: NUDGE_MS, bytes: () => this.#nudge() };
  readonly #nick: string;
  #lines = false;

  constructor(nick: string) {
    this.#nick = nick;
  }

  encode(command: ClientCommand): Uint8Array {
    switch (command.type) {
      case "register":
        return encodeRegistration(command.nick);
      case "say":
        return command.text.trim() === ""
          ? NOTHING
          : encodeUtf8(`@${this.#nick}: ${command.text}\n`);
      case "quit":
        return encodeUtf8(`DISCONNECT ${this.#nick} ${VERSION}${this.#lines ? "\n" : ""}`);
      default:
        return NOTHING;
    }
  }

  decode(frame: Frame): ChatEvent | undefined {
    const text = sanitizeLine(decodeUtf8(frame.view())).trimEnd();
    if (text === "") return undefined;
    switch (firstWord(text)) {
      case "200":
        return { type: "registered", person: personSeen(this.#nick, NAME) };
      case "400":
        return { type: "refused", refusal: { code: "invalid_registration" } };
      case "401":
        return { type: "refused", refusal: { code: "nick_in_use", nick: this.#nick } };
      case "DISCONNECT":
        return { type: "stopping" };
    }
    const said = /^@(.+?): (.*)$/.exec(text);
    if (said === null) return { type: "notice", text };
    const by = personSeen(said[1] as string, NAME);
    return { type: "said", by, channel: "", text: said[2] as string };
  }

  /**
   * Sends the newline that the server waits for, because it did not take REGISTER for a
   * complete message.
   */
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
