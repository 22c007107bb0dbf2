/**
 * The channels that a user is in, and those to enter again on a new connection.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { ClientCommand } from "../protocol/protocol.ts";
import { senderOf } from "./event_parts.ts";
import type { Look } from "./look.ts";
import type { Speech } from "./outgoing.ts";

interface Place {
  readonly name: string;
  readonly key?: string;
  /** Whether the user is in it on this connection. */
  isEntered: boolean;
}

/** The channels of one user, over all its connections. */
export class Places {
  readonly #look: Look;
  readonly #places = new Map<string, Place>();
  /** The channel into which a dialect with one channel puts its users by itself. */
  #home: string | undefined;
  /** A notice to ignore, once. */
  #notice: string | undefined;

  /** Starts with `channels`, which are entered on the first connection. */
  constructor(look: Look, channels: readonly string[] = []) {
    this.#look = look;
    for (const name of channels) this.#want(name);
  }

  /** Notes a request of the user. */
  asked(command: ClientCommand): void {
    switch (command.type) {
      case "join":
      case "create":
        if (command.channel === undefined) break;
        // Where the server never says so, the user counts as entered.
        if (!this.#look.hasChannels) this.#places.clear();
        this.#want(command.channel, command.type === "join" ? command.key : undefined);
        break;
      case "part":
        if (command.channel !== undefined) this.#places.delete(this.#look.fold(command.channel));
        else if (!this.#look.hasChannels) this.#places.clear();
    }
  }

  /** Notes an event of the user, who is called `nick`. */
  seen(event: ChatEvent, nick: string): void {
    switch (event.type) {
      case "entered":
        if (!this.#look.hasChannels) this.#places.clear();
        this.#want(event.channel).isEntered = true;
        break;
      case "names":
        if (!this.#look.hasChannels) this.#home ??= event.channel;
        break;
      case "left":
        if (!this.#look.hasChannels || this.#look.fold(senderOf(event)) !== this.#look.fold(nick)) {
          break;
        }
        this.#places.delete(this.#look.fold(event.channel));
        break;
      case "removed":
        this.#places.delete(this.#look.fold(event.channel));
        break;
      case "refused":
      case "notice":
        this.#wasRefused(event);
    }
  }

  /** Notes the end of the connection. */
  lost(): void {
    for (const place of this.#places.values()) place.isEntered = false;
    this.#notice = undefined;
  }

  /** The commands that enter all channels, for a connection that has just let the user in. */
  comeBack(): readonly ClientCommand[] {
    return [...this.#places.values()].flatMap((place): readonly ClientCommand[] => {
      if (place.isEntered || place.name === this.#home) return [];
      const { commands, notice } = this.#look.comeBack?.(place.name) ?? { commands: [join(place)] };
      this.#notice = notice;
      // The server of this dialect does not say that the user has entered.
      if (this.#look.comeBack !== undefined) place.isEntered = true;
      return commands;
    });
  }

  /** Whether `event` is a notice to ignore. It is one only once. */
  overlooks(event: ChatEvent): boolean {
    if (event.type !== "notice" || event.text !== this.#notice) return false;
    this.#notice = undefined;
    return true;
  }

  /** Whether `command` can be sent now: its channel is entered, or none that will be. */
  isOpen(command: Speech): boolean {
    if (command.type === "dm") return true;
    if (!this.#look.hasChannels) {
      return [...this.#places.values()].every(({ name, isEntered }) =>
        isEntered || name === this.#home || this.#look.isWelcome === undefined
      );
    }
    const place = this.#places.get(this.#look.fold(command.channel ?? ""));
    return place === undefined || place.isEntered;
  }

  #want(name: string, key?: string): Place {
    const folded = this.#look.fold(name);
    const known = this.#places.get(folded);
    if (known !== undefined && (key === undefined || key === known.key)) return known;
    const isEntered = known?.isEntered ?? false;
    const place = { name, isEntered, ...(key !== undefined && { key }) };
    this.#places.set(folded, place);
    return place;
  }

  /** Forgets a channel that does not let the user in. */
  #wasRefused(event: ChatEvent): void {
    const name = event.type === "refused" && "channel" in event.refusal
      ? event.refusal.channel
      : event.type === "notice" && event.isAnswer === true
      ? event.channel
      : undefined;
    if (name === undefined) return this.#giveUp();
    const folded = this.#look.fold(name);
    if (this.#places.get(folded)?.isEntered === false) this.#places.delete(folded);
  }

  /** Forgets the only channel that is not entered yet, where refusals name none. */
  #giveUp(): void {
    if (this.#look.hasChannels || this.#look.isWelcome === undefined) return;
    for (const [key, { isEntered }] of this.#places) if (!isEntered) this.#places.delete(key);
  }
}

function join({ name, key }: Place): ClientCommand {
  return { type: "join", channel: name, ...(key !== undefined && { key }) };
}
