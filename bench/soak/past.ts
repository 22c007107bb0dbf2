/**
 * What a witness has been sent, held against the history: the same messages in the same order, each once, under ids that
 * rise.
 *
 * @module
 */

import { Violation } from "./violation.ts";

/** A packet of the history. */
export interface Packet {
  readonly kind: string;
  readonly id: string;
  readonly nick: string;
  readonly message: string;
}

/** Messages that one question asks for: the most that a server answers with. */
export const PAGE = 100;

/** The packet that asks for the last `limit` messages of a client's channel, or for those before the one with the id `before`. */
export function askPage(before?: string, limit = PAGE): string {
  const anchor = before === undefined ? "" : `, "before": "${before}"`;
  return `{"type": "history", "limit": ${limit}${anchor}}`;
}

/** One channel's messages, as they were sent. */
export class Past {
  // A number for each message: a long run has hundreds of thousands.
  readonly #sent: number[] = [];
  readonly #since: string;

  /** What is older than the id `since` is another run's. */
  constructor(since = "") {
    this.#since = since;
  }

  /** Somebody said or did something. */
  add(what: string, nick: string, text: string): void {
    this.#sent.push(digest(what, nick, text));
  }

  /**
   * Reads the whole history with `ask`, which sends one question and resolves to the packets of its answer. Throttled users
   * may still be heard meanwhile: the first page decides what must be there, all that was sent before it was asked for.
   *
   * @returns the ids of the messages, in their order.
   * @throws {Violation} for whoever sees another past than it was sent.
   */
  async check(
    nick: string,
    ask: (question: string) => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    const least = this.#sent.length;
    const messages: Packet[] = [];
    let before: string | undefined;
    for (;;) {
      const packets = await ask(askPage(before));
      const page = whole(packets.map((packet) => JSON.parse(packet) as Packet));
      for (const [i, { id }] of page.entries()) {
        const next = page[i + 1]?.id ?? before ?? "~";
        if (id >= next) throw new Violation(nick, `has "${id}" in its history before "${next}"`);
      }
      messages.unshift(...page.filter(({ id }) => id >= this.#since));
      before = page[0]?.id;
      if (page.length < PAGE || before === undefined || before < this.#since) break;
    }
    const kept = messages.map(({ kind, nick, message }) => digest(kind, nick, message));
    const differs = kept.findIndex((each, i) => each !== this.#sent[i]);
    if (differs < 0 && kept.length >= least) return messages.map(({ id }) => id);
    throw new Violation(
      nick,
      `was sent ${least} messages, and its history has ${kept.length}; they differ from number ` +
        `${differs < 0 ? kept.length : differs} on`,
    );
  }
}

/** The messages in the packets of one page: a text that was too long for one packet is in the next as well. */
export function whole(packets: readonly Packet[]): Packet[] {
  const merged: Packet[] = [];
  for (const packet of packets) {
    const last = merged.at(-1);
    if (last?.id !== packet.id) merged.push(packet);
    else merged[merged.length - 1] = { ...last, message: last.message + packet.message };
  }
  return merged;
}

/** Stands for one message: FNV-1a, 32 bits. */
export function digest(what: string, nick: string, text: string): number {
  const kind = what === "emote" || what === "emoted" ? "*" : "-";
  let hash = 0x811c9dc5;
  for (const part of [kind, nick, text]) {
    for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xffff, 0x01000193);
  }
  return hash;
}
