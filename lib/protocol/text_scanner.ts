/**
 * One pass over a text that came over a wire: what acts on a terminal goes, what turns the order of letters is
 * closed where the text ends ("Text is data", PROTOCOLS section 5).
 *
 * No input makes it look at a character again and again: it goes forward, and remembers where it found the
 * end of the next control string. `steps` counts the looks, at most six for each character.
 *
 * @module
 */

import { isBidiControl, isControl, isFormatting } from "../chat/characters.ts";

const BELL = 0x07, ESCAPE = 0x1b, TILDE = 0x7e;
const OPENING_BRACKET = 0x5b, BACKSLASH = 0x5c;
/** C1: control sequence introducer, and the terminator of control strings. */
const CSI = 0x9b, STRING_TERMINATOR = 0x9c;
const LINE_SEPARATOR = 0x2028, PARAGRAPH_SEPARATOR = 0x2029;
/** The end of an embedding or override. */
const PDF = 0x202c;
/** The first isolate, and the end of any. */
const LRI = 0x2066, PDI = 0x2069;

/** More are dropped: a person needs two or three, and each costs a closer at the end. */
const DEEPEST_BIDI = 16;

/** What begins a control string, as the character behind an ESC: DCS, SOS, OSC, PM, APC. */
const STRING_STARTS = new Set(Array.from("PX]^_", (letter) => letter.charCodeAt(0)));
/** The same in C1. */
const C1_STRING_STARTS = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f]);

/** The cleaning of one text; `clean` is called once. */
export class TextScanner {
  /** How often a character was looked at so far. */
  steps = 0;
  readonly #text: string;
  #at = 0;
  /** Clean text, up to where the present run of clean characters begins. */
  #clean = "";
  #runStart = 0;
  /** The first BEL, ESC or ST that was found by the last search for one; none lies between. */
  #stop = -1;
  /** Embeddings (their closer) and isolates (theirs) that are open. Those beyond the deepest were dropped. */
  readonly #open: number[] = [];
  #openIsolates = 0;

  /** A scanner at the start of `text`. */
  constructor(text: string) {
    this.#text = text;
  }

  /**
   * The text without control characters but IRC's formatting, without escape sequences and control strings
   * as a whole, with a space for each line separator, and with as many bidi controls closed as opened.
   */
  clean(): string {
    const text = this.#text;
    while (this.#at < text.length) {
      const code = this.#codeAt(this.#at);
      if (isControl(code)) this.#takeControl(code);
      else if (isBidiControl(code) && !this.#isAdmittedBidi(code)) this.#drop(this.#at + 1);
      else this.#at++;
    }
    this.#flushRun();
    this.#closeBidi();
    return this.#clean;
  }

  #takeControl(code: number): void {
    const behind = this.#at + 1;
    if (code === ESCAPE) this.#drop(this.#escapeEnd(behind));
    else if (code === CSI) this.#drop(this.#controlSequenceEnd(behind));
    else if (C1_STRING_STARTS.has(code)) this.#drop(this.#stringEnd(behind) ?? behind);
    else if (isFormatting(code)) this.#at = behind;
    else if (code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR) this.#replace(behind, " ");
    else this.#drop(behind);
  }

  /** The index behind the sequence whose ESC stands before `from`; `from` itself when it is none. */
  #escapeEnd(from: number): number {
    const code = this.#codeAt(from);
    if (code === OPENING_BRACKET) return this.#controlSequenceEnd(from + 1);
    if (STRING_STARTS.has(code)) {
      const end = this.#stringEnd(from + 1);
      if (end !== undefined) return end;
    }
    const final = this.#skip(from, 0x20, 0x2f);
    return this.#isIn(final, 0x30, TILDE) ? final + 1 : from;
  }

  /** Parameters, intermediates and a final character; one that was cut off ends where it was. */
  #controlSequenceEnd(from: number): number {
    const final = this.#skip(this.#skip(from, 0x30, 0x3f), 0x20, 0x2f);
    return this.#isIn(final, 0x40, TILDE) ? final + 1 : final;
  }

  /** The index behind the terminator of a control string, or undefined when it has none: then it is text. */
  #stringEnd(from: number): number | undefined {
    if (this.#stop < from) {
      this.#stop = from;
      while (this.#stop < this.#text.length && !isStop(this.#codeAt(this.#stop))) this.#stop++;
    }
    const stop = this.#stop;
    const code = this.#codeAt(stop);
    if (code === BELL || code === STRING_TERMINATOR) return stop + 1;
    return code === ESCAPE && this.#codeAt(stop + 1) === BACKSLASH ? stop + 2 : undefined;
  }

  /**
   * Keeps account of what is open, by the rules of UAX 9: an isolate's end closes the embeddings in it as
   * well, an embedding's end closes no isolate. False for an end without a start, and for what is too deep.
   */
  #isAdmittedBidi(code: number): boolean {
    if (code === PDF) return this.#open.at(-1) === PDF && this.#popBidi();
    if (code === PDI) {
      if (this.#openIsolates === 0) return false;
      while (this.#open.at(-1) === PDF) this.#popBidi();
      return this.#popBidi();
    }
    const isIsolate = code >= LRI;
    if (isIsolate) this.#openIsolates++;
    this.#open.push(isIsolate ? PDI : PDF);
    return this.#open.length <= DEEPEST_BIDI;
  }

  /** Whether what it closes was kept. */
  #popBidi(): boolean {
    this.steps++;
    if (this.#open.pop() === PDI) this.#openIsolates--;
    return this.#open.length < DEEPEST_BIDI;
  }

  #closeBidi(): void {
    for (const closer of this.#open.slice(0, DEEPEST_BIDI).reverse()) {
      this.#clean += String.fromCharCode(closer);
    }
  }

  #drop(end: number): void {
    this.#flushRun();
    this.#at = this.#runStart = end;
  }

  #replace(end: number, by: string): void {
    this.#drop(end);
    this.#clean += by;
  }

  #flushRun(): void {
    if (this.#at > this.#runStart) this.#clean += this.#text.slice(this.#runStart, this.#at);
  }

  /** The first index from `from` on whose character is not between `low` and `high`. */
  #skip(from: number, low: number, high: number): number {
    while (this.#isIn(from, low, high)) from++;
    return from;
  }

  #isIn(index: number, low: number, high: number): boolean {
    const code = this.#codeAt(index);
    return code >= low && code <= high;
  }

  /** NaN behind the end. */
  #codeAt(index: number): number {
    this.steps++;
    return this.#text.charCodeAt(index);
  }
}

function isStop(code: number): boolean {
  return code === BELL || code === ESCAPE || code === STRING_TERMINATOR;
}
