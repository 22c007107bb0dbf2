/**
 * Rows that could not be kept: how many of which conversations, so that a gap can stand where they
 * are missing.
 *
 * @module
 */

import { type BatchData, WIDTH } from "./batch.ts";
import type { Row } from "./contract.ts";

/** What is missing in one conversation. */
export interface Gap {
  /** Its id. */
  readonly conversation: string;
  /** How many rows. */
  readonly lost: number;
  /** The msgid of the last of them, which the gap takes. */
  readonly msgid: string;
}

/** The most conversations whose gaps are remembered. Rows of others count in the total alone. */
const MOST_GAPS = 10_000;

/** Counts rows that are lost. */
export class Lost {
  #gaps = new Map<string, { lost: number; msgid: string }>();
  #total = 0;

  /** Counts a row. */
  add({ conversation, stamp }: Row): void {
    this.#count(conversation, stamp.msgid);
  }

  /** Counts the rows of a batch. */
  addBatch({ rows, places }: BatchData): void {
    for (let at = 0; at < rows.length; at += WIDTH.rows) {
      const place = rows[at] as number;
      this.#count(places[place * WIDTH.places] as string, rows[at + 2] as string);
    }
  }

  #count(conversation: string, msgid: string): void {
    this.#total++;
    const gap = this.#gaps.get(conversation);
    if (gap !== undefined) {
      gap.lost++;
      gap.msgid = msgid;
    } else if (this.#gaps.size < MOST_GAPS) this.#gaps.set(conversation, { lost: 1, msgid });
  }

  /** Returns all that was counted, and starts again from zero. */
  take(): { readonly total: number; readonly gaps: readonly Gap[] } {
    const gaps = Array.from(this.#gaps, ([conversation, gap]) => ({ conversation, ...gap }));
    const total = this.#total;
    this.#gaps = new Map();
    this.#total = 0;
    return { total, gaps };
  }
}
