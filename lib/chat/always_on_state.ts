/**
 * What the database keeps of always-on users. After each command this names what has changed of it,
 * and it describes that when it is written down.
 *
 *   consequences of a command --> the same, and "store" for each account and channel that changed
 *
 * A channel that is not registered is kept as long as an always-on user is in it, with its topic,
 * modes and lists: otherwise whoever made it anew would read what was said in it before.
 *
 * @module
 */

import { mainUserOf } from "./always_on_rules.ts";
import { isAlwaysOn, type KeptUser } from "./always_on.ts";
import type { Channel } from "./channel.ts";
import type { Delivery } from "./event.ts";
import { describeChannel, type KeptChannel } from "./snapshot.ts";
import type { ChatState } from "./state.ts";
import { USER_MODE_NAMES } from "./user.ts";

/** `deliveries`, and behind them what has to be written down because of them. */
export function withStored(state: ChatState, deliveries: Delivery[]): Delivery[] {
  const evicted = state.channels.takeEvicted();
  const isConcerned = state.alwaysOn.size > 0 || evicted.length > 0 ||
    deliveries.some((each) => each.to === "store" && "account" in each);
  if (!isConcerned) return deliveries;
  // Nobody who was in them is connected; the history and the database need to know.
  const exits = evicted.flatMap(({ channel, members }) =>
    members.map((exited): Delivery => ({ to: "members", exited, channel }))
  );
  const changes = new Changes(state);
  const all = [...deliveries, ...exits];
  for (const each of all) changes.note(each);
  return [...all, ...changes.deliveries];
}

/** Collects what has changed. */
class Changes {
  readonly #state: ChatState;
  readonly #accounts = new Set<string>();
  readonly #noted = new Set<string>();
  readonly #held = new Set<string>();

  constructor(state: ChatState) {
    this.#state = state;
  }

  get deliveries(): Delivery[] {
    const accounts = [...this.#accounts].filter((account) => !this.#noted.has(account));
    return [
      ...accounts.map((account): Delivery => ({ to: "store", account })),
      ...Array.from(this.#held, (held): Delivery => ({ to: "store", held })),
    ];
  }

  note(delivery: Delivery): void {
    switch (delivery.to) {
      case "members": {
        const user = "entered" in delivery ? delivery.entered : delivery.exited;
        if (!isAlwaysOn(this.#state, user)) return;
        this.#account(user.person.account);
        return this.#channel(delivery.channel);
      }
      case "channel":
        return this.#ofChannel(delivery);
      case "peers":
        return this.#ofPeers(delivery);
      case "user":
        return this.#ofUser(delivery);
      case "store":
        if (!("account" in delivery)) return;
        this.#noted.add(delivery.account);
        for (const user of this.#state.accounts.usersOf(delivery.account)) {
          for (const channel of user.memberships.keys()) this.#channel(channel);
        }
    }
  }

  #account(account: string | undefined): void {
    if (this.#state.alwaysOn.has(account)) this.#accounts.add(account);
  }

  /** Registered channels are written down elsewhere, and the lobby nowhere. */
  #channel(channel: Channel): void {
    const { name, registration } = channel;
    if (registration === undefined && name !== this.#state.lobby) this.#held.add(name);
  }

  #ofChannel({ channel, event }: Extract<Delivery, { to: "channel" }>): void {
    if (event.type === "channel_renamed") return this.#renamed(channel, event.channel);
    if (event.type !== "modes_changed" && event.type !== "topic_set") return;
    this.#channel(channel);
    if (event.type === "topic_set") return;
    for (const change of event.changes) {
      if (change.mode === "right") this.#account(change.whom.account);
    }
  }

  /** Its members are in a channel of another name now. */
  #renamed(channel: Channel, was: string): void {
    this.#held.add(was);
    this.#channel(channel);
    for (const { person } of channel.members.keys()) this.#account(person?.account);
  }

  #ofPeers({ channels, event }: Extract<Delivery, { to: "peers" }>): void {
    const { account } = event.by;
    this.#account(account);
    if (event.type === "account_changed") this.#account(event.now.account);
    const mayHold = event.type === "quit" || event.type === "account_changed";
    if (mayHold) { for (const channel of channels) this.#channel(channel); }
  }

  #ofUser({ user, event }: Extract<Delivery, { to: "user" }>): void {
    switch (event.type) {
      case "registered":
      case "user_modes_changed":
        return this.#account(user.person?.account);
      case "channel_registered":
      case "channel_dropped":
        this.#held.add(event.channel);
    }
  }
}

/** What is to be kept of the user of `account`; `undefined` while there is none. */
export function keptUserOf(state: ChatState, account: string): KeptUser | undefined {
  const user = mainUserOf(state, account);
  if (user === undefined || !isAlwaysOn(state, user)) return undefined;
  const { person, away, absentSince, returnsToLobby, namesHandles, registeredAt, spokeAt } = user;
  return {
    person,
    ...(away !== undefined && { away }),
    modes: USER_MODE_NAMES.filter((mode) => mode !== "operator" && user.modes.has(mode)),
    returnsToLobby,
    namesHandles,
    registeredAt,
    spokeAt,
    ...(absentSince !== undefined && { absentSince }),
    channels: Array.from(user.memberships, ([{ name }, { rights }]) => [name, rights] as const),
  };
}

/**
 * What is to be kept of the channel `name`, which is not registered; `undefined` when no always-on
 * user is in it.
 */
export function heldChannelOf(state: ChatState, name: string): KeptChannel | undefined {
  const channel = state.channels.get(name);
  const isHeld = channel !== undefined && channel.registration === undefined &&
    name !== state.lobby &&
    [...channel.members.keys()].some((member) => isAlwaysOn(state, member));
  if (!isHeld) return undefined;
  const { members: _, ...kept } = describeChannel(channel);
  return kept;
}
