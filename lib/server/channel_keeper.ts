/**
 * Writes down registered channels as the chat says: the last state of each, with one write of each
 * at a time, however often it changes.
 *
 *   sequencer --Delivery "store"--> keeper --ChannelRecord--> database
 *
 * @module
 */

import type { ChannelCalls, ChannelRecord } from "../accounts/channel_module.ts";
import type { Delivery } from "../chat/event.ts";
import { type Right, RIGHTS } from "../chat/rights.ts";
import type { KeptChannel } from "../chat/snapshot.ts";
import type { DataPort } from "../data/client.ts";

/** The state of a channel that is to be written; `undefined` when the channel is to be removed. */
type Wanted = KeptChannel | undefined;

/** A delivery about a registered channel. */
export type ChannelNote = Extract<
  Extract<Delivery, { to: "store" }>,
  { channel: unknown } | { dropped: string }
>;

/** Where channels are kept. */
export type ChannelPort = DataPort<ChannelCalls>;

/** Writes each registered channel after it has changed. */
export class ChannelKeeper {
  readonly #port: ChannelPort | undefined;
  readonly #onFault: (name: string, error: unknown) => void;
  readonly #wanted = new Map<string, Wanted>();
  readonly #writing = new Map<string, Promise<boolean>>();

  /** Without `port`, everything is kept in memory alone. */
  constructor(port: ChannelPort | undefined, onFault: (name: string, error: unknown) => void) {
    this.#port = port;
    this.#onFault = onFault;
  }

  /** Notes a delivery, if it is about a registered channel. */
  note(delivery: ChannelNote): void {
    if (this.#port === undefined) return;
    const isGone = "dropped" in delivery;
    const name = isGone ? delivery.dropped : delivery.channel.name;
    this.#wanted.set(name, isGone ? undefined : delivery.channel);
    if (!this.#writing.has(name)) this.#writing.set(name, this.#write(name, this.#port));
  }

  /**
   * Resolves when everything that was noted has been written; to false when that failed for
   * something.
   */
  async settled(): Promise<boolean> {
    const results = await Promise.all(this.#writing.values());
    return results.every((isKept) => isKept);
  }

  async #write(name: string, port: ChannelPort): Promise<boolean> {
    let isKept = true;
    while (this.#wanted.has(name)) {
      const channel = this.#wanted.get(name);
      this.#wanted.delete(name);
      try {
        if (channel === undefined) await port.call("drop", name);
        else await port.call("keep", recordOf(channel));
        isKept = true;
      } catch (error) {
        isKept = false;
        this.#onFault(name, error);
      }
    }
    // In the same turn: whatever is noted from now on begins a write of its own.
    this.#writing.delete(name);
    return isKept;
  }
}

/** The form in which a channel is kept. The address of the user who made it is left out. */
function recordOf({ registration, ...channel }: KeptChannel): ChannelRecord {
  if (registration === undefined) {
    throw new RangeError(`Channel "${channel.name}" is not registered`);
  }
  const { founder, at, rights } = registration;
  const settings = { ...channel, made: { ...channel.made, origin: "" } };
  return { name: channel.name, founder, at, rights, settings: JSON.stringify(settings) };
}

/** The channels of a database, for the hub. */
export async function readChannels(port: ChannelPort): Promise<readonly KeptChannel[]> {
  const records = await port.call("all");
  return records.map(({ founder, at, rights, settings }) => ({
    ...JSON.parse(settings) as KeptChannel,
    registration: { founder, at, rights: rights.filter(isRight) },
  }));
}

function isRight(
  entry: readonly [account: string, right: string],
): entry is readonly [account: string, right: Right] {
  return (RIGHTS as readonly string[]).includes(entry[1]);
}
