/**
 * The hub: all users and channels of one server, and every rule of the chat. It knows no bytes, no
 * sockets, no protocol and no clock, and nothing in it is asynchronous: a command is applied whole
 * before the next one, so the order of its deliveries is the order of what happened.
 *
 * @module
 */

import { Channel } from "./channel.ts";
import type { Command } from "./command.ts";
import type { ChannelEvent, Delivery, Refusal, Text, UserEvent } from "./event.ts";
import { LentDelivery } from "./lent_delivery.ts";
import { DEFAULT_LOBBY, MAX_CHANNEL_NAME_BYTES, utf8Length } from "./names.ts";
import { User } from "./user.ts";

/** What a hub admits. */
export interface HubOptions {
  /** Channels that may exist at once; creating one more is refused. The lobby is always admitted. */
  readonly maxChannels: number;
  /** Bytes of UTF-8 that their names may have together; unlimited when it is left out. */
  readonly maxChannelNameBytes?: number;
  /** Name of the lobby; `lobby` when it is left out. */
  readonly lobby?: string;
}

/** The state of the chat, changed by `connect`, `apply` and `disconnect` alone. */
export class Hub {
  readonly #maxChannels: number;
  readonly #maxChannelNameBytes: number;
  readonly #lobby: string;
  // A Map keeps the order of insertion, which is the order that `list` promises.
  readonly #channels = new Map<string, Channel>();
  readonly #users = new Set<User>();
  // Several users may hold one nick.
  readonly #holders = new Map<string, Set<User>>();
  readonly #lent = new LentDelivery();
  #lastId = 0;
  #channelNameBytes = 0;

  /** An empty hub: no users, no channels. */
  constructor(options: HubOptions) {
    this.#maxChannels = options.maxChannels;
    this.#maxChannelNameBytes = options.maxChannelNameBytes ?? Infinity;
    this.#lobby = options.lobby ?? DEFAULT_LOBBY;
  }

  /** Number of users that are connected, registered or not. */
  get userCount(): number {
    return this.#users.size;
  }

  /** Names of all channels in the order of their creation. */
  get channelNames(): string[] {
    return [...this.#channels.keys()];
  }

  /** A new user, who has no nick until it registers. */
  connect(): User {
    const user = new User(++this.#lastId);
    this.#users.add(user);
    return user;
  }

  /**
   * The user is gone: its nick is free, and it leaves its channel, whose remaining members are told.
   * Each user's going is told once, however often this is called.
   */
  disconnect(user: User): Delivery[] {
    if (!this.#users.delete(user)) return [];
    const deliveries = this.#leave(user);
    this.#releaseNick(user);
    return deliveries;
  }

  /**
   * Applies one command of one user and returns what is to be told, in order. Before registration
   * everything else is ignored, and so is a command of a user who has disconnected. What is told of a borrowed
   * text is borrowed itself, until the next `apply`.
   */
  apply(user: User, command: Command): readonly Delivery[] {
    if (!this.#users.has(user)) return [];
    switch (command.type) {
      case "register":
        return this.#register(user, command);
      case "invalid":
        return refuse(user, command.refusal);
      case "quit":
        return this.disconnect(user);
    }
    if (user.nick === undefined) return [];
    switch (command.type) {
      case "say":
        return this.#say(user, user.nick, command.text);
      case "emote":
        return this.#emote(user, user.nick, command.text);
      case "dm":
        return this.#dm(user, user.nick, command.to, command.text);
      case "create":
        return this.#create(user, command.channel);
      case "join":
        return this.#join(user, command.channel, command.make ?? false);
      case "part":
        return this.#enter(user, this.#openLobby());
      case "list":
        return [tell(user, { type: "channels", channels: this.channelNames })];
      case "names":
        return this.#names(user);
    }
  }

  #register(user: User, command: Extract<Command, { type: "register" }>): Delivery[] {
    const { nick, unique = false, lobby = false } = command;
    if (unique && nick !== user.nick && this.#holders.has(nick)) {
      return refuse(user, { code: "nick_in_use", nick });
    }
    if (user.nick !== undefined) return this.#rename(user, nick);
    this.#takeNick(user, nick);
    const deliveries = [tell(user, { type: "registered", nick })];
    if (lobby) deliveries.push(...this.#move(user, this.#openLobby()));
    return deliveries;
  }

  /** The members see the old nick leave and the new one join; the user stays where it is. */
  #rename(user: User, nick: string): Delivery[] {
    const channel = user.channel;
    const deliveries = this.#leave(user);
    this.#releaseNick(user);
    this.#takeNick(user, nick);
    if (channel !== undefined) deliveries.push(...this.#move(user, channel));
    return deliveries;
  }

  #say(user: User, nick: string, text: Text): readonly Delivery[] {
    const channel = user.channel;
    if (channel === undefined) return refuse(user, { code: "not_in_channel" });
    if (typeof text !== "string") return this.#lent.said(channel, user, nick, text);
    return [tellChannel(channel, user, { type: "said", nick, channel: channel.name, text })];
  }

  #emote(user: User, nick: string, text: string): Delivery[] {
    const channel = user.channel;
    if (channel === undefined) return refuse(user, { code: "not_in_channel" });
    return [tellChannel(channel, user, { type: "emoted", nick, channel: channel.name, text })];
  }

  #dm(user: User, nick: string, to: string, text: string): Delivery[] {
    const holders = this.#holders.get(to);
    if (holders === undefined) return refuse(user, { code: "no_such_nick", nick: to });
    if (holders.size > 1) return refuse(user, { code: "ambiguous_nick", nick: to });
    return [...new Set([...holders, user])].map((each) =>
      tell(each, { type: "dm", nick, to, text })
    );
  }

  #create(user: User, name: string): Delivery[] {
    const refusal = name === ""
      ? { code: "channel_name_missing", verb: "create" } as const
      : this.#channels.has(name)
      ? { code: "channel_exists", channel: name } as const
      : this.#refuseNew(name);
    if (refusal) return refuse(user, refusal);
    return this.#enter(user, this.#open(name));
  }

