/**
 * The only place that changes the hub: it gives each command its time and its id, applies it, and
 * hands the deliveries to the dispatch.
 *
 *   session --Command--> sequencer --(command, stamp)--> hub --Delivery[]--> dispatch
 *
 * 1. MUST apply commands one after the other, and deliver the events of each before the next.
 * 2. MUST give times that never fall, and ids that are unique and in the order of the events.
 *
 * @module
 */

import type { Command, Order } from "../chat/command.ts";
import type { Delivery, Stamp, UserEvent } from "../chat/event.ts";
import type { Hub } from "../chat/hub.ts";
import type { Origin, User } from "../chat/user.ts";
import { both, type Dispatch } from "./dispatch.ts";
import { makeMsgid, NODE_LIMIT, timeOfMsgid } from "../chat/msgid.ts";

/** Records deliveries for the history. */
export interface DeliveryRecorder {
  /** Notes one delivery with the stamp that its event has for all receivers. */
  record(delivery: Delivery, stamp: Stamp): void;
  /** Removes the messages of an account that is gone. */
  forget(account: string): void;
}

/** Takes note of registered channels and always-on users that have changed. */
export interface KeptNotes {
  /** Notes one delivery. */
  note(delivery: Extract<Delivery, { to: "store" }>): void;
  /** Resolves when all of them are written down; to false when some could not be. */
  settled(): Promise<boolean>;
}

/** The settings of a sequencer. A replicated log can take its place without a change to the hub. */
export interface SequencerOptions {
  /** The chat. */
  readonly hub: Hub;
  /** Receives the deliveries. */
  readonly dispatch: Dispatch;
  /** Keeps registered channels and always-on users; left out where nothing is kept. */
  readonly keeper?: KeptNotes;
  /** Keeps the history; left out where nothing is kept. */
  readonly recorder?: DeliveryRecorder;
  /**
   * The highest msgid of the last run, if one is known: times and ids are above it, whatever
   * the clock says.
   */
  readonly newest?: string;
  /** Milliseconds of Unix time; default: the system's. */
  readonly now?: () => number;
  /** The number of this process in its ids, 0 to `NODE_LIMIT` - 1; default: random. */
  readonly node?: number;
}

/** Applies commands to the hub, in one order for all users. */
export class Sequencer {
  readonly #hub: Hub;
  readonly #dispatch: Dispatch;
  readonly #recorder: DeliveryRecorder | undefined;
  readonly #keeper: KeptNotes | undefined;
  readonly #now: () => number;
  readonly #node: number;
  #time = 0;
  #counter = 0;

  /** Begins with no command applied. */
  constructor(options: SequencerOptions) {
    this.#hub = options.hub;
    this.#dispatch = options.dispatch;
    this.#recorder = options.recorder;
    this.#keeper = options.keeper;
    this.#now = options.now ?? Date.now;
    if (options.newest !== undefined) this.#time = timeOfMsgid(options.newest) + 1;
    this.#node = options.node ?? Math.floor(Math.random() * NODE_LIMIT);
  }

  /** Applies an order of the server itself. */
  order(order: Order): void {
    const stamp = this.#stamp();
    const before = order.type === "accounts" ? this.#hub.accounts : [];
    this.#deliver(this.#hub.order(order, stamp.time), stamp);
    if (order.type === "account_removed") this.#recorder?.forget(order.name);
    // The database has removed the messages of these accounts, but not those since then.
    for (const name of before) if (!this.#hub.hasAccount(name)) this.#recorder?.forget(name);
  }

  /** Adds a user to the hub; quotas count by its `origin`. */
  connect(origin: Origin): User {
    return this.#hub.connect(origin);
  }

  /**
   * Applies one command of `user`.
   *
   * @returns what its sender must wait for before the next command; `undefined` to go on at once.
   */
  apply(user: User, command: Command): Promise<void> | undefined {
    const stamp = this.#stamp();
    return this.#deliver(this.#hub.apply(user, command, stamp.time), stamp, user);
  }

  /**
   * Ends the connection `user`, and with its last one a user's presence; with `silently`, other
   * users receive nothing. Idempotent.
   */
  disconnect(user: User, reason?: string, silently = false): void {
    const stamp = this.#stamp();
    const deliveries = this.#hub.disconnect(user, reason, stamp.time);
    this.#dispatch.delete(user);
    if (!silently) this.#deliver(deliveries, stamp);
  }

  /** Delivers `event`, which changes nothing in the chat, to the connection `user`. */
  answer(user: User, event: UserEvent): Promise<void> | undefined {
    return this.#dispatch.deliver([{ to: "user", user: user.as, event }], this.#stamp(), user);
  }

  /**
   * Resolves when everything that is kept is written down as it is; to false when that failed
   * for something.
   */
  areChannelsKept(): Promise<boolean> {
    return this.#keeper?.settled() ?? Promise.resolve(true);
  }

  /** The time and id of an event that no command has caused, such as the server's end. */
  stamp(): Stamp {
    return this.#stamp();
  }

  /** Each shared event behind the first one has an id of its own: the history finds it by that. */
  #deliver(
    deliveries: readonly Delivery[],
    first: Stamp,
    asker?: User,
  ): Promise<void> | undefined {
    let stamp = first;
    let wait: Promise<void> | undefined;
    let begin = 0;
    let hasEvent = false;
    for (let i = 0; i < deliveries.length; i++) {
      const delivery = deliveries[i] as Delivery;
      if (delivery.to === "channel" || delivery.to === "peers") {
        if (hasEvent) {
          wait = both(wait, this.#dispatch.deliver(deliveries.slice(begin, i), stamp, asker));
          begin = i;
          stamp = new SequencedStamp(stamp.time, this.#counter++, this.#node);
        }
        hasEvent = true;
      }
      if (delivery.to === "store") this.#keeper?.note(delivery);
      else this.#recorder?.record(delivery, stamp);
    }
    const rest = begin === 0 ? deliveries : deliveries.slice(begin);
    return both(wait, this.#dispatch.deliver(rest, stamp, asker));
  }

  #stamp(): Stamp {
    const now = this.#now();
    if (now > this.#time) this.#counter = 0;
    this.#time = Math.max(this.#time, now);
    return new SequencedStamp(this.#time, this.#counter++, this.#node);
  }
}

/** Makes the id only when a dialect asks for it. */
class SequencedStamp implements Stamp {
  readonly time: number;
  readonly #counter: number;
  readonly #node: number;
  #msgid: string | undefined;

  constructor(time: number, counter: number, node: number) {
    this.time = time;
    this.#counter = counter;
    this.#node = node;
  }

  get msgid(): string {
    return this.#msgid ??= makeMsgid(this.time, this.#counter, this.#node);
  }
}
