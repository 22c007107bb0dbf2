/**
 * cs168: CS168's fixed 200-byte frames (PROTOCOLS, section 1).
 *
 *   +---- 200 bytes, both directions --------+
 *   | text, padded with spaces (0x20)        |    C>S first: the name; then `/join`, `/create`,
 *   +----------------------------------------+    `/list` or chat.  S>C: text to be shown.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { ChatEvent, Refusal, SharedEvent, UserEvent } from "../chat/event.ts";
import { type Person, personSeen, shownIn } from "../chat/person.ts";
import { isVisible, stripFormatting } from "../chat/characters.ts";
import { FixedFraming } from "../framing/fixed.ts";
import { type Frame, NOTHING } from "../framing/frame.ts";
import { concat } from "./bytes.ts";
import {
  FRAME_BYTES,
  frameBytes,
  frameChat,
  frameList,
  frameText,
  LEAST_ROOM,
  type Prefix,
  prefixOf,
  trimFrame,
  trimmed,
} from "./cs168_frames.ts";
import { isText, type SniffRule } from "./sniff_rules.ts";
import type {
  ClientCodec,
  ClientCommand,
  Dialect,
  Protocol,
  Reply,
  ServerCodec,
} from "./protocol.ts";
import { refusalText } from "./refusal_text.ts";
import {
  decodePlain,
  decodeUtf8,
  encodeUtf8,
  isBlank,
  sanitizeLine,
  sanitizeLines,
  sanitizeName,
  sanitizeText,
} from "./text.ts";
import { rememberLast, replyInParts, replyOf } from "./reply.ts";
import { type DmEvent, dmText, moveText, removalText } from "./words.ts";

/** The protocol's name: users of other protocols appear here under their handles. */
const NAME = "cs168";

/** 200 bytes of text, unless another protocol claims them first. */
const FRAME_RULE: SniffRule = {
  name: "cs168 frame",
  test: (prefix) => {
    if (!isText(prefix)) return "reject";
    return prefix.length < FRAME_BYTES ? "more" : "match";
  },
};

const DIALECT: Dialect = {
  name: NAME,
  encodeEvent,
  // Users do not see their own actions: neither their chat nor that they join and leave.
  echoes: () => false,
};

/** The protocol. */
export const cs168: Protocol = {
  name: NAME,
  scheme: "cs168",
  sniffRules: [FRAME_RULE],
  serverCodec: () => new Cs168ServerCodec(),
  dialect: DIALECT,
  clientCodec: () => new Cs168ClientCodec(),
};

const SLASH = 0x2f;

/** The price of a blank frame, which costs little more than its read. */
const BLANK_COST = 0.01;

/** The first frame that is not blank is the name; all later ones are chat or control messages. */
class Cs168ServerCodec implements ServerCodec {
  readonly framing = new FixedFraming(FRAME_BYTES);
  readonly dialect = DIALECT;
  readonly done = false;
  #ignoredCost = 1;
  #registered = false;

  get ignoredCost(): number {
    return this.#ignoredCost;
  }

  decode(frame: Frame): Command | undefined {
    const bytes = trimmed(frame);
    this.#ignoredCost = bytes.length === 0 ? BLANK_COST : 1;
    if (bytes.length === 0) return undefined;
    const isChat = this.#registered && bytes[0] !== SLASH;
    const plain = isChat ? decodePlain(bytes) : undefined;
    if (plain !== undefined) return { type: "say", text: plain };
    const raw = decodeUtf8(bytes);
    if (this.#registered && raw.startsWith("/")) return decodeControl(raw);
    return this.#registered ? decodeChat(raw) : this.#decodeName(raw);
  }

  /** Ignores an invisible name like a blank frame: the next frame may contain the name. */
  #decodeName(raw: string): Command | undefined {
    // The name must not begin with a space, because such a frame continues another user's
    // long message.
    const nick = sanitizeName(raw).trim();
    if (!isVisible(nick)) return undefined;
    this.#registered = true;
    return { type: "register", nick, home: NAME };
  }

  encodeReply(event: UserEvent | SharedEvent): Reply {
    switch (event.type) {
      case "channels":
        return replyInParts(encodeChannels(event.channels));
      case "names":
        return replyInParts(frameParts(frameList(event.members.map(shown))));
      default:
        return replyOf(encodeUserEvent(event));
    }
  }
}

