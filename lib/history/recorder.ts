/**
 * Turns the sequencer's deliveries into rows of the history, each in its conversation.
 *
 *   channel   said, emoted, tags that last, joined, left, kicked, modes, topic    the channel's conversation
 *   peers     renamed, quit                                        each channel's in which it was seen
 *   user      dm, tags that last                                   the conversation of the two
 *
 * What only some members could read (`least`), and what programs ask each other (CTCP), is not
 * kept.
 *
 * @module
 */

import type { Channel } from "../chat/channel.ts";
import type { Tags } from "../chat/command.ts";
import type { Delivery, SharedEvent, Stamp } from "../chat/event.ts";
import { KEPT_OF_CHANNELS, KEPT_OF_PEERS, type KeptEvent, type KeptType } from "../chat/history.ts";
import type { Person } from "../chat/person.ts";
import type { User } from "../chat/user.ts";
import type { HistoryStore, Party } from "./contract.ts";
import {
  accountIdentity,
  channelConversation,
  directConversation,
  identityOf,
} from "./conversation.ts";

/** What a recorder needs of a store. */
export type RecordedIn = Pick<HistoryStore, "append" | "enter" | "leave" | "rename" | "forget">;

/** The settings of a recorder. */
export interface RecorderOptions {
  /** Where rows go. */
  readonly store: RecordedIn;
  /** Name of the lobby. */
  readonly lobby: string;
  /** Tells this run of the server from all others. */
  readonly run: string;
}

/** Turns deliveries into rows. */
export class Recorder {
  readonly #store: RecordedIn;
  readonly #lobby: string;
  readonly #run: string;
  readonly #ids = new WeakMap<Channel, string>();
  // The receiver of the message whose copy for its sender comes next.
  #receiver: User | undefined;

  /** Begins with nothing recorded. */
  constructor({ store, lobby, run }: RecorderOptions) {
    this.#store = store;
    this.#lobby = lobby;
    this.#run = run;
  }

  /** Records what is to be kept of `delivery`. Deliveries come in their order. */
  record(delivery: Delivery, stamp: Stamp): void {
    switch (delivery.to) {
      case "channel":
        if (delivery.event.type === "left") this.#recordLeft(delivery, delivery.event.by, stamp);
        if (delivery.event.type === "channel_renamed") {
          this.#rename(delivery.channel, delivery.event);
        }
        if (delivery.least === undefined && isKept(delivery.event)) {
          this.#keep(delivery.channel, delivery.actor, delivery.event, stamp);
        }
        return;
      case "peers":
        this.#recordAccounts(delivery, stamp);
        if (!isKept(delivery.event)) return;
        for (const channel of delivery.channels) {
          this.#keep(channel, delivery.actor, delivery.event, stamp);
        }
        return;
      case "user":
        return this.#recordDirect(delivery, stamp);
      case "members":
        return this.#recordMember(delivery, stamp);
    }
  }

  /** Removes what an account has said. */
  forget(account: string): void {
    // A database has done it together with the account, so that nothing is lost if this fails.
    this.#store.forget(accountIdentity(account)).catch(() => {});
  }

  /** Notes members that have an account: nobody else can come back. */
  #recordMember(delivery: Extract<Delivery, { to: "members" }>, { msgid }: Stamp): void {
    const user = "entered" in delivery ? delivery.entered : delivery.exited;
    const account = user.person?.account;
    if (account === undefined) return;
    const conversation = this.#idOf(delivery.channel);
    if ("entered" in delivery) this.#store.enter(conversation, accountIdentity(account));
    else this.#store.leave(conversation, accountIdentity(account), msgid);
  }

  /**
   * Notes quits and logins: a user who quits has no name any more when its exits from channels
   * are recorded.
   */
  #recordAccounts(
    { channels, event }: Extract<Delivery, { to: "peers" }>,
    { msgid }: Stamp,
  ): void {
    if (event.type !== "quit" && event.type !== "account_changed") return;
    const before = event.by.account;
    const now = event.type === "quit" ? undefined : event.now.account;
    for (const channel of channels) {
      const conversation = this.#idOf(channel);
      if (before !== undefined) this.#store.leave(conversation, accountIdentity(before), msgid);
      if (now !== undefined) this.#store.enter(conversation, accountIdentity(now));
    }
  }

  /** Notes users who become another user of their account: they have no name any more either. */
  #recordLeft(
    { channel, actor }: Extract<Delivery, { to: "channel" }>,
    { account }: Person,
    { msgid }: Stamp,
  ): void {
    if (actor.person !== undefined || account === undefined) return;
    this.#store.leave(this.#idOf(channel), accountIdentity(account), msgid);
  }

  #recordDirect({ user, event }: Extract<Delivery, { to: "user" }>, stamp: Stamp): void {
    switch (event.type) {
      case "dm":
      case "user_tagged":
        this.#receiver = user;
        return;
      case "dm_sent":
        if (event.ctcp === undefined) this.#keepDirect(user, { ...event, type: "dm" }, stamp);
        return;
      case "user_tag_sent":
        if (isLasting(event.tags)) {
          this.#keepDirect(user, { ...event, type: "user_tagged" }, stamp);
        }
        return;
    }
  }

  #keep(channel: Channel, actor: User, event: KeptShared, stamp: Stamp): void {
    const conversation = this.#idOf(channel);
    const author = event.by === undefined ? "" : this.#identityOf(event.by, actor);
    this.#store.append({ conversation, stamp, event, author, payer: actor.origin.network });
  }

  #idOf(channel: Channel): string {
    let id = this.#ids.get(channel);
    if (id === undefined) {
      this.#ids.set(channel, id = channelConversation(channel, this.#lobby));
    }
    return id;
  }

  /** The conversation of a channel goes on under its new name. */
  #rename(channel: Channel, { channel: was }: { readonly channel: string }): void {
    this.#ids.delete(channel);
    const from = channelConversation({ name: was, made: channel.made }, this.#lobby);
    this.#store.rename(from, this.#idOf(channel));
  }

  #keepDirect(
    sender: User,
    event: Extract<KeptEvent, { type: "dm" | "user_tagged" }>,
    stamp: Stamp,
  ): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    if (receiver === undefined) return;
    const parties: [Party, Party] = [
      { identity: this.#identityOf(event.by, sender), handle: event.by.handle },
      { identity: this.#identityOf(event.to, receiver), handle: event.to.handle },
    ];
    const conversation = directConversation(parties[0].identity, parties[1].identity);
    const author = parties[0].identity;
    const payer = sender.origin.network;
    this.#store.append({ conversation, stamp, event, author, payer, parties });
  }

  #identityOf(person: Person, user: User): string {
    return identityOf(person, user.id, this.#run);
  }
}

const KEPT: ReadonlySet<string> = new Set([...KEPT_OF_CHANNELS, ...KEPT_OF_PEERS]);

type KeptShared = Extract<SharedEvent, { type: KeptType }>;

function isKept(event: SharedEvent): event is KeptShared {
  if (!KEPT.has(event.type)) return false;
  if (event.type === "tagged") return isLasting(event.tags);
  return event.type !== "said" || event.ctcp === undefined;
}

/** Tags of which none says anything about more than the present moment. */
const FLEETING: ReadonlySet<string> = new Set(["+typing", "+draft/typing"]);

/** Whether tags alone say something that is still of use later, such as a reaction. */
function isLasting(tags: Tags): boolean {
  for (const name of tags.keys()) if (!FLEETING.has(name)) return true;
  return false;
}