  #join(user: User, name: string, make: boolean): Delivery[] {
    if (name === "") return refuse(user, { code: "channel_name_missing", verb: "join" });
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      const refusal = make
        ? this.#refuseNew(name)
        : { code: "no_such_channel", channel: name } as const;
      if (refusal) return refuse(user, refusal);
      channel = this.#open(name);
    }
    return this.#enter(user, channel);
  }

  #names(user: User): Delivery[] {
    const channel = user.channel;
    if (channel === undefined) return refuse(user, { code: "not_in_channel" });
    const nicks = [...channel.members].map((member) => member.nick as string);
    return [tell(user, { type: "names", channel: channel.name, nicks })];
  }

  #enter(user: User, channel: Channel): Delivery[] {
    const deliveries = this.#move(user, channel);
    deliveries.push(tell(user, { type: "entered", channel: channel.name }));
    return deliveries;
  }

  /** Leaves first, then enters: in this order it is told, also when both are the same channel. */
  #move(user: User, channel: Channel): Delivery[] {
    const deliveries = this.#leave(user);
    channel.members.add(user);
    user.channel = channel;
    const event = { type: "joined", nick: user.nick as string, channel: channel.name } as const;
    deliveries.push(tellChannel(channel, user, event));
    return deliveries;
  }

  #leave(user: User): Delivery[] {
    const channel = user.channel;
    if (channel === undefined || user.nick === undefined) return [];
    channel.members.delete(user);
    user.channel = undefined;
    return [tellChannel(channel, user, { type: "left", nick: user.nick, channel: channel.name })];
  }

  #refuseNew(name: string): Refusal | undefined {
    if (utf8Length(name) > MAX_CHANNEL_NAME_BYTES) {
      return { code: "channel_name_too_long", limit: MAX_CHANNEL_NAME_BYTES };
    }
    const isFull = this.#channels.size >= this.#maxChannels ||
      this.#channelNameBytes + utf8Length(name) > this.#maxChannelNameBytes;
    // The number is of those that there are: long names may have filled the list before the limit.
    return isFull ? { code: "too_many_channels", limit: this.#channels.size } : undefined;
  }

  #open(name: string): Channel {
    const channel = new Channel(name);
    this.#channels.set(name, channel);
    this.#channelNameBytes += utf8Length(name);
    return channel;
  }

  #openLobby(): Channel {
    return this.#channels.get(this.#lobby) ?? this.#open(this.#lobby);
  }

  #takeNick(user: User, nick: string): void {
    user.nick = nick;
    const holders = this.#holders.get(nick);
    if (holders) holders.add(user);
    else this.#holders.set(nick, new Set([user]));
  }

  #releaseNick(user: User): void {
    if (user.nick === undefined) return;
    const holders = this.#holders.get(user.nick);
    holders?.delete(user);
    if (holders?.size === 0) this.#holders.delete(user.nick);
  }
}

function tell(user: User, event: UserEvent): Delivery {
  return { to: "user", user, event };
}

function tellChannel(channel: Channel, actor: User, event: ChannelEvent): Delivery {
  return { to: "channel", channel, actor, event };
}

function refuse(user: User, refusal: Refusal): Delivery[] {
  return [tell(user, { type: "refused", refusal })];
}
