/**
 * A hub with registered users, and what each of them is told.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import type { Delivery } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { User } from "../../lib/chat/user.ts";

/** A hub with registered users, and what each of them is told if nobody hears what they did themselves. */
export class Scene {
  readonly hub: Hub;
  readonly #names = new Map<User, string>();
  readonly #users = new Map<string, User>();

  constructor(names: readonly string[], maxChannels = 100) {
    this.hub = new Hub({ maxChannels });
    for (const name of names) {
      const user = this.hub.connect();
      this.#users.set(name, user);
      this.#names.set(user, name);
      const event = { type: "registered", nick: name } as const;
      assertEquals(this.hub.apply(user, { type: "register", nick: name }), [{
        to: "user",
        user,
        event,
      }]);
    }
  }

  user(name: string): User {
    return this.#users.get(name) as User;
  }

  /** Applies one command; returns lines of the form `bob < joined alice lobby`. */
  do(name: string, command: Command): string[] {
    return this.told(this.hub.apply(this.user(name), command));
  }

  leave(name: string): string[] {
    return this.told(this.hub.disconnect(this.user(name)));
  }

  told(deliveries: readonly Delivery[]): string[] {
    return deliveries.flatMap((delivery) => {
      // Follows each successful join and create; it has a test of its own.
      if (delivery.event.type === "entered") return [];
      const receivers = delivery.to === "user"
        ? [delivery.user]
        : [...delivery.channel.members].filter((member) => member !== delivery.actor);
      return receivers.map((user) => `${this.#names.get(user)} < ${describe(delivery)}`);
    });
  }
}

function describe({ event }: Delivery): string {
  switch (event.type) {
    case "registered":
      return `registered ${event.nick}`;
    case "entered":
      return `entered ${event.channel}`;
    case "dm":
      return `dm ${event.nick} ${event.to} ${event.text}`;
    case "names":
      return `names ${event.channel} ${event.nicks.join(",")}`;
    case "stopping":
      return "stopping";
    case "joined":
    case "left":
      return `${event.type} ${event.nick} ${event.channel}`;
    case "emoted":
    case "said":
      return `${event.type} ${event.nick} ${event.channel} ${event.text}`;
    case "channels":
      return `channels ${event.channels.join(",")}`;
    case "refused":
      return `refused ${Object.values(event.refusal).join(" ")}`;
    case "notice":
      return `notice ${event.text}`;
  }
}
