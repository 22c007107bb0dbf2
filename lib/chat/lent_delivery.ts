/**
 * The delivery of a text that is borrowed, in objects that are used again for the next one: chat at full
 * load leaves nothing behind for the garbage collector.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { Delivery, Text } from "./event.ts";
import type { User } from "./user.ts";

type Said = Extract<Delivery, { to: "channel" }>;
type Changing<T> = { -readonly [Key in keyof T]: T[Key] };
type SaidEvent = Changing<Extract<Said["event"], { type: "said" }>>;

/** One delivery, lent to whoever asked last. */
export class LentDelivery {
  readonly #event: SaidEvent = { type: "said", nick: "", channel: "", text: "" };
  #deliveries: [Changing<Said>] | undefined;

  /** That `user`, called `nick`, said `text` in `channel`: valid until the next call. */
  said(channel: Channel, user: User, nick: string, text: Text): readonly Delivery[] {
    const event = this.#event;
    event.nick = nick;
    event.channel = channel.name;
    event.text = text;
    if (this.#deliveries === undefined) {
      this.#deliveries = [{ to: "channel", channel, actor: user, event }];
    } else {
      this.#deliveries[0].channel = channel;
      this.#deliveries[0].actor = user;
    }
    return this.#deliveries;
  }
}
