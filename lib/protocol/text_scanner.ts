/**
 * One pass over received text that removes what acts on a terminal, and closes at the end what
 * changes the order of letters ("Text is data", PROTOCOLS, section 5).
 *
 * The time is linear for any input: the scanner only goes forward, and remembers where the next
 * control string ends. `steps` counts its looks, at most six per character.
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

/** The most open bidi controls. A person needs two or three, and each costs a closer at the end. */
const DEEPEST_BIDI = 16;

/** The characters that begin a control string behind an ESC: DCS, SOS, OSC, PM, APC. */
const STRING_STARTS = new Set(Array.from("PX]^_", (letter) => letter.charCodeAt(0)));
/** The same in C1. */
const C1_STRING_STARTS = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f]);

/** Sanitises one text; call `clean` once. */
export class TextScanner {
  /** The number of looks at a character so far. */
  steps = 0;
  readonly #text: string;
  #at = 0;
  /** The clean text before the present run of clean characters. */
  #clean = "";
  #runStart = 0;
  /** The first BEL, ESC or ST that the last search found; there is none before it. */
  #stop = -1;
  /** The closers of all open embeddings and isolates. Those beyond the deepest were dropped. */
  readonly #open: number[] = [];
  #openIsolates = 0;

  /** Starts at the beginning of `text`. */
  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Returns the text without escape sequences, control strings and control characters (except IRC's
   * formatting), with a space for each line separator, and with every open bidi control closed.
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

  /**
   * The index behind the escape sequence whose ESC is before `from`; `from` itself if there is
   * none.
   */
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

  /**
   * Skips parameters, intermediates and a final character; an incomplete sequence ends where it
   * was cut off.
   */
  #controlSequenceEnd(from: number): number {
    const final = this.#skip(this.#skip(from, 0x30, 0x3f), 0x20, 0x2f);
    return this.#isIn(final, 0x40, TILDE) ? final + 1 : final;
  }

  /**
   * The index behind the terminator of a control string; `undefined` without one, and then it is
   * text.
   */
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
   * Tracks open controls by the rules of UAX 9: the end of an isolate also closes the embeddings in
   * it, and the end of an embedding closes no isolate. False for an end without a start, and for a
   * control that is too deep.
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

  /** Closes the last open control; returns whether that was kept. */
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

  /** The first index at or after `from` whose character is not between `low` and `high`. */
  #skip(from: number, low: number, high: number): number {
    while (this.#isIn(from, low, high)) from++;
    return from;
  }

  #isIn(index: number, low: number, high: number): boolean {
    const code = this.#codeAt(index);
    return code >= low && code <= high;
  }

  /** The character's code; NaN behind the end. */
  #codeAt(index: number): number {
    this.steps++;
    return this.#text.charCodeAt(index);
  }
}

function isStop(code: number): boolean {
  return code === BELL || code === ESCAPE || code === STRING_TERMINATOR;
}
