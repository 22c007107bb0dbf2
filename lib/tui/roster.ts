/**
 * Who has been seen in the chat, and which channels there are: what completion offers. The wires do not
 * tell all of it, so it is a memory, not the truth.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { membersOf, senderOf } from "../client/event_parts.ts";
import { toVisible } from "./visible.ts";

/** Neither nicks nor channels are remembered beyond this many. */
const LIMIT = 1000;
const GONE = -1;

/** Nicks and channels seen. */
export class Roster {
  // With the turn of their last word; 0 for those that were only named, GONE for those who left: they
  // may still be in another channel.
  readonly #nicks = new Map<string, number>();
  readonly #channels = new Set<string>();
  #turn = 0;

  /** Nicks, those who spoke last first. */
  get nicks(): string[] {
    const entries = [...this.#nicks];
    return entries.sort(([a, i], [b, j]) => j - i || compare(a, b)).map(([nick]) => nick);
  }

  /** Channels by name. */
  get channels(): string[] {
    return [...this.#channels].sort(compare);
  }

  /** Takes in what an event tells about who and what there is. */
  notice(event: ChatEvent): void {
    switch (event.type) {
      case "joined":
      case "said":
      case "emoted":
      case "dm":
        this.#setNick(senderOf(event), ++this.#turn);
        break;
      case "left":
        this.#setNick(senderOf(event), GONE);
        break;
      case "names":
        for (const nick of membersOf(event)) this.#setNick(nick, this.#turnOf(nick));
        this.#addChannel(event.channel);
        break;
      case "channels":
        event.channels.forEach((channel) => this.#addChannel(channel));
        break;
      case "entered":
        this.#addChannel(event.channel);
        break;
    }
  }

  #turnOf(nick: string): number {
    return Math.max(0, this.#nicks.get(toVisible(nick)) ?? 0);
  }

  // Deleted first, so that the oldest stands first in the map.
  #setNick(raw: string, turn: number): void {
    const nick = toVisible(raw);
    if (nick === "") return;
    this.#nicks.delete(nick);
    this.#nicks.set(nick, turn);
    if (this.#nicks.size > LIMIT) this.#nicks.delete(this.#nicks.keys().next().value as string);
  }

  #addChannel(raw: string): void {
    const channel = toVisible(raw);
    if (channel !== "" && this.#channels.size < LIMIT) this.#channels.add(channel);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
