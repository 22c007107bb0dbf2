/**
 * A client's half of one IRC connection. Its user is in one channel at a time, the one that it entered last, as in
 * the other protocols; lines to events stand in `irc_client_events.ts`.
 *
 * @module
 */

import { NOTHING } from "../framing/frame.ts";
import type { ChatEvent } from "../chat/event.ts";
import { isHandle } from "../chat/handles.ts";
import type { Frame } from "../framing/frame.ts";
import { LineFraming } from "../framing/line_framing.ts";
import { IrcClientState, readLine } from "./irc_client_events.ts";
import { formatBody, MAX_BODY_BYTES, MAX_TAG_BYTES, parseLine } from "./irc_message.ts";
import { CHANNEL_MARK } from "./irc_names.ts";
import { fitText, formatAction } from "./irc_text.ts";
import { type ClientCodec, type ClientCommand } from "./protocol.ts";
import { encodeUtf8 } from "./text.ts";

/** Bytes of one line that are dropped before the connection is: no server sends such a line. */
const DROP_LIMIT = 64 * 1024;

/** Stands for the user's own name until it has been seen: no name is longer. */
const LONGEST_SOURCE = "x".repeat(120);

/** The channel of a user who is in none: the server says that there is no such channel. */
const NO_CHANNEL = CHANNEL_MARK;

/** A client's half. */
export class IrcClientCodec implements ClientCodec {
  readonly framing = new LineFraming(MAX_BODY_BYTES + MAX_TAG_BYTES, DROP_LIMIT);
  readonly awaitsReply = true;
  readonly #state: IrcClientState;

  /** For a user called `nick`. */
  constructor(nick: string) {
    this.#state = new IrcClientState(nick);
  }

  /** The lines of a command; nothing for one that IRC has not. */
  encode(command: ClientCommand): Uint8Array {
    const lines = this.#linesOf(command);
    return lines.length === 0 ? NOTHING : encodeUtf8(lines.join(""));
  }

  /** What a line tells. */
  decode(frame: Frame): ChatEvent | undefined {
    const parsed = parseLine(frame, this.framing.isCut);
    return parsed === undefined ? undefined : readLine(parsed.message, this.#state);
  }

  /** What the lines that were decoded want answered. */
  takeAnswer(): Uint8Array {
    const { answers } = this.#state;
    return answers.length === 0 ? NOTHING : encodeUtf8(answers.splice(0).join(""));
  }

  #linesOf(command: ClientCommand): readonly string[] {
    const channel = this.#state.channel ?? NO_CHANNEL;
    switch (command.type) {
      case "register":
        return registration(command.nick);
      case "say":
        return this.#speech(channel, command.text, false);
      case "emote":
        return this.#speech(channel, command.text, true);
      case "dm":
        return this.#speech(command.to, command.text, command.action === true);
      case "create":
        return this.#enter(command.channel);
      case "join":
        return this.#enter(command.channel, command.key);
      case "part":
        return [line("PART", [channel], command.reason)];
      case "kick":
        return [line("KICK", [channel, command.whom], command.reason)];
      case "invite":
        return [line("INVITE", [command.whom, channel])];
      case "topic":
        return [line("TOPIC", [channel], command.text)];
      case "names":
        return [line("NAMES", [channel])];
      case "list":
        return [line("LIST")];
      case "away":
        return [line("AWAY", [], command.text)];
      case "quit":
        this.#state.isLeaving = true;
        return [line("QUIT", [], command.reason)];
      case "raw":
        return command.line.trim() === "" ? [] : [`${command.line.replace(/[\r\n\0]/g, " ")}\r\n`];
      default:
        return [];
    }
  }

  /** Nothing is cut off by the server: each line has room for the name that it puts before it. */
  #speech(target: string, text: string, isAction: boolean): readonly string[] {
    const source = this.#state.source ?? LONGEST_SOURCE;
    return fitText(source, "PRIVMSG", target, text, isAction).map((part) =>
      line("PRIVMSG", [target], isAction ? formatAction(part) : part)
    );
  }

  /** Leaves the channel of before, unless it is the same. */
  #enter(name: string | undefined, key?: string): readonly string[] {
    const { channel } = this.#state;
    const wanted = name === undefined ? this.#state.home : withMark(name);
    if (wanted === undefined) return [];
    const left = channel === undefined || channel === wanted ? [] : [line("PART", [channel])];
    return [...left, line("JOIN", key === undefined ? [wanted] : [wanted, key])];
  }
}

function withMark(name: string): string {
  return name.startsWith(CHANNEL_MARK) ? name : CHANNEL_MARK + name;
}

function line(command: string, middle: readonly string[] = [], trailing?: string): string {
  return formatBody(undefined, command, middle, trailing);
}

function registration(nick: string): readonly string[] {
  if (!isHandle(nick)) {
    throw new RangeError(
      `Name must be one word of letters, digits and ^ { | } _ - that begins with no digit, got "${nick}"`,
    );
  }
  return [line("NICK", [nick]), line("USER", [nick, "0", "*"], nick)];
}
