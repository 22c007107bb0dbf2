/**
 * Answers what users ask of the history: decides which conversation a question is about and whether its user takes part
 * in it, reads it, and decides once more before it hands the answer out.
 *
 *   session --HistoryAsk--> desk --(hub: is it a member?)--> store --> desk --(still?)--> session
 *
 * 1. Nobody MUST read a channel that it is not in, or a conversation between others.
 * 2. The desk MUST find conversations by who somebody is, never by a nick that has changed hands.
 *
 * @module
 */

import type { Hub } from "../chat/hub.ts";
import type { HistoryAnswer, HistoryAsk, HistoryTarget, Target } from "../chat/history.ts";
import { foldHandle } from "../chat/handles.ts";
import { timeOfMsgid } from "../chat/msgid.ts";
import type { User } from "../chat/user.ts";
import type { DirectConversation, HistoryStore } from "../history/contract.ts";
import { channelConversation, directConversation, identityOf } from "../history/conversation.ts";
import { readRange } from "../history/range.ts";

/** The settings of a desk. */
export interface HistoryDeskOptions {
  /** The chat. */
  readonly hub: Hub;
  /** What was said. */
  readonly store: HistoryStore;
  /** As the recorder's. */
  readonly run: string;
  /** Most events in one answer. */
  readonly limit: number;
  /** Receives why a store could not answer. */
  readonly onFault: (error: Error) => void;
}

/** A conversation that a user takes part in. */
interface Place {
  readonly conversation: string;
  readonly name: string;
  readonly isChannel: boolean;
}

/** Conversations with other users that are looked through for one that is not here any more. */
const MAX_DIRECTS = 1000;

/** Answers questions about what was said. */
export class HistoryDesk {
  readonly #hub: Hub;
  readonly #store: HistoryStore;
  readonly #run: string;
  readonly #limit: number;
  readonly #onFault: (error: Error) => void;

  /** Knows whom to ask. */
  constructor({ hub, store, run, limit, onFault }: HistoryDeskOptions) {
    this.#hub = hub;
    this.#store = store;
    this.#run = run;
    this.#limit = limit;
    this.#onFault = onFault;
  }

  /** The answer to `ask` of `user`. Never rejects. */
  async answer(user: User, ask: HistoryAsk): Promise<HistoryAnswer> {
    try {
      return ask.type === "history" ? await this.#read(user, ask) : await this.#list(user, ask);
    } catch (error) {
      this.#onFault(error as Error);
      return { type: "history_refused", ask, why: "failed" };
    }
  }

  async #read(
    user: User,
    ask: Extract<HistoryAsk, { type: "history" }>,
  ): Promise<HistoryAnswer> {
    const { target = {} } = ask;
    const limit = Math.min(ask.limit, this.#limit);
    const place = await this.#placeOf(user, target);
    if (place === undefined) return { type: "history_refused", ask, why: "unknown_target" };
    const { conversation, name, isChannel } = place;
    const options = { limit, events: ask.events === true };
    const read = this.#store.slice.bind(this.#store, conversation);
    const kept = await readRange(read, ask, options);
    // Somebody may have removed the user from the channel meanwhile.
    const isStill = !isChannel || this.#channelOf(user, target)?.conversation === conversation;
    if (!isStill) return { type: "history_refused", ask, why: "unknown_target" };
    return { type: "history", name, isChannel, kept };
  }

  async #list(
    user: User,
    ask: Extract<HistoryAsk, { type: "history_targets" }>,
  ): Promise<HistoryAnswer> {
    const limit = Math.min(ask.limit, this.#limit);
    const channels = [...user.memberships.keys()];
    const ids = channels.map((channel) => channelConversation(channel, this.#hub.lobby));
    const [lasts, directs] = await Promise.all([this.#store.latest(ids), this.#directsOf(user)]);
    const found: (Omit<HistoryTarget, "at"> & { readonly last: string })[] = [];
    for (const [i, { name }] of channels.entries()) {
      const last = lasts[i];
      if (last !== undefined) found.push({ name, isChannel: true, last });
    }
    for (const { peer, last } of directs) found.push({ name: peer.handle, isChannel: false, last });
    const targets = found.sort((one, other) => one.last < other.last ? -1 : 1)
      .map(({ last, ...target }) => ({ ...target, at: timeOfMsgid(last) }));
    const [low, high] = ask.after < ask.before ? [ask.after, ask.before] : [ask.before, ask.after];
    const between = targets.filter(({ at }) => at > low && at < high);
    const isForwards = ask.after < ask.before;
    return {
      type: "history_targets",
      targets: isForwards ? between.slice(0, limit) : between.slice(-limit),
    };
  }

  #placeOf(user: User, target: Target | Record<never, never>): Promise<Place | undefined> {
    return "user" in target
      ? this.#directOf(user, target.user)
      : Promise.resolve(this.#channelOf(user, target));
  }

  #channelOf(user: User, of: Target | Record<never, never>): Place | undefined {
    const channel = "user" in of ? undefined : this.#hub.placeOf(user, of);
    if (channel === undefined) return undefined;
    const conversation = channelConversation(channel, this.#hub.lobby);
    return { conversation, name: channel.name, isChannel: true };
  }

  /** The conversation with whoever is called `name`, or with the last one who was. */
  async #directOf(user: User, name: string): Promise<Place | undefined> {
    const self = this.#identityOf(user);
    if (self === undefined) return undefined;
    const other = this.#hub.userCalled(user, name);
    const identity = other && this.#identityOf(other);
    if (identity !== undefined) {
      return { conversation: directConversation(self, identity), name, isChannel: false };
    }
    const former = (await this.#directsOf(user)).find(({ peer }) =>
      foldHandle(peer.handle) === foldHandle(name)
    );
    return former && { conversation: former.conversation, name, isChannel: false };
  }

  /** With each other user one conversation: that with the last who had the handle. */
  async #directsOf(user: User): Promise<readonly DirectConversation[]> {
    const self = this.#identityOf(user);
    if (self === undefined) return [];
    const directs = await this.#store.directs(self, MAX_DIRECTS);
    const handles = new Set<string>();
    return directs.filter(({ peer }) => {
      const key = foldHandle(peer.handle);
      return !handles.has(key) && handles.add(key);
    });
  }

  #identityOf({ person, id }: User): string | undefined {
    return person && identityOf(person, id, this.#run);
  }
}
