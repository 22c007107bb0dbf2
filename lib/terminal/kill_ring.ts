/**
 * Texts that were cut from the line, newest last, as readline keeps them: cuts in a row are one
 * entry, and a key goes through the entries.
 *
 * @module
 */

// Readline keeps ten as well.
const LIMIT = 10;

/** The texts that were cut, and the one that comes back next. */
export class KillRing {
  #texts: string[] = [];
  #at = 0;

  /** The text that comes back next; "" when nothing was cut. */
  get text(): string {
    return this.#texts[this.#at] ?? "";
  }

  /** Adds a text that was cut, and makes it the next to come back. */
  add(text: string): void {
    this.#texts.push(text);
    if (this.#texts.length > LIMIT) this.#texts.shift();
    this.#at = this.#texts.length - 1;
  }

  /**
   * Adds a text that was cut right after the newest one, behind its end or in front of its start.
   */
  extend(text: string, side: "end" | "start"): void {
    const last = this.#texts.pop() ?? "";
    this.add(side === "end" ? last + text : text + last);
  }

  /** Makes the text before the present one the next to come back; the newest follows the oldest. */
  rotate(): void {
    const count = this.#texts.length;
    if (count > 0) this.#at = (this.#at + count - 1) % count;
  }
}
