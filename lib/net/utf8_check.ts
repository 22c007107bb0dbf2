/**
 * Checks that bytes are UTF-8 while they come in pieces (RFC 3629, section 4: no surrogates, no
 * longer forms, nothing above U+10FFFF). It looks at each byte once and keeps no text.
 *
 * @module
 */

/** The state between two pieces. */
export class Utf8Check {
  // Continuation bytes that are missing, and the bounds of the next one.
  #missing = 0;
  #low = 0x80;
  #high = 0xbf;

  /** Whether a character is not complete yet. */
  get isOpen(): boolean {
    return this.#missing > 0;
  }

  /** Looks at the next piece; false when the text can never be UTF-8. */
  take(bytes: Uint8Array): boolean {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (this.#missing > 0) {
        if (byte < this.#low || byte > this.#high) return false;
        this.#missing--;
        [this.#low, this.#high] = [0x80, 0xbf];
      } else if (byte >= 0x80 && !this.#begin(byte)) return false;
    }
    return true;
  }

  /** Takes the first byte of a character of several. */
  #begin(byte: number): boolean {
    if (byte < 0xc2 || byte > 0xf4) return false;
    this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (byte === 0xe0) this.#low = 0xa0;
    else if (byte === 0xed) this.#high = 0x9f;
    else if (byte === 0xf0) this.#low = 0x90;
    else if (byte === 0xf4) this.#high = 0x8f;
    return true;
  }
}
