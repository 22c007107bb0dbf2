/**
 * What an IRC client knows of its own connection: the user's nick, the channels that it is in or
 * has asked for, and the parts of answers that take several lines. `irc_client_events.ts` reads
 * it from lines.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { foldHandle } from "../chat/handles.ts";
import type { ChannelSummary, Whois } from "../chat/query.ts";
import { ClientCaps, LOGIN_WISHES, WISHES } from "./irc_client_caps.ts";
import { ClientLogin } from "./irc_client_login.ts";
import { ClientStamps } from "./irc_client_stamps.ts";
import type { ClientWishes } from "./protocol.ts";

/** Parts of an answer about one user, as its lines come. */
export type WhoisParts = { -readonly [Key in keyof Whois]: Whois[Key] };

/** The state of one connection. Names of channels have their mark, as on the wire. */
export class IrcClientState {
  /** The user's nick. */
  nick: string;
  /** The source of the user's messages: `nick!username@host`, once it was seen. */
  source: string | undefined;
  /** The channel that the user entered first. */
  home: string | undefined;
  /** Whether the user has said that it leaves. */
  isLeaving = false;
  /** Members of lists that have not ended, by the folded name of their channel. */
  readonly members = new Map<string, string[]>();
  /** Channels of a list that has not ended. */
  readonly found: ChannelSummary[] = [];
  /** Answers about users that have not ended, by the folded nick. */
  readonly whois = new Map<string, WhoisParts>();
  /** The capabilities that the server has granted. */
  readonly caps: ClientCaps;
  /** The login under way, if its user wants one. */
  readonly login: ClientLogin | undefined;
  /** The stamps of lines, and the batches that are open. */
  readonly stamps = new ClientStamps();
  /** Whether the server has let the user in. */
  isWelcome = false;
  /** The token of the last probe that was answered. */
  answered: string | undefined;
  /**
   * A computation that must end before the next line is read; it resolves to the event that it
   * yields, if any.
   */
  work: Promise<ChatEvent | undefined> | undefined;
  /** Lines that the server waits for. */
  readonly answers: string[] = [];
  // By their folded names, the one that was entered last behind the others.
  readonly #entered = new Map<string, string>();
  readonly #asked = new Map<string, string>();

  /** For a user called `nick`. */
  constructor(nick: string, { receipts = false, login }: ClientWishes = {}) {
    this.nick = nick;
    this.caps = new ClientCaps([...(receipts ? WISHES : []), ...(login ? LOGIN_WISHES : [])]);
    this.login = login && new ClientLogin(login);
  }

  /** Whether `nick` is the user's own. */
  isMe(nick: string): boolean {
    return foldHandle(nick) === foldHandle(this.nick);
  }

  /**
   * The channel of a command that names none: the one that was asked for last, because what follows
   * a JOIN at once is meant for it, or else the one that was entered last.
   */
  get current(): string | undefined {
    return [...this.#asked.values()].at(-1) ?? [...this.#entered.values()].at(-1);
  }

  /** The channels that the user is in, or will be in once the server has read what was sent. */
  get channels(): readonly string[] {
    return [...new Set([...this.#entered.values(), ...this.#asked.values()])];
  }

  /** The user asks to enter `channel`. */
  ask(channel: string): void {
    const key = foldHandle(channel);
    if (this.#entered.has(key)) this.enter(channel);
    else this.#asked.set(key, channel);
  }

  /** The user is in `channel` now. */
  enter(channel: string): void {
    const key = foldHandle(channel);
    this.#asked.delete(key);
    this.#entered.delete(key);
    this.#entered.set(key, channel);
    this.home ??= channel;
  }

  /** The user is no longer in `channel`, was not let in, or has asked to leave it. */
  leave(channel: string): void {
    const key = foldHandle(channel);
    this.#asked.delete(key);
    this.#entered.delete(key);
  }

  /** A JOIN of `channel` was refused: it is nowhere to speak. */
  refuse(channel: string): void {
    this.#asked.delete(foldHandle(channel));
  }
}
