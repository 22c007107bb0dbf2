/**
 * What a witness has been sent, held against the history: the same messages in the same order, each once, under ids that
 * rise.
 *
 * @module
 */

import { Violation } from "./violation.ts";

/** A packet of the history. */
interface Packet {
  readonly kind: string;
  readonly id: string;
  readonly nick: string;
  readonly message: string;
}

/** Messages that one question asks for: the most that a server answers with. */
const PAGE = 100;

/** One channel's messages, as they were sent. */
export class Past {
  // A number for each message: a long run has hundreds of thousands.
  readonly #sent: number[] = [];

  /** Somebody said or did something. */
  add(what: string, nick: string, text: string): void {
    this.#sent.push(digest(what, nick, text));
  }

  /**
   * Reads the whole history with `ask`, which sends one question and resolves to the packets of its answer. Throttled users
   * may still be heard meanwhile: the first page decides what must be there, all that was sent before it was asked for.
   *
   * @throws {Violation} for whoever sees another past than it was sent.
   */
  async check(nick: string, ask: (question: string) => Promise<readonly string[]>): Promise<void> {
    const least = this.#sent.length;
    const kept: number[] = [];
    for (let before = "";;) {
      const anchor = before === "" ? "" : `, "before": "${before}"`;
      const packets = await ask(`{"type": "history", "limit": ${PAGE}${anchor}}`);
      const page = whole(packets.map((packet) => JSON.parse(packet) as Packet));
      for (const [i, { id }] of page.entries()) {
        const next = page[i + 1]?.id ?? (before === "" ? "~" : before);
        if (id >= next) throw new Violation(nick, `has "${id}" in its history before "${next}"`);
      }
      kept.unshift(...page.map(({ kind, nick, message }) => digest(kind, nick, message)));
      before = page[0]?.id ?? "";
      if (page.length < PAGE) break;
    }
    const differs = kept.findIndex((each, i) => each !== this.#sent[i]);
    if (differs < 0 && kept.length >= least) return;
    throw new Violation(
      nick,
      `was sent ${least} messages, and its history has ${kept.length}; they differ from number ` +
        `${differs < 0 ? kept.length : differs} on`,
    );
  }
}

/** A text that was too long for one packet is in the next as well. */
function whole(packets: readonly Packet[]): Packet[] {
  const merged: Packet[] = [];
  for (const packet of packets) {
    const last = merged.at(-1);
    if (last?.id !== packet.id) merged.push(packet);
    else merged[merged.length - 1] = { ...last, message: last.message + packet.message };
  }
  return merged;
}

/** FNV-1a, 32 bits. */
function digest(what: string, nick: string, text: string): number {
  const kind = what === "emote" || what === "emoted" ? "*" : "-";
  let hash = 0x811c9dc5;
  for (const part of [kind, nick, text]) {
    for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xffff, 0x01000193);
  }
  return hash;
}
