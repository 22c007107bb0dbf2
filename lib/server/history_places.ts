/**
 * The conversations that a user takes part in, found by identity and never by a nick that has
 * changed hands: what the history desk may read, and whether it still may.
 *
 * @module
 */

import type { HistoryAnswer, HistoryAsk, Target } from "../chat/history.ts";
import { foldHandle } from "../chat/handles.ts";
import type { Hub } from "../chat/hub.ts";
import { msgidPrefix } from "../chat/msgid.ts";
import type { User } from "../chat/user.ts";
import type { DirectConversation, EarlierConversation, HistoryStore } from "../history/contract.ts";
import {
  accountIdentity,
  channelConversation,
  directConversation,
  identityOf,
  madeAtOf,
} from "../history/conversation.ts";

/** A conversation that a user takes part in. */
export interface Place {
  /** Its id. */
  readonly conversation: string;
  /** The channel, or the handle of the other user. */
  readonly name: string;
  /** Whether it is a channel. */
  readonly isChannel: boolean;
}

/** A conversation that a user reads, up to the msgid at which it left. */
export type Link = EarlierConversation;

/** The most conversations with other users that are searched for one that is not here any more. */
const MAX_DIRECTS = 1000;
/** The most conversations with other users that a question without a target covers: the latest. */
const MAX_SEARCHED_DIRECTS = 50;

/** Finds the conversations of users. */
export class HistoryPlaces {
  readonly #hub: Hub;
  readonly #store: HistoryStore;
  readonly #run: string;

  /** `run` tells this run of the server from all others. */
  constructor(hub: Hub, store: HistoryStore, run: string) {
    this.#hub = hub;
    this.#store = store;
    this.#run = run;
  }

  /** The identity under which a user's messages are kept; `undefined` before its registration. */
  identityOf({ person, id }: User): string | undefined {
    return person && identityOf(person, id, this.#run);
  }

  /**
   * The conversation that a question is about; `undefined` when the user takes no part in it.
   * Rejects as the store does.
   */
  of(user: User, target: Target | Record<never, never>): Promise<Place | undefined> {
    return "user" in target
      ? this.#directOf(user, target.user)
      : Promise.resolve(this.#channelOf(user, target));
  }

  /** Whether the user takes part in a conversation as it did before it was read. */
  isStill(user: User, { conversation, name, isChannel }: Place): boolean {
    return !isChannel ||
      this.#channelOf(user, { channel: name })?.conversation === conversation;
  }

  /**
   * The channels that the user is in, and its latest conversations with others. Rejects as
   * the store does.
   */
  async all(user: User): Promise<Place[]> {
    return [...this.channels(user), ...latestOf(await this.directs(user))];
  }

  /** The channels that the user is in. */
  channels(user: User): Place[] {
    return [...user.memberships.keys()].map(({ name }) =>
      this.#channelOf(user, { channel: name }) as Place
    );
  }

  /** One conversation for each handle: that with its last holder. Rejects as the store does. */
  async directs(user: User): Promise<readonly DirectConversation[]> {
    const self = this.identityOf(user);
    if (self === undefined) return [];
    const directs = await this.#store.directs(self, MAX_DIRECTS);
    const handles = new Set<string>();
    return directs.filter(({ peer }) => {
      const key = foldHandle(peer.handle);
      return !handles.has(key) && handles.add(key);
    });
  }

  /**
   * The conversations in channels of one name that the user may read, the oldest first. Rejects as
   * the store does.
   */
  async chain(user: User, { conversation, name, isChannel }: Place): Promise<readonly Link[]> {
    const account = user.person?.account;
    if (!isChannel || account === undefined) return [{ conversation }];
    const earlier = await this.#store.earlier(accountIdentity(account), name);
    // A channel that was renamed may be older than one that had the name before: no part of the
    // chain covers another.
    let next = madeAtOf(conversation);
    const links: Link[] = [{ conversation }];
    for (const { conversation: each, until } of earlier) {
      if (each === conversation || madeAtOf(each) > next) continue;
      links.unshift({ conversation: each, until: lowest(until, msgidPrefix(next + 1)) as string });
      next = madeAtOf(each);
    }
    return links;
  }

  #channelOf(user: User, of: Target | Record<never, never>): Place | undefined {
    const channel = "user" in of ? undefined : this.#hub.placeOf(user, of);
    if (channel === undefined) return undefined;
    const conversation = channelConversation(channel, this.#hub.lobby);
    return { conversation, name: channel.name, isChannel: true };
  }

  /** The conversation with whoever is called `name`, or with the last one who was. */
  async #directOf(user: User, name: string): Promise<Place | undefined> {
    const self = this.identityOf(user);
    if (self === undefined) return undefined;
    const other = this.#hub.userCalled(user, name);
    const identity = other && this.identityOf(other);
    if (identity !== undefined) {
      return { conversation: directConversation(self, identity), name, isChannel: false };
    }
    const former = (await this.directs(user)).find(({ peer }) =>
      foldHandle(peer.handle) === foldHandle(name)
    );
    return former && { conversation: former.conversation, name, isChannel: false };
  }
}

/** The latest of a user's conversations with others. */
export function latestOf(directs: readonly DirectConversation[]): Place[] {
  return directs.slice(0, MAX_SEARCHED_DIRECTS).map(({ conversation, peer }) => ({
    conversation,
    name: peer.handle,
    isChannel: false,
  }));
}

/** The lower of two bounds of msgids; either may be left out. */
export function lowest(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || other === undefined ? one ?? other : one < other ? one : other;
}

/** The answer to `ask` when the store has failed. */
export function failed(ask: HistoryAsk): HistoryAnswer {
  const why = "failed";
  switch (ask.type) {
    case "history":
    case "history_targets":
      return { type: "history_refused", ask, why };
    case "search":
      return { type: "search_refused", ask, why };
    case "missed":
      return { type: "missed", kept: [] };
    default:
      return { type: "record_refused", ask, why };
  }
}