function decodeChat(raw: string): Command | undefined {
  const text = sanitizeText(raw).trimEnd();
  return isBlank(text) ? undefined : { type: "say", text };
}

/** The first word is the command and the second its argument; further words are ignored. */
function decodeControl(raw: string): Command {
  // Split first: sanitising removes white space, and so would join two words.
  const words = raw.split(/[ \t\r\n]+/);
  const word = sanitizeLine(words[0] as string);
  // Cut at other white space, too: in some protocols it ends a name.
  const argument = sanitizeName(words[1] ?? "").trim().split(/\s/, 1)[0] as string;
  switch (word) {
    case "/join":
      return { type: "join", channel: argument, exclusive: true };
    case "/create":
      return { type: "create", channel: argument };
    case "/list":
      return { type: "list" };
    default:
      return { type: "invalid", refusal: { code: "unknown_command", word } };
  }
}

function encodeEvent(event: SharedEvent): Uint8Array {
  switch (event.type) {
    case "said":
      if (event.ctcp !== undefined) return NOTHING;
      return frameChat(stripFormatting(event.text), prefixBefore(event.by));
    case "emoted":
      // The name is in each frame: otherwise the second could be made to look like another user's.
      return frameText(`${stripFormatting(event.text)}]`, `[${shown(event.by)} `);
    case "joined":
      return frameText(joinedText(event.by));
    case "left":
    case "quit":
      return frameText(leftText(event.by));
    case "kicked":
      return frameText(leftText(event.whom));
    case "renamed":
      return concat([frameText(leftText(event.by)), frameText(joinedText(event.now))]);
    default:
      return NOTHING;
  }
}

const prefixes = new WeakMap<Person, Prefix>();

/** Encoded once for each speaker: for each message again, it took longer than the message. */
function prefixBefore(person: Person): Prefix {
  let prefix = prefixes.get(person);
  if (prefix === undefined) prefixes.set(person, prefix = prefixOf(`[${shown(person)}] `));
  return prefix;
}

/** The size of the parts in which a list is sent, in bytes. */
const PART_BYTES = 320 * FRAME_BYTES;

const encodeChannels = rememberLast((names) => frameParts(frameList(names)));

function frameParts(frames: Uint8Array): Uint8Array[] {
  const count = Math.ceil(frames.length / PART_BYTES);
  return Array.from(
    { length: count },
    (_, i) => frames.subarray(i * PART_BYTES, (i + 1) * PART_BYTES),
  );
}

function encodeUserEvent(event: UserEvent | SharedEvent): Uint8Array {
  switch (event.type) {
    case "dm":
    case "dm_sent":
      return encodeDm(event);
    case "refused":
      return frameText(refusalWords(event.refusal));
    case "removed":
      return frameText(removalText(event, NAME));
    case "channel_moved":
      return frameText(moveText(event, NAME));
    case "notice":
      return frameText(event.text);
    case "closing":
      return frameText(event.reason);
    default:
      // There is no reply to a registration, and users do not see their own actions.
      return NOTHING;
  }
}

function encodeDm(event: DmEvent): Uint8Array {
  const text = dmText(event, NAME);
  return text === undefined ? NOTHING : frameText(text, dmPrefix(event.by, event.to));
}

function shown(person: Person): string {
  return shownIn(NAME, person);
}

function joinedText(person: Person): string {
  return `${shown(person)} has joined`;
}

function leftText(person: Person): string {
  return `${shown(person)} has left`;
}

/**
 * The line end makes it a private message: neither a nick nor a chat can contain one. The space
 * behind it keeps the text from looking like somebody's chat on a line of its own.
 */
function dmPrefix(by: Person, to: Person): string {
  return `[${shown(by)} -> ${shown(to)}]\n `;
}

/** The texts of refusals, most of which the documents prescribe. */
function refusalWords(refusal: Refusal): string {
  switch (refusal.code) {
    case "unknown_command":
      return `${refusal.word} is not a valid control message. ` +
        "Valid messages are /create, /list, and /join.";
    case "no_such_channel":
      return `No channel named ${refusal.channel} exists. Try '/create ${refusal.channel}'?`;
    case "channel_exists":
      return `Room ${refusal.channel} already exists, so cannot be created.`;
    case "channel_name_missing":
      // Only one of the two ends with a full stop; published clients compare the whole text.
      return refusal.verb === "join"
        ? "/join command must be followed by the name of a channel to join."
        : "/create command must be followed by the name of a channel to create";
    case "not_in_channel":
      return "Not currently in any channel. Must join a channel before sending messages.";
    default:
      return `${refusalText(refusal)}.`;
  }
}

