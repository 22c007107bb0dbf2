/**
 * The hub: all users and channels of one server, and every rule of the chat. It knows no bytes, no
 * sockets, no protocol and no clock, and nothing in it is asynchronous: a command is applied whole
 * before the next one, so the order of its deliveries is the order of what happened.
 *
 * @module
 */

import { Channel } from "./channel.ts";
import type { Command } from "./command.ts";
import type { Delivery, Refusal } from "./event.ts";
import { MAX_CHANNEL_NAME_BYTES, utf8Length } from "./names.ts";
import { User } from "./user.ts";

/** What a hub admits. */
export interface HubLimits {
  /** Channels that may exist at once; creating one more is refused. */
  readonly maxChannels: number;
}

/** The state of the chat, changed by `apply` alone. */
export class Hub {
  readonly #limits: HubLimits;
  // A Map keeps the order of insertion, which is the order that `list` promises.
  readonly #channels = new Map<string, Channel>();
  readonly #users = new Set<User>();
  #lastId = 0;

  /** An empty hub: no users, no channels. */
  constructor(limits: HubLimits) {
    this.#limits = limits;
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
   * The user is gone: it leaves its channel, whose remaining members are told. Each user's going is
   * told once, however often this is called.
   */
  disconnect(user: User): Delivery[] {
    if (!this.#users.delete(user)) return [];
    return this.#leave(user);
  }

  /**
   * Applies one command of one user and returns what is to be told, in order. Before `register`
   * everything else is ignored, and so is a command of a user who has disconnected.
   */
  apply(user: User, command: Command): Delivery[] {
    if (!this.#users.has(user)) return [];
    if (command.type === "register") return this.#register(user, command.nick);
    if (user.nick === undefined) return [];
    switch (command.type) {
      case "say":
        return this.#say(user, user.nick, command.text);
      case "create":
        return this.#create(user, user.nick, command.channel);
      case "join":
        return this.#join(user, user.nick, command.channel);
      case "list":
        return [{
          to: "user",
          user,
          event: { type: "channels", channels: this.channelNames },
        }];
      case "unknown":
        return refuse(user, { code: "unknown_command", word: command.word });
    }
  }

  #register(user: User, nick: string): Delivery[] {
    user.nick ??= nick;
    return [];
  }

  #say(user: User, nick: string, text: string): Delivery[] {
    const channel = user.channel;
    if (channel === undefined) return refuse(user, { code: "not_in_channel" });
    const event = { type: "said", nick, channel: channel.name, text } as const;
    return [{ to: "channel", channel, actor: user, event }];
  }

  #create(user: User, nick: string, name: string): Delivery[] {
    if (name === "") return refuse(user, { code: "channel_name_missing", verb: "create" });
    if (utf8Length(name) > MAX_CHANNEL_NAME_BYTES) {
      return refuse(user, { code: "channel_name_too_long", limit: MAX_CHANNEL_NAME_BYTES });
    }
    if (this.#channels.has(name)) return refuse(user, { code: "channel_exists", channel: name });
    const limit = this.#limits.maxChannels;
    if (this.#channels.size >= limit) return refuse(user, { code: "too_many_channels", limit });
    const channel = new Channel(name);
    this.#channels.set(name, channel);
    return this.#enter(user, nick, channel);
  }

  #join(user: User, nick: string, name: string): Delivery[] {
    if (name === "") return refuse(user, { code: "channel_name_missing", verb: "join" });
    const channel = this.#channels.get(name);
    if (channel === undefined) return refuse(user, { code: "no_such_channel", channel: name });
    return this.#enter(user, nick, channel);
  }

  /** Leaves first, then enters: in this order it is told, also when both are the same channel. */
  #enter(user: User, nick: string, channel: Channel): Delivery[] {
    const deliveries = this.#leave(user);
    channel.members.add(user);
    user.channel = channel;
    const event = { type: "joined", nick, channel: channel.name } as const;
    deliveries.push({ to: "channel", channel, actor: user, event });
    return deliveries;
  }

  #leave(user: User): Delivery[] {
    const channel = user.channel;
    if (channel === undefined || user.nick === undefined) return [];
    channel.members.delete(user);
    user.channel = undefined;
    const event = { type: "left", nick: user.nick, channel: channel.name } as const;
    return [{ to: "channel", channel, actor: user, event }];
  }
}

function refuse(user: User, refusal: Refusal): Delivery[] {
  return [{ to: "user", user, event: { type: "refused", refusal } }];
}
