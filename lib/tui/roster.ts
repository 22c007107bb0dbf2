/**
 * The nicks and channels that completion offers: those seen so far. The protocols do not send all
 * of them, so the roster may be incomplete or out of date.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import { membersOf, senderOf } from "../client/event_parts.ts";
import { toVisible } from "./visible.ts";

// The most nicks, and the most channels, that it remembers.
const LIMIT = 1000;
// Nobody would type a longer name, and a thousand of them would take much memory.
const LONGEST_NAME = 256;
// The turn of users who left; they may still be in another channel.
const GONE = -1;

/** A bounded memory of nicks and channels. */
export class Roster {
  // Each nick with the turn in which its user last spoke; 0 if it never spoke.
  readonly #nicks = new Map<string, number>();
  readonly #channels = new Set<string>();
  #turn = 0;

  /** The nicks, the most recent speaker first. */
  get nicks(): string[] {
    const entries = [...this.#nicks];
    return entries.sort(([a, i], [b, j]) => j - i || compare(a, b)).map(([nick]) => nick);
  }

  /** Whether it remembers `nick`. */
  has(nick: string): boolean {
    return this.#nicks.has(nick);
  }

  /** The channels, sorted by name. */
  get channels(): string[] {
    return [...this.#channels].sort(compare);
  }

  /** Remembers the nicks and channels that an event names. */
  notice(event: ChatEvent): void {
    switch (event.type) {
      case "joined":
      case "said":
      case "emoted":
      case "dm":
        this.#setNick(senderOf(event), ++this.#turn);
        break;
      case "left":
      case "quit":
        this.#setNick(senderOf(event), GONE);
        break;
      case "names":
        for (const nick of membersOf(event)) this.#setNick(nick, this.#turnOf(nick));
        this.#addChannel(event.channel);
        break;
      case "channels":
        event.channels.forEach((channel) => this.#addChannel(channel));
        break;
      case "channels_found":
        event.channels.forEach(({ name }) => this.#addChannel(name));
        break;
      case "entered":
        this.#addChannel(event.channel);
        break;
    }
  }

  #turnOf(nick: string): number {
    return Math.max(0, this.#nicks.get(toVisible(nick)) ?? 0);
  }

  // Delete it first, so that the map stays in the order of use.
  #setNick(raw: string, turn: number): void {
    const nick = toVisible(raw);
    if (nick === "" || nick.length > LONGEST_NAME) return;
    this.#nicks.delete(nick);
    this.#nicks.set(nick, turn);
    if (this.#nicks.size > LIMIT) this.#nicks.delete(this.#nicks.keys().next().value as string);
  }

  #addChannel(raw: string): void {
    const channel = toVisible(raw);
    if (channel === "" || channel.length > LONGEST_NAME) return;
    if (this.#channels.size < LIMIT) this.#channels.add(channel);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
