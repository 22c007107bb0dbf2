/**
 * A hub with registered users, and what follows from their commands as lines of text: one for each delivery.
 *
 *   x: said alice x hello        to the members of the channel x
 *   bob < refused banned x       to bob alone
 *   peers of bob: away bob lunch
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Flag, ListName } from "../../lib/chat/channel.ts";
import type { Command } from "../../lib/chat/command.ts";
import type { Delivery, Refusal } from "../../lib/chat/event.ts";
import { Hub, type HubOptions } from "../../lib/chat/hub.ts";
import type { ChannelChange } from "../../lib/chat/modes.ts";
import type { Right, Rights } from "../../lib/chat/rights.ts";
import type { User } from "../../lib/chat/user.ts";

/** How a user registers. */
export interface Actor {
  /** Of the course's dialects rather than of IRC. */
  readonly course?: true;
  /** Enters the lobby at registration. */
  readonly lobby?: true;
  /** Where it comes from; 192.0.2.1 when it is left out. */
  readonly address?: string;
  /** Its cloak; `NAME.ip` when it is left out. */
  readonly host?: string;
  /** What it says of itself. */
  readonly realname?: string;
}

/** A hub and its users. The time is 1,000 ms at first, and stands still unless a test sets it. */
export class Stage {
  /** May be replaced by one that was restored. */
  hub: Hub;
  /** In milliseconds. */
  time = 1000;
  readonly #options: HubOptions;
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();

  /** With users of IRC called `names`. */
  constructor(names: readonly string[] = [], options: Partial<HubOptions> = {}) {
    this.#options = { maxChannels: 1000, ...options };
    this.hub = new Hub(this.#options);
    for (const name of names) this.enter(name);
  }

  /** The user that entered as `name`. */
  user(name: string): User {
    const user = this.hub.user(this.#ids.get(name) as number);
    if (user === undefined) throw new RangeError(`No user entered as "${name}"`);
    return user;
  }

  /** Connects and registers a user. */
  enter(name: string, actor: Actor = {}): string[] {
    const { address = "192.0.2.1", host = `${name}.ip`, realname = "" } = actor;
    const user = this.hub.connect({ network: address, address, host });
    this.#ids.set(name, user.id);
    this.#names.set(user.id, name);
    const command: Command = actor.course === true
      ? { type: "register", nick: name, home: "json16", lobby: actor.lobby === true }
      : { type: "register", nick: name, home: "irc", exact: true, username: `~${name}`, realname };
    return this.lines(this.hub.apply(user, command, this.time));
  }

  /** Goes on with a hub that was restored from a snapshot, as text. */
  restore(): void {
    const text = JSON.stringify(this.hub.snapshot());
    this.hub = Hub.restore(JSON.parse(text), this.#options);
    assertEquals(JSON.stringify(this.hub.snapshot()), text);
  }

  /** Applies a command of `name`. */
  do(name: string, command: Command): string[] {
    return this.lines(this.deliveries(name, command));
  }

  /** Applies a command of `name`; fails unless exactly `lines` come of it. */
  expect(name: string, command: Command, lines: string | readonly string[]): void {
    const expected = typeof lines === "string" ? [lines] : lines;
    assertEquals(this.do(name, command), expected, `${name}: ${command.type}`);
  }

  /** The same, as deliveries. */
  deliveries(name: string, command: Command): Delivery[] {
    return this.hub.apply(this.user(name), command, this.time);
  }

  /** Disconnects `name`. */
  leave(name: string): string[] {
    return this.lines(this.hub.disconnect(this.user(name), undefined, this.time));
  }

  /** Lets `name` join a channel of IRC, and make it if it is missing. */
  join(name: string, channel: string, key?: string): string[] {
    const command = { type: "join", channel, make: true, claim: true, fold: true } as const;
    return this.do(name, key === undefined ? command : { ...command, key });
  }

  /** Deliveries as lines; changes of membership are left out. */
  lines(deliveries: readonly Delivery[]): string[] {
    return deliveries.flatMap((delivery) => {
      switch (delivery.to) {
        case "user":
          return [`${this.#nameOf(delivery.user)} < ${eventLine(delivery.event)}`];
        case "channel":
          return [`${delivery.channel.name}: ${eventLine(delivery.event)}`];
        case "peers":
          return [`peers of ${this.#nameOf(delivery.actor)}: ${eventLine(delivery.event)}`];
        case "watchers": {
          const names = delivery.users.map((user) => this.#nameOf(user)).join(",");
          return [`watchers ${names}: ${eventLine(delivery.event)}`];
        }
        case "connection":
          return "joins" in delivery
            ? [`user ${delivery.joins.id} joins ${this.#nameOf(delivery.joins.as)}`]
            : [`${this.#nameOf(delivery.ends)} ends: ${delivery.reason}`];
        case "store":
          return [storeLine(delivery)];
        case "members":
          return [];
      }
    });
  }

  #nameOf(user: User): string {
    return this.#names.get(user.id) ?? `user ${user.id}`;
  }
}

function storeLine(delivery: Extract<Delivery, { to: "store" }>): string {
  if ("dropped" in delivery) return `dropped ${delivery.dropped}`;
  if ("held" in delivery) return `held ${delivery.held}`;
  if ("channel" in delivery) return `kept ${delivery.channel.name}`;
  const { account, isAlwaysOn } = delivery;
  return `kept user of ${account}${isAlwaysOn === undefined ? "" : ` ${isAlwaysOn}`}`;
}

/** An event in one line: its type, then its values. */
export function eventLine({ type, ...values }: { readonly type: string }): string {
  return [type, ...Object.values(values).map(valueText)].join(" ");
}

/** Changes the modes of the channel x. */
export function modes(...changes: ChannelChange[]): Command {
  return { type: "modes", channel: "x", fold: true, changes };
}

/** A flag that is set, or cleared. */
export function flag(flag: Flag, set = true): ChannelChange {
  return { mode: "flag", flag, set };
}

/** A mask that comes into a list, or goes. */
export function list(list: ListName, mask: string, set = true): ChannelChange {
  return { mode: "list", list, mask, set };
}

/** A right that is given, or taken. */
export function right(right: Right, whom: string, set = true): ChannelChange {
  return { mode: "right", right, whom, set };
}

/** Says something in the channel x. */
export function say(text: string): Command {
  return { type: "say", channel: "x", fold: true, text };
}

/** The refusals among deliveries. */
export function refusalsIn(deliveries: readonly Delivery[]): Refusal[] {
  return deliveries.flatMap((each) =>
    each.to === "user" && each.event.type === "refused" ? [each.event.refusal] : []
  );
}

function valueText(value: unknown): string {
  if (value instanceof Map) return [...value].map(([key, text]) => `${key}=${text}`).join(";");
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if ("handle" in value) return String(value.handle);
  if ("founder" in value) return signsOf(value as Rights);
  return Object.values(value).map(valueText).join(" ");
}

function signsOf({ founder, operator, voice }: Rights): string {
  return (founder ? "~" : "") + (operator ? "@" : "") + (voice ? "+" : "") || "-";
}
