/**
 * What one client was sent in one channel since it entered, held against the history: the same messages in the same order,
 * up to the last one. Where the protocol shows ids these are compared, else what was said.
 *
 * @module
 */

import { Violation } from "./violation.ts";

/** A page of the history. */
export interface Page {
  /** Its messages, the oldest first: by their ids, or by what was said. */
  readonly keys: readonly string[];
  /** The id before which the next page ends; left out where there is none. */
  readonly before?: string;
}

/** One stay in one channel. */
export class Visit {
  #keys: string[] = [];
  #channel: string | undefined;

  /** The client has entered a channel; `undefined` where its packets do not name it. */
  begin(channel?: string): void {
    this.#keys = [];
    this.#channel = channel;
  }

  /** The channel, where it is known: its client may have asked for another by now. */
  get channel(): string | undefined {
    return this.#channel;
  }

  /** It was sent a message. */
  add(key: string): void {
    this.#keys.push(key);
  }

  /** The messages that it was sent, in their order. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /**
   * Reads the history with `read`, backwards, and compares the last `most` messages at least. Others may go on speaking meanwhile: the first page decides what must be
   * there, all that was sent before it was asked for, and what comes behind it must be sent as well.
   *
   * @returns how many messages were compared.
   * @throws {Violation} for the client `nick` when they differ.
   */
  async check(
    nick: string,
    read: (before?: string) => Promise<Page>,
    most = Infinity,
  ): Promise<number> {
    const keys = this.#keys;
    const least = keys.length;
    if (least === 0) return 0;
    const kept: string[] = [];
    let before: string | undefined;
    do {
      const page = await read(before);
      kept.unshift(...page.keys);
      before = page.before;
    } while (before !== undefined && kept.length < Math.min(keys.length, most));
    for (let count = least; count <= keys.length; count++) {
      const wanted = keys.slice(Math.max(0, count - most), count);
      const tail = kept.slice(-wanted.length);
      if (tail.length === wanted.length && tail.every((key, i) => key === wanted[i])) {
        return wanted.length;
      }
    }
    const [first = ""] = keys;
    throw new Violation(
      nick,
      `was sent ${least} messages from "${first}" to "${
        keys[least - 1]
      }", and the ${kept.length} ` +
        `that its history ends with are others, up to "${kept.at(-1)}"`,
    );
  }
}
