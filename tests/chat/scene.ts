/**
 * A hub with registered users, and what each of them receives of a command. The scene keeps its own list of
 * who is where, from the deliveries alone, and checks after each command that the hub agrees.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Channel } from "../../lib/chat/channel.ts";
import type { Command } from "../../lib/chat/command.ts";
import type { ChatEvent, Delivery } from "../../lib/chat/event.ts";
import { Hub, type HubOptions } from "../../lib/chat/hub.ts";
import type { Person } from "../../lib/chat/person.ts";
import type { User } from "../../lib/chat/user.ts";
import { from } from "../support/origin.ts";

type Register = Extract<Command, { type: "register" }>;

/** What a test sets of a user; the rest is as in cs168. */
export interface Arrival extends Partial<Omit<Register, "type">> {
  /** Where it comes from. */
  readonly origin?: string;
}

/** Users, each under the name that the test calls it by. */
export class Scene {
  readonly hub: Hub;
  readonly #names = new Map<User, string>();
  readonly #users = new Map<string, User>();
  readonly #members = new Map<Channel, Set<User>>();

  /** `names` have registered, and are in no channel. */
  constructor(names: readonly string[] = [], options: Partial<HubOptions> = {}) {
    this.hub = new Hub({ maxChannels: 100, ...options });
    for (const name of names) this.arrive(name);
  }

  /** The user that the test calls `name`. */
  user(name: string): User {
    return this.#users.get(name) as User;
  }

  /** The handle of the user that the test calls `name`. */
  handle(name: string): string {
    return (this.user(name).person as Person).handle;
  }

  /** Names of the channels that `name` is in, in the order of entering. */
  places(name: string): string[] {
    return Array.from(this.user(name).memberships.keys(), (channel) => channel.name);
  }

  /** Connects a user without registering it. */
  connect(name: string, origin = ""): User {
    const user = this.hub.connect(from(origin));
    this.#users.set(name, user);
    this.#names.set(user, name);
    return user;
  }

  /** Connects and registers a user; its nick is `name` unless `how` has another. */
  arrive(name: string, how: Arrival = {}): string[] {
    const { origin, ...rest } = how;
    this.connect(name, origin);
    return this.do(name, { type: "register", nick: name, home: "cs168", ...rest });
  }

  /**
   * Applies one command.
   *
   * @returns a line for each receiver of each event, such as `bob < joined alice lobby`. The cause of a shared
   * event has no line for it: whether that user receives it is a matter of its dialect.
   */
  do(name: string, command: Command, time?: number): string[] {
    return this.#read(this.hub.apply(this.user(name), command, time));
  }

  /** Applies a command of `name`; fails unless exactly `lines` come of it. */
  expect(name: string, command: Command, lines: string | readonly string[]): void {
    const expected = typeof lines === "string" ? [lines] : lines;
    assertEquals(this.do(name, command), expected, `${name}: ${command.type}`);
  }

  /** Disconnects a user. */
  leave(name: string, reason?: string): string[] {
    return this.#read(this.hub.disconnect(this.user(name), reason));
  }

  #read(deliveries: readonly Delivery[]): string[] {
    const lines = deliveries.flatMap((delivery) => {
      if (delivery.to === "members") {
        this.#move(delivery);
        return [];
      }
      if (delivery.to === "connection" || delivery.to === "store") return [];
      return this.#receivers(delivery)
        .map((user) => `${this.#names.get(user)} < ${describe(delivery.event)}`);
    });
    this.#agree();
    return lines;
  }

  #move(delivery: Extract<Delivery, { to: "members" }>): void {
    const { channel } = delivery;
    const members = this.#members.get(channel) ?? new Set();
    this.#members.set(channel, members);
    const [user, isMember] = "entered" in delivery
      ? [delivery.entered, true]
      : [delivery.exited, false];
    assertEquals(members.has(user), !isMember, "a user enters or leaves twice");
    if (isMember) members.add(user);
    else members.delete(user);
  }

  #receivers(delivery: Exclude<Delivery, { to: "members" | "connection" | "store" }>): User[] {
    if (delivery.to === "user") return [delivery.user];
    if (delivery.to === "watchers") return [...delivery.users];
    const channels = delivery.to === "channel" ? [delivery.channel] : delivery.channels;
    const members = channels.flatMap((channel) => [...this.#members.get(channel) ?? []]);
    return [...new Set(members)].filter((user) => user !== delivery.actor);
  }

  /** Memberships are the same from the side of the users, of the channels and of the deliveries. */
  #agree(): void {
    for (const [user, name] of this.#names) {
      const told = [...this.#members].filter(([, members]) => members.has(user));
      const expected = told.map(([channel]) => channel.name).sort();
      const places = Array.from(user.memberships.keys(), (channel) => channel.name);
      assertEquals(places.sort(), expected, name);
    }
    for (const [channel, members] of this.#members) {
      assertEquals([...channel.members.keys()], [...members]);
      for (const user of members) {
        assertEquals(channel.members.get(user) === user.memberships.get(channel), true);
      }
    }
  }
}

/** An event in words: its type, then its parts in their order. */
function describe(event: ChatEvent): string {
  // Its topic has tests of its own.
  if (event.type === "entered") return `entered ${event.channel}`;
  return Object.values(event).map(word).join(" ");
}

function word(value: unknown): string {
  if (Array.isArray(value)) return value.map(word).join(",");
  if (typeof value !== "object" || value === null) return `${value}`;
  if (isPerson(value)) return value.nick === value.handle ? value.nick : value.handle;
  return Object.values(value).map(word).join(" ");
}

function isPerson(value: object): value is Person {
  return "handle" in value && "home" in value;
}
