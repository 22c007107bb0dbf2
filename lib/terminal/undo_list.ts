/**
 * The states of a line before each change, newest last, so that changes can be taken back one by
 * one.
 *
 * @module
 */

/** A line at one moment. */
export interface LineState {
  /** The text. */
  readonly text: string;
  /** The place of the cursor, in UTF-16 units. */
  readonly cursor: number;
}

// Together they bound the memory of one line; nobody goes back further.
const MAX_STATES = 200;
const MAX_UNITS = 256 * 1024;

/** The states of one line. */
export class UndoList {
  #states: LineState[] = [];
  #units = 0;

  /** Remembers the state before a change; forgets the oldest states beyond the limits. */
  save(state: LineState): void {
    this.#states.push(state);
    this.#units += state.text.length;
    while (this.#states.length > MAX_STATES || this.#units > MAX_UNITS) {
      this.#units -= (this.#states.shift() as LineState).text.length;
    }
  }

  /** Takes out the state before the last change; `undefined` when there is none. */
  back(): LineState | undefined {
    const state = this.#states.pop();
    if (state !== undefined) this.#units -= state.text.length;
    return state;
  }

  /** Takes out the oldest state, and forgets all others. */
  first(): LineState | undefined {
    const state = this.#states[0];
    this.#states = [];
    this.#units = 0;
    return state;
  }
}
