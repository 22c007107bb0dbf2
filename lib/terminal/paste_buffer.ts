/**
 * The text of one bracketed paste, up to the sequence that ends it; reads may cut that
 * sequence anywhere.
 *
 *   ESC [ 200 ~  text  ESC [ 201 ~        (XTerm Control Sequences, "Bracketed Paste Mode")
 *
 * Most terminals remove that sequence from the text; with those that do not (tmux), a text
 * that holds it would press keys. A second end without a start gives it away, as long as both
 * are in one read.
 *
 * @module
 */

// No byte of it but the first is an ESC, so a search that fails starts again at the byte at hand.
const END = new TextEncoder().encode("\x1b[201~");
const START = new TextEncoder().encode("\x1b[200~");

/** Collects the text of a paste, up to a limit. */
export class PasteBuffer {
  readonly #utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #limit: number;
  #text = "";
  // The number of END's bytes that came last.
  #matched = 0;

  /** Keeps at most `limit` UTF-16 units. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the paste has ended; `take` its text then. */
  get complete(): boolean {
    return this.#matched === END.length;
  }

  /** Takes `bytes` from an index; returns the index after the end of the paste, or their length. */
  push(bytes: Uint8Array, from: number): number {
    while (from < bytes.length && !this.complete) {
      if (this.#matched === 0) {
        const escape = bytes.indexOf(END[0] as number, from);
        const to = escape < 0 ? bytes.length : escape;
        this.#append(bytes.subarray(from, to));
        if (escape < 0) return to;
        this.#matched = 1;
        from = to + 1;
      } else if (bytes[from] === END[this.#matched]) {
        this.#matched++;
        from++;
      } else {
        this.#append(END.subarray(0, this.#matched));
        this.#matched = 0;
      }
    }
    return from;
  }

  /**
   * Goes on with the paste if its end was part of its text: another end follows in `bytes`, and no
   * other paste begins at once. Returns whether it does.
   */
  goOn(bytes: Uint8Array, from: number): boolean {
    const goesOn = !isAt(bytes, START, from) && holds(bytes, END, from);
    if (goesOn) this.#matched = 0;
    return goesOn;
  }

  /** Returns the text and gets ready for the next paste. */
  take(): string {
    const text = (this.#text + this.#utf8.decode()).slice(0, this.#limit);
    this.#text = "";
    this.#matched = 0;
    // The limit may have split a surrogate pair.
    return text.isWellFormed() ? text : text.slice(0, -1);
  }

  #append(bytes: Uint8Array): void {
    const text = this.#utf8.decode(bytes, { stream: true });
    this.#text += text.slice(0, Math.max(0, this.#limit - this.#text.length));
  }
}

/** Whether `sequence` stands in `bytes` from an index on. Nothing of it but its start is an ESC. */
function holds(bytes: Uint8Array, sequence: Uint8Array, from: number): boolean {
  for (let at = from; (at = bytes.indexOf(0x1b, at)) >= 0; at++) {
    if (isAt(bytes, sequence, at)) return true;
  }
  return false;
}

function isAt(bytes: Uint8Array, sequence: Uint8Array, at: number): boolean {
  return sequence.every((byte, i) => bytes[at + i] === byte);
}
