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
import { stripFormatting } from "../chat/characters.ts";
import type { ChatEvent, Refusal } from "../chat/event.ts";
import { FixedFraming } from "../framing/fixed.ts";
import type { Frame } from "../framing/frame.ts";
import { FRAME_BYTES, frameBytes, frameList, frameText, trimFrame } from "./cs168_frames.ts";
import { isText, type SniffRule } from "./sniff_rules.ts";
import { Envelope, PlainText, tryRelay } from "./plain_text.ts";
import type { ClientCodec, LineAction, Protocol, Reply, ServerCodec } from "./protocol.ts";
import { NOTHING } from "./protocol.ts";
import { refusalText } from "./refusal_text.ts";
import {
  decodeUtf8,
  isBlank,
  sanitizeLine,
  sanitizeLines,
  sanitizeName,
  sanitizeText,
} from "./text.ts";

/** 200 bytes of text. All other protocols claim theirs before. */
const FRAME_RULE: SniffRule = {
  name: "cs168 frame",
  test: (prefix) => {
    if (!isText(prefix)) return "reject";
    return prefix.length < FRAME_BYTES ? "more" : "match";
  },
};

/** The protocol. */
export const cs168: Protocol = {
  name: "cs168",
  scheme: "cs168",
  sniffRules: [FRAME_RULE],
  serverCodec: () => new Cs168ServerCodec(),
  encodeEvent,
  // Nobody sees what they did themselves, neither their chat nor their coming and going.
  echoes: () => false,
  clientCodec: () => new Cs168ClientCodec(),
  commands: ["/create", "/join", "/list"],
  ui: "plain",
  lineStyle: { prompt: "[Me] ", wipe: "\r    \r", promptsInPipe: true, text: eventText },
};

const SLASH = 0x2f;
const SPACE = 0x20;

/** The first frame that is not blank is the name; from then on frames are chat or control. */
class Cs168ServerCodec implements ServerCodec {
  readonly framing = new FixedFraming(FRAME_BYTES);
  // Blank frames: a sender of 10 MB of them a second disturbs nobody.
  readonly ignoredCost = 0.001;
  readonly done = false;
  #registered = false;
  readonly #plain = new PlainText();
  readonly #sayPlain: Command = { type: "say", text: this.#plain };

  decode(frame: Frame): Command | undefined {
    if (this.#registered && frame.memory[frame.start] !== SLASH && this.#plain.take(frame)) {
      return this.#plain.length === 0 ? undefined : this.#sayPlain;
    }
    const bytes = trimFrame(frame.view());
    if (bytes.length === 0) return undefined;
    const raw = decodeUtf8(bytes);
    if (this.#registered && raw.startsWith("/")) return decodeControl(raw);
    if (this.#registered) {
      const text = sanitizeText(raw).trimEnd();
      return isBlank(text) ? undefined : { type: "say", text };
    }
    const nick = sanitizeName(raw).trimEnd();
    if (nick === "") return undefined;
    this.#registered = true;
    return { type: "register", nick };
  }

  encodeReply(event: ChatEvent): Reply {
    return { bytes: encodeEvent(event), separate: false };
  }
}

/** The first word decides, the second is its argument, more are ignored. */
function decodeControl(raw: string): Command {
  // Split before sanitising: white space inside a frame ends a word, it must not join two of them.
  const words = raw.split(/[ \t\r\n]+/);
  const word = sanitizeLine(words[0] as string);
  // Nor any other white space: in some protocols it ends a name.
  const argument = sanitizeName(words[1] ?? "").trim().split(/\s/, 1)[0] as string;
  switch (word) {
    case "/join":
      return { type: "join", channel: argument };
    case "/create":
      return { type: "create", channel: argument };
    case "/list":
      return { type: "list" };
    default:
      return { type: "invalid", refusal: { code: "unknown_command", word } };
  }
}

function encodeEvent(event: ChatEvent): Uint8Array {
  switch (event.type) {
    case "said":
      return tryRelay(event, relay) ??
        frameText(stripFormatting(`${event.text}`), `[${event.nick}] `);
    case "emoted":
      // The name is in each frame: else the second could be made to look like somebody else's.
      return frameText(`${stripFormatting(event.text)}]`, `[${event.nick} `);
    case "dm":
      return frameText(stripFormatting(event.text), `[${event.nick} -> ${event.to}] `);
    case "channels":
      return frameList(event.channels);
    default: {
      const text = eventText(event);
      return text === "" ? NOTHING : frameText(text);
    }
  }
}

const envelope = new Envelope(FRAME_BYTES, (nick) => `[${nick}] `);

/** "said" for a text that needs no look at it; undefined when one frame does not hold it. */
function relay(nick: string, text: PlainText): Uint8Array | undefined {
  const head = envelope.begin(nick, text.length);
  return head < 0 ? undefined : envelope.bytes.fill(SPACE, text.copyTo(envelope.bytes, head));
}

/** An event in words, "" where this protocol has none; `encodeEvent` puts just these on the wire. */
function eventText(event: ChatEvent): string {
  switch (event.type) {
    case "joined":
      return `${event.nick} has joined`;
    case "left":
      return `${event.nick} has left`;
    case "said":
      return `[${event.nick}] ${event.text}`;
    case "emoted":
      return `[${event.nick} ${event.text}]`;
    case "dm":
      return `[${event.nick} -> ${event.to}] ${event.text}`;
    case "channels":
      return event.channels.join("\n");
    case "names":
      return event.nicks.join("\n");
    case "refused":
      return refusalWords(event.refusal);
    case "notice":
      return event.text;
    case "registered":
    case "entered":
    case "stopping":
      return "";
  }
}

/** The documents prescribe most of them. */
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
      // Only one of the two has a full stop; clients in the wild compare the whole text.
      return refusal.verb === "join"
        ? "/join command must be followed by the name of a channel to join."
        : "/create command must be followed by the name of a channel to create";
    case "not_in_channel":
      return "Not currently in any channel. Must join a channel before sending messages.";
    default:
      return `${refusalText(refusal)}.`;
  }
}

