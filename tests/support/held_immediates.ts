/**
 * Turns of the event loop that end when a test says so.
 *
 * @module
 */

/** Replaces `setImmediate`, so that the test decides when a turn ends. */
export class HeldImmediates implements Disposable {
  readonly #original = globalThis.setImmediate;
  #held: (() => void)[] = [];

  constructor() {
    const hold = (callback: () => void) => void this.#held.push(callback);
    globalThis.setImmediate = hold as unknown as typeof setImmediate;
  }

  /** Turns that were asked for. */
  get waiting(): number {
    return this.#held.length;
  }

  /** Ends one turn of the event loop; what is asked for meanwhile comes with the next. */
  pass(): void {
    this.#held.splice(0).forEach((callback) => callback());
  }

  [Symbol.dispose](): void {
    globalThis.setImmediate = this.#original;
  }
}
