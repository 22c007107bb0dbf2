/**
 * A hub with accounts, connections by names of the test's choice, and what a database would have kept of it: a town that
 * can be shut and opened again.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { KeptUser } from "../../lib/chat/always_on.ts";
import type { Command, Order } from "../../lib/chat/command.ts";
import type { Delivery } from "../../lib/chat/event.ts";
import { Hub, type HubOptions } from "../../lib/chat/hub.ts";
import type { KeptChannel } from "../../lib/chat/snapshot.ts";
import type { User } from "../../lib/chat/user.ts";
import { eventLine } from "./stage.ts";

/** The town. */
export class Town {
  hub: Hub;
  /** In milliseconds. */
  time = 1000;
  readonly #accounts: readonly string[];
  readonly #options: HubOptions;
  readonly #ids = new Map<string, number>();
  // As a database has it: only what was written when a delivery asked for it.
  #alwaysOn = new Set<string>();
  #users = new Map<string, string>();
  #held = new Map<string, string>();
  #registered = new Map<string, string>();

  constructor(accounts: readonly string[] = ["alice", "dora"], options: Partial<HubOptions> = {}) {
    this.#accounts = accounts;
    this.#options = { maxChannels: 10, ...options };
    this.hub = this.#open();
  }

  #open(): Hub {
    const hub = new Hub(this.#options);
    hub.order({ type: "accounts", names: this.#accounts }, this.time);
    return hub;
  }

  /** The connection called `name`; a new one when it is not open. It comes from `NAME.ip`, or from `host`. */
  connection(name: string, host = `${name}.ip`): User {
    const known = this.hub.user(this.#ids.get(name) ?? 0);
    const isOpen = known?.as.connections.has(known) && this.hub.user(known.as.id) === known.as;
    if (known !== undefined && isOpen) return known;
    const user = this.hub.connect({ network: host, address: `at-${host}`, host });
    this.#ids.set(name, user.id);
    return user;
  }

  /** Enters as `nick`, logged in to `account`. */
  enter(name: string, nick = name, account?: string, host?: string): string[] {
    this.connection(name, host);
    return this.do(name, {
      type: "register",
      nick,
      home: "irc",
      exact: true,
      username: `~${name}`,
      realname: `of ${name}`,
      ...(account !== undefined && { account }),
    });
  }

  do(name: string, command: Command): string[] {
    return this.take(this.hub.apply(this.connection(name), command, this.time));
  }

  /** Applies a command of `name`; fails unless exactly `lines` come of it. */
  expect(name: string, command: Command, lines: string | readonly string[]): void {
    const expected = typeof lines === "string" ? [lines] : lines;
    assertEquals(this.do(name, command), expected, `${name}: ${command.type}`);
  }

  join(name: string, channel: string): string[] {
    return this.do(name, { type: "join", channel, make: true, claim: true, fold: true });
  }

  leave(name: string): string[] {
    return this.take(this.hub.disconnect(this.connection(name), "gone", this.time));
  }

  order(order: Order): string[] {
    // Whoever gives this order has found it in the database.
    if (order.type === "always_on") {
      this.#alwaysOn = new Set(order.names.map((name) => name.toLowerCase()));
    }
    // And with an account, the database has lost this.
    if (order.type === "account_removed") this.#alwaysOn.delete(order.name.toLowerCase());
    return this.take(this.hub.order(order, this.time));
  }

  /** What the user of the connection `name` is called. */
  handle(name: string): string | undefined {
    return this.connection(name).as.person?.handle;
  }

  /** The user called `handle`. */
  user(handle: string): User {
    const user = this.hub.holderOf(handle);
    if (user === undefined) throw new RangeError(`Nobody is called "${handle}"`);
    return user;
  }

  /** Names of the channels of `handle`, with its signs there. */
  places(handle: string): string[] {
    return Array.from(
      this.user(handle).memberships,
      ([{ name }, { rights }]) =>
        (rights.founder ? "~" : "") + (rights.operator ? "@" : "") + (rights.voice ? "+" : "") +
        name,
    );
  }

  /** Goes on with a hub that was restored from a snapshot. */
  restore(): void {
    const text = JSON.stringify(this.hub.snapshot());
    this.hub = Hub.restore(JSON.parse(text), this.#options);
    assertEquals(JSON.stringify(this.hub.snapshot()), text);
  }

  /** The server is killed, and another one begins with what was written down. */
  restart(): void {
    this.hub = this.#open();
    this.#ids.clear();
    const read = <Kind>(kept: Map<string, string>) =>
      Array.from(kept.values(), (text) => JSON.parse(text) as Kind);
    this.order({ type: "channels", channels: read<KeptChannel>(this.#registered) });
    const [users, channels] = [read<KeptUser>(this.#users), read<KeptChannel>(this.#held)];
    const names = [...this.#alwaysOn];
    assertEquals(this.order({ type: "absent", names, users, channels }), []);
  }

  /** What a database has of the user of `account`. */
  kept(account: string): KeptUser | undefined {
    const text = this.#users.get(account);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** What a database has of the registered channel `name`. */
  registered(name: string): KeptChannel | undefined {
    const text = this.#registered.get(name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Names of the channels that are kept for always-on users. */
  get held(): string[] {
    return [...this.#held.keys()].sort();
  }

  /** What others see of `deliveries`; what has to be written down is. */
  take(deliveries: readonly Delivery[]): string[] {
    return deliveries.flatMap((delivery) => {
      switch (delivery.to) {
        case "user":
          return [`${this.#nameOf(delivery.user)} < ${this.#words(delivery.event)}`];
        case "channel":
          return [`${delivery.channel.name}: ${this.#words(delivery.event)}`];
        case "peers":
          return [`peers: ${this.#words(delivery.event)}`];
        case "watchers":
          return [`watchers: ${this.#words(delivery.event)}`];
        case "connection":
          return [
            "ends" in delivery
              ? `${this.#nameOf(delivery.ends)} ends`
              : `${this.#nameOf(delivery.joins)} is ${this.#nameOf(delivery.joins.as)}`,
          ];
        case "store":
          this.#store(delivery);
          return [];
        case "members":
          return [];
      }
    });
  }

  #store(delivery: Extract<Delivery, { to: "store" }>): void {
    if ("account" in delivery) {
      const key = delivery.account.toLowerCase();
      if (delivery.isAlwaysOn === true) this.#alwaysOn.add(key);
      if (delivery.isAlwaysOn === false) this.#alwaysOn.delete(key);
      const user = this.hub.keptUser(key);
      if (user === undefined || !this.#alwaysOn.has(key)) this.#users.delete(key);
      else this.#users.set(key, JSON.stringify(user));
    } else if ("held" in delivery) {
      const channel = this.hub.heldChannel(delivery.held);
      if (channel === undefined) this.#held.delete(delivery.held);
      else this.#held.set(delivery.held, JSON.stringify(channel));
    } else if ("dropped" in delivery) this.#registered.delete(delivery.dropped);
    else this.#registered.set(delivery.channel.name, JSON.stringify(delivery.channel));
  }

  /** Who caused it, and its type; of what says more, all of it. */
  #words(event: { readonly type: string }): string {
    if (event.type === "account_changed" || event.type === "realname_changed") return event.type;
    if ("members" in event) return `${event.type} ${(event as { channel?: string }).channel}`;
    return eventLine(event);
  }

  #nameOf({ id }: User): string {
    return [...this.#ids].find(([, known]) => known === id)?.[0] ?? `user ${id}`;
  }
}

/** The command that makes one's account always on, or not. */
export function alwaysOn(set?: boolean): Command {
  return { type: "always_on", ...(set !== undefined && { set }) };
}

/** A town in which alice is always on and in the channels x, where bob is too, and y. */
export function townWithAlice(options = {}): Town {
  const town = new Town(undefined, options);
  town.enter("phone", "alice", "alice");
  assertEquals(town.do("phone", alwaysOn(true)), ["phone < always_on_is true"]);
  town.join("phone", "x");
  town.join("phone", "y");
  town.enter("b", "bob");
  town.join("b", "x");
  return town;
}