/** The client's side: the meaning of a frame does not depend on earlier ones. */
class Cs168ClientCodec implements ClientCodec {
  readonly framing = new FixedFraming(FRAME_BYTES);
  readonly replyMs = 0;
  // The most bytes of a line in one frame.
  #room = FRAME_BYTES;

  encode(command: ClientCommand): Uint8Array {
    const bytes = encodeCommand(command, this.#room);
    if (command.type === "register") this.#room = roomBehind(command.nick);
    return bytes;
  }

  decode(frame: Frame): ChatEvent | undefined {
    return decodeEvent(frame.view());
  }
}

/**
 * What published servers put around a text besides the name: `[`, `] `, and a line end or up to
 * five blanks. Most do not cut what is then longer than a frame, and all later frames would be read
 * at the wrong place.
 */
const BESIDES_NAME_BYTES = 8;

/** The bytes of a text that fit into a frame behind the name of its speaker. */
function roomBehind(nick: string): number {
  return Math.max(LEAST_ROOM, FRAME_BYTES - encodeUtf8(nick).length - BESIDES_NAME_BYTES);
}

function encodeCommand(command: ClientCommand, room: number): Uint8Array {
  switch (command.type) {
    case "raw":
      return encodeLine(command.line, room);
    case "register":
      return encodeName(command.nick);
    case "say":
      // A leading space makes the text chat instead of a control message.
      return encodeLine(`${command.text}`.replace(/^\//, " /"), room);
    case "join":
      return encodeLine(`/join ${command.channel ?? ""}`);
    case "create":
      return encodeLine(`/create ${command.channel}`);
    case "list":
      return encodeLine("/list");
    case "invalid":
      return command.refusal.code === "unknown_command"
        ? encodeLine(command.refusal.word)
        : NOTHING;
    default:
      return NOTHING;
  }
}

/**
 * A name must fit in one frame: a second frame would be taken for chat.
 *
 * @throws {RangeError} when it has no visible character or more than 200 bytes of UTF-8.
 */
function encodeName(nick: string): Uint8Array {
  const frames = encodeLine(nick);
  if (!isVisible(nick)) throw new RangeError("Name must not be blank");
  if (frames.length > FRAME_BYTES) {
    throw new RangeError(`Name must have at most ${FRAME_BYTES} bytes, got "${nick}"`);
  }
  return frames;
}

function encodeLine(line: string, room = FRAME_BYTES): Uint8Array {
  return frameBytes(line.trimEnd(), (next) => next !== SLASH, NOTHING, room);
}

// Some published servers put what clears the prompt of their own client into the frame.
const WIPE = /^\r *\r?/;
const SAID = /^\[(.*?)\] ([^]*)$/;
const DM = /^\[([^\n]*?) -> ([^\n]*)\]\n ?([^]*)$/;
const JOINED = /^(.+) has joined$/;
const LEFT = /^(.+) has left$/;

/** A frame does not name its channel, and lists and refusals look like any other text. */
function decodeEvent(frame: Uint8Array): ChatEvent | undefined {
  const raw = decodeUtf8(trimFrame(frame)).replace(WIPE, "");
  const text = sanitizeLines(raw);
  if (text.trim() === "") return undefined;
  const said = SAID.exec(text);
  if (said) {
    return { type: "said", by: seen(said[1]), channel: "", text: said[2] as string };
  }
  const dm = DM.exec(text);
  if (dm) return { type: "dm", by: seen(dm[1]), to: seen(dm[2]), text: dm[3] as string };
  const joined = JOINED.exec(text);
  if (joined) return { type: "joined", by: seen(joined[1]), channel: "" };
  const left = LEFT.exec(text);
  if (left) return { type: "left", by: seen(left[1]), channel: "" };
  return { type: "notice", text };
}

function seen(name = ""): Person {
  return personSeen(name, NAME);
}
