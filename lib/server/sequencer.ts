/**
 * The one place where the hub is changed: gives each command its time and its id, applies it, and hands
 * what follows from it to the dispatch.
 *
 *   session --Command--> sequencer --(command, stamp)--> hub --Delivery[]--> dispatch
 *
 * 1. MUST apply commands one after the other, and deliver each one's consequences before the next.
 * 2. MUST give times that never run backwards and ids that are unique and in the order of the commands.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { Stamp } from "../chat/event.ts";
import type { Hub } from "../chat/hub.ts";
import type { Origin, User } from "../chat/user.ts";
import type { Dispatch } from "./dispatch.ts";
import { makeMsgid, NODE_LIMIT } from "./msgid.ts";

/** What a sequencer needs; a replicated log can take its place, with the hub unchanged. */
export interface SequencerOptions {
  /** The chat. */
  readonly hub: Hub;
  /** Where the consequences go. */
  readonly dispatch: Dispatch;
  /** Milliseconds of Unix time; the system's when it is left out. */
  readonly now?: () => number;
  /** 0 to `NODE_LIMIT` - 1: tells this process from others in its ids; random when it is left out. */
  readonly node?: number;
}

/** Applies commands to the hub, in one order for everybody. */
export class Sequencer {
  readonly #hub: Hub;
  readonly #dispatch: Dispatch;
  readonly #now: () => number;
  readonly #node: number;
  #time = 0;
  #counter = 0;

  /** Nothing has been applied yet. */
  constructor(options: SequencerOptions) {
    this.#hub = options.hub;
    this.#dispatch = options.dispatch;
    this.#now = options.now ?? Date.now;
    this.#node = options.node ?? Math.floor(Math.random() * NODE_LIMIT);
  }

  /** A new user of the hub; `origin` is where it comes from. */
  connect(origin: Origin): User {
    return this.#hub.connect(origin);
  }

  /**
   * Applies one command of `user`.
   *
   * @returns what its sender should wait for before its next command; `undefined` to go on at once.
   */
  apply(user: User, command: Command): Promise<void> | undefined {
    const stamp = this.#stamp();
    return this.#dispatch.deliver(this.#hub.apply(user, command, stamp.time), stamp);
  }

  /** Takes `user` out of the chat; with `silently`, nobody else learns of it. Idempotent. */
  disconnect(user: User, reason?: string, silently = false): void {
    const stamp = this.#stamp();
    const deliveries = this.#hub.disconnect(user, reason, stamp.time);
    this.#dispatch.delete(user);
    if (!silently) this.#dispatch.deliver(deliveries, stamp);
  }

  /** The time and id of something that no command has caused, such as the server's end. */
  stamp(): Stamp {
    return this.#stamp();
  }

  #stamp(): Stamp {
    const now = this.#now();
    if (now > this.#time) this.#counter = 0;
    this.#time = Math.max(this.#time, now);
    return new SequencedStamp(this.#time, this.#counter++, this.#node);
  }
}

/** Makes the id only for the dialects that ask for it. */
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
