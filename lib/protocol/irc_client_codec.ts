/**
 * A client's half of one IRC connection. A command that names no channel is about the one that was
 * entered or asked for last, as in the other protocols; lines to events stand in
 * `irc_client_events.ts`.
 *
 * @module
 */

import { NOTHING } from "../framing/frame.ts";
import { foldHandle, isHandle } from "../chat/handles.ts";
import type { Frame } from "../framing/frame.ts";
import { LineFraming } from "../framing/line_framing.ts";
import { readLine } from "./irc_client_events.ts";
import { historyAsk, markRead, searchAsk } from "./irc_client_history.ts";
import { IrcClientState } from "./irc_client_state.ts";
import { formatBody, formatTags, MAX_BODY_BYTES, MAX_TAG_BYTES, parseLine } from "./irc_message.ts";
import { CHANNEL_MARK } from "./irc_names.ts";
import { fitText, formatAction } from "./irc_text.ts";
import type { ClientCodec, ClientCommand, ClientWishes, Receipt, Received } from "./protocol.ts";
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
  /** Servers that look up who connects, or derive a password, let nobody in before that, and drop what comes sooner. */
  readonly replyMs = 30_000;
  readonly #state: IrcClientState;
  readonly #negotiates: boolean;
  #isRegistered = false;

  /** For a user called `nick`. With wishes, it negotiates capabilities. */
  constructor(nick: string, wishes: ClientWishes = {}) {
    this.#state = new IrcClientState(nick, wishes);
    this.#negotiates = wishes.receipts === true || wishes.login !== undefined;
  }

  /** Where the server does not send back what its user says, it answers a PING behind it. */
  get receipt(): Receipt {
    return this.#state.caps.has("echo-message") ? "echo" : "probe";
  }

  /** Whether the server keeps a history. */
  get hasHistory(): boolean {
    return this.#state.caps.has("draft/chathistory");
  }

  /** Whether the server finds messages by their words. */
  get canSearch(): boolean {
    return this.#state.caps.has("soju.im/search");
  }

  /** The token of the last PONG. */
  get answered(): string | undefined {
    return this.#state.answered;
  }

  /** A PING. */
  probe(token: string): Uint8Array {
    return encodeUtf8(line("PING", [token]));
  }

  /**
   * The lines of a command; nothing for one that IRC has not. Of several, the last one has the
   * label.
   */
  encode(command: ClientCommand, label?: string): Uint8Array {
    const lines = [...this.#linesOf(command)];
    const last = lines.pop();
    if (last === undefined) return NOTHING;
    const isLabelled = label !== undefined && this.#state.caps.has("labeled-response");
    const tags = isLabelled ? formatTags(new Map([["label", label]])) : "";
    return encodeUtf8(lines.join("") + tags + last);
  }

  /** The event that a line reports. */
  decode(frame: Frame): Received | undefined {
    const parsed = parseLine(frame, this.framing.isCut);
    return parsed === undefined ? undefined : readLine(parsed.message, this.#state);
  }

  /** The computation that must end before more lines are decoded. */
  work(): Promise<Received | undefined> | undefined {
    const { work } = this.#state;
    this.#state.work = undefined;
    return work;
  }

  /** The answers to lines that were decoded. */
  takeAnswer(): Uint8Array {
    const { answers } = this.#state;
    return answers.length === 0 ? NOTHING : encodeUtf8(answers.splice(0).join(""));
  }

  #linesOf(command: ClientCommand): readonly string[] {
    switch (command.type) {
      case "register":
        return this.#register(command.nick);
      case "say":
        return this.#speech(this.#channelOf(command), command.text, false);
      case "emote":
        return this.#speech(this.#channelOf(command), command.text, true);
      case "dm":
        return this.#speech(command.to, command.text, command.action === true);
      case "create":
        return this.#enter(command.channel, true);
      case "join":
        return this.#enter(command.channel, command.exclusive === true, command.key);
      case "part":
        return this.#part(this.#channelOf(command), command.reason);
      case "kick":
        return [line("KICK", [this.#channelOf(command), command.whom], command.reason)];
      case "invite":
        return [line("INVITE", [command.whom, this.#channelOf(command)])];
      case "topic":
        return [line("TOPIC", [this.#channelOf(command)], command.text)];
      case "topic_of":
        return [line("TOPIC", [this.#channelOf(command)])];
      case "names":
        return [line("NAMES", [this.#channelOf(command)])];
      case "whois":
        // The nick twice: its own server knows how long the user has been idle.
        return [line("WHOIS", [command.nick, command.nick])];
      case "list":
        return [line("LIST")];
      case "away":
        return [line("AWAY", [], command.text)];
      case "history":
        return historyAsk(command);
      case "search":
        return [searchAsk(command)];
      case "marker":
        return markRead(command);
      case "quit":
        this.#state.isLeaving = true;
        return [line("QUIT", [], command.reason)];
      case "raw":
        return command.line.trim() === "" ? [] : [`${command.line.replace(/[\r\n\0]/g, " ")}\r\n`];
      default:
        return [];
    }
  }

  /**
   * Each line leaves room for the name that the server puts before it, so the server cuts
   * nothing off.
   */
  #speech(target: string, text: string, isAction: boolean): readonly string[] {
    const source = this.#state.source ?? LONGEST_SOURCE;
    return fitText(source, "PRIVMSG", target, text, isAction).map((part) =>
      line("PRIVMSG", [target], isAction ? formatAction(part) : part)
    );
  }

  /** The first time it registers; later it changes the nick. */
  #register(nick: string): readonly string[] {
    const lines = registration(nick);
    if (this.#isRegistered) return lines.slice(0, 1);
    this.#isRegistered = true;
    this.#state.nick = nick;
    return this.#negotiates ? [line("CAP", ["LS", "302"]), ...lines] : lines;
  }

  /**
   * Enters a channel. When `alone`, it leaves all others, and those whose JOIN is not answered yet.
   */
  #enter(name: string | undefined, alone: boolean, key?: string): readonly string[] {
    const wanted = name === undefined ? this.#state.home : withMark(name);
    if (wanted === undefined) return [];
    const others = alone ? this.#state.channels.filter((each) => !isSame(each, wanted)) : [];
    const left = others.flatMap((channel) => this.#part(channel));
    this.#state.ask(wanted);
    return [...left, line("JOIN", key === undefined ? [wanted] : [wanted, key])];
  }

  /** Leaves a channel. From now on no command means `channel`; the server answers later. */
  #part(channel: string, reason?: string): readonly string[] {
    this.#state.leave(channel);
    return [line("PART", [channel], reason)];
  }

  #channelOf({ channel }: { readonly channel?: string }): string {
    if (channel !== undefined) return withMark(channel);
    return this.#state.current ?? NO_CHANNEL;
  }
}

/** The channel `name` of the chat on the wire. */
function withMark(name: string): string {
  return CHANNEL_MARK + name;
}

function isSame(name: string, other: string): boolean {
  return foldHandle(name) === foldHandle(other);
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
