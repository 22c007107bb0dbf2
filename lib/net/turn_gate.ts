/**
 * Lets a few pieces of heavy work through in each turn of the event loop, in their order. A thousand handshakes that
 * arrive at once would otherwise be one turn of a second, in which no other socket is read.
 *
 * @module
 */

/** Milliseconds until the next pieces: a timer, because the runtime polls the sockets before each of them. */
const NEXT_MS = 1;

/** A gate for work of one kind. */
export class TurnGate {
  readonly #atOnce: number;
  readonly #waiting: (() => void)[] = [];
  #used = 0;
  #isArmed = false;

  /** At most `atOnce` pieces go through in one turn. */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Resolves when it is this piece's turn; `undefined` where that is now. Never rejects. */
  pass(): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#used < this.#atOnce) {
      if (this.#used++ === 0) setImmediate(() => this.#used = 0);
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#arm();
    });
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    setTimeout(() => {
      this.#isArmed = false;
      for (const resolve of this.#waiting.splice(0, this.#atOnce)) resolve();
      if (this.#waiting.length > 0) this.#arm();
    }, NEXT_MS);
  }
}