/** The client's side keeps no state besides its framing: a frame means the same at any time. */
class Cs168ClientCodec implements ClientCodec {
  readonly framing = new FixedFraming(FRAME_BYTES);
  readonly awaitsReply = false;

  encode(command: Command): Uint8Array {
    return encodeCommand(command);
  }

  readLine(line: string): LineAction {
    return { do: "send", bytes: encodeLine(line) };
  }

  decode(frame: Frame): ChatEvent | undefined {
    return decodeEvent(frame.view());
  }
}

function encodeCommand(command: Command): Uint8Array {
  switch (command.type) {
    case "register":
      return encodeName(command.nick);
    case "say":
      // A leading space makes chat of what would be a control message.
      return encodeLine(`${command.text}`.replace(/^\//, " /"));
    case "join":
      return encodeLine(`/join ${command.channel}`);
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
 * A name is one frame, whatever its length: a second one would be taken for chat.
 *
 * @throws {RangeError} when it has no visible character or more than 200 bytes of UTF-8.
 */
function encodeName(nick: string): Uint8Array {
  const frames = encodeLine(nick);
  if (frames.length === 0) throw new RangeError("Name must not be blank");
  if (frames.length > FRAME_BYTES) {
    throw new RangeError(`Name must have at most ${FRAME_BYTES} bytes, got "${nick}"`);
  }
  return frames;
}

function encodeLine(line: string): Uint8Array {
  return frameBytes(line.trimEnd(), (next) => next !== SLASH);
}

// Four public servers put the wipe sequence of their client into the frame.
const WIPE = /^\r *\r/;
const SAID = /^\[(.*?)\] ([^]*)$/;
const JOINED = /^(.+) has joined$/;
const LEFT = /^(.+) has left$/;

/** The wire does not name the channel, and lists and refusals are texts like any other. */
function decodeEvent(frame: Uint8Array): ChatEvent | undefined {
  const raw = decodeUtf8(trimFrame(frame)).replace(WIPE, "");
  const text = sanitizeLines(raw);
  if (text.trim() === "") return undefined;
  const said = SAID.exec(text);
  if (said) {
    return { type: "said", nick: said[1] as string, channel: "", text: said[2] as string };
  }
  const joined = JOINED.exec(text);
  if (joined) return { type: "joined", nick: joined[1] as string, channel: "" };
  const left = LEFT.exec(text);
  if (left) return { type: "left", nick: left[1] as string, channel: "" };
  return { type: "notice", text };
}
