/**
 * The user's name over all connections. On a new connection the server may still know the old one,
 * which holds the name: then the user gets another one for a while, and asks for its own again,
 * where the dialect can change names.
 *
 * @module
 */

import type { ChatEvent } from "../chat/event.ts";
import type { ClientCommand } from "../protocol/protocol.ts";
import { senderOf } from "./event_parts.ts";
import type { Look } from "./look.ts";

/** What to do after an event. */
export interface Verdict {
  /** A command to send at once. */
  readonly retry?: ClientCommand;
  /** The event is not shown. */
  readonly isQuiet?: true;
  /** The refusal will not last. */
  readonly isTemporary?: true;
}

const NOTHING: Verdict = {};
/** Names that are tried besides the user's own. */
const MOST_TRIES = 5;

/** The name of one user. */
export class Registration {
  readonly #look: Look;
  #wanted: string;
  #nick: string;
  #tries = 0;
  #isFirst = true;

  /** For a user called `nick`. */
  constructor(look: Look, nick: string) {
    this.#look = look;
    this.#wanted = nick;
    this.#nick = nick;
  }

  /** The name that the server has for the user. */
  get nick(): string {
    return this.#nick;
  }

  /** Begins the registration of a new connection, under the name that the user wants. */
  begin(): void {
    this.#tries = 0;
    this.#nick = this.#wanted;
  }

  /** Notes a request of the user. */
  asked(command: ClientCommand): void {
    if (command.type !== "register") return;
    this.#wanted = command.nick;
    this.#tries = 0;
  }

  /** The command that asks for the user's own name, if it has another one. */
  regain(): ClientCommand | undefined {
    return this.#isMine(this.#nick) ? undefined : { type: "register", nick: this.#wanted };
  }

  /** Notes an event; `isOnline` is whether the server has let the user in. */
  seen(event: ChatEvent, isOnline: boolean): Verdict {
    switch (event.type) {
      case "registered":
        this.#nick = event.person.nick;
        this.#isFirst = false;
        return NOTHING;
      case "renamed":
        if (this.#look.fold(senderOf(event)) !== this.#look.fold(this.#nick)) return NOTHING;
        this.#nick = event.now.nick;
        this.#wanted = event.now.nick;
        return NOTHING;
      case "joined":
        // json16 shows by this that the user has the name that it asked for.
        if (senderOf(event) === this.#wanted) this.#nick = this.#wanted;
        return NOTHING;
      case "refused":
        return event.refusal.code === "nick_in_use" ? this.#taken(isOnline) : NOTHING;
      default:
        return NOTHING;
    }
  }

  #taken(isOnline: boolean): Verdict {
    if (isOnline) {
      // The user's own name is still held by the connection that was lost; nobody has asked just
      // now.
      if (!this.#isMine(this.#nick) && this.#tries > 0) return { isQuiet: true };
      this.#wanted = this.#nick;
      return NOTHING;
    }
    if (this.#isFirst) return NOTHING;
    if (!this.#look.hasChannels || this.#tries === MOST_TRIES) return { isTemporary: true };
    this.#tries++;
    this.#nick = this.#wanted + "_".repeat(this.#tries);
    return { retry: { type: "register", nick: this.#nick }, isQuiet: true };
  }

  #isMine(nick: string): boolean {
    return this.#look.fold(nick) === this.#look.fold(this.#wanted);
  }
}
