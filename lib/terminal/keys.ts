/**
 * Decodes the bytes of a terminal to keys; reads may cut the bytes anywhere. It never throws: an
 * unknown sequence becomes one `unknown` key, and invalid UTF-8 becomes U+FFFD.
 *
 * An ESC may be the Escape key or the start of a longer sequence, and only time shows which. So the
 * owner MUST call `flush` after a short pause when `pending` is set.
 *
 * @module
 */

import { ALT, type Key, named, UNKNOWN } from "./key.ts";
import { consoleKey, controlKey, csiKey, ss3Key, wheelKey } from "./key_sequences.ts";
import { PasteBuffer } from "./paste_buffer.ts";

/** The part of a sequence to which the next byte belongs. */
type State =
  | "ground"
  | "escape" // ESC
  | "csi" // ESC [
  | "console" // ESC [ [
  | "mouse" // ESC [ M, then three bytes (xterm's old form)
  | "ss3" // ESC O
  | "string" // ESC ] and the like: an answer of the terminal, up to BEL or ESC \
  | "string escape"
  | "paste";

const ESC = 0x1b, DEL = 0x7f, BEL = 0x07, CAN = 0x18, SUB = 0x1a, DOLLAR = 0x24;

// Longer parameters have no meaning here, so their rest is dropped.
const MAX_PARAMETERS = 32;

// DCS, SOS, OSC, PM and APC
const STRING_STARTS = "PX]^_";

// C1 control characters, which UTF-8 can carry too.
const C1 = /[\x80-\x9f]/g;

/** Decodes the input of one terminal. */
export class KeyDecoder {
  readonly #utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #paste: PasteBuffer;
  #keys: Key[] = [];
  #state: State = "ground";
  // An ESC before ESC [ or ESC O means that Alt was held down.
  #doubled = false;
  // The next character is typed with Alt.
  #alt = false;
  // The parameters of the sequence, or the byte that started a string.
  #kept = "";
  #swallowed = 0;

  /** Keeps at most `pasteLimit` UTF-16 units of a paste, and drops its rest. */
  constructor(pasteLimit: number = 1 << 20) {
    this.#paste = new PasteBuffer(pasteLimit);
  }

  /** Whether a sequence has begun that may already be complete; see `flush`. */
  get pending(): boolean {
    return this.#state !== "ground" && this.#state !== "paste";
  }

  /** Takes bytes, which may be borrowed, and returns the keys that they complete, in order. */
  push(bytes: Uint8Array): Key[] {
    for (let at = 0; at < bytes.length;) {
      if (this.#state === "ground") at = this.#takeText(bytes, at);
      else if (this.#state === "paste") at = this.#takePaste(bytes, at);
      else if (this.#take(bytes[at] as number)) at++;
    }
    return this.#emitted();
  }

  /** Completes the sequence that has begun, because no more bytes come for now. */
  flush(): Key[] {
    switch (this.#state) {
      case "ground":
      case "paste":
        break;
      case "escape":
        this.#keys.push(...Array(this.#doubled ? 2 : 1).fill(named("escape")));
        break;
      case "csi":
        this.#giveUp("[");
        break;
      case "ss3":
        this.#giveUp("O");
        break;
      case "string":
        this.#giveUp(this.#kept);
        break;
      default:
        this.#keys.push(UNKNOWN);
    }
    if (this.#state !== "paste") this.#state = "ground";
    return this.#emitted();
  }

  #emitted(): Key[] {
    const keys = this.#keys;
    this.#keys = [];
    return keys;
  }

  // Alt and a character that could have started something, or an unfinished sequence.
  #giveUp(start: string): void {
    if (this.#swallowed > 0) {
      this.#keys.push(UNKNOWN);
      return;
    }
    if (this.#doubled) this.#keys.push(named("escape"));
    this.#keys.push(named(start, ALT));
  }

  // Takes everything up to and including the next control byte.
  #takeText(bytes: Uint8Array, from: number): number {
    let to = from;
    while (to < bytes.length && !isControl(bytes[to] as number)) to++;
    if (to > from) this.#emitText(this.#utf8.decode(bytes.subarray(from, to), { stream: true }));
    if (to === bytes.length) return to;
    // The control byte cuts an incomplete character off.
    this.#emitText(this.#utf8.decode());
    const byte = bytes[to] as number;
    if (byte === ESC) this.#enter("escape");
    else this.#keys.push(controlKey(byte));
    return to + 1;
  }

  #emitText(text: string): void {
    if (text === "") return;
    if (this.#alt) {
      this.#alt = false;
      const first = String.fromCodePoint(text.codePointAt(0) as number);
      const known = first.search(C1) < 0;
      this.#keys.push(known ? named(first === " " ? "space" : first.toLowerCase(), ALT) : UNKNOWN);
      text = text.slice(first.length);
    }
    text = text.replace(C1, "");
    if (text !== "") this.#keys.push({ type: "text", text });
  }

  #takePaste(bytes: Uint8Array, from: number): number {
    const to = this.#paste.push(bytes, from);
    if (this.#paste.complete && !this.#paste.goOn(bytes, to)) {
      this.#keys.push({ type: "paste", text: this.#paste.take() });
      this.#state = "ground";
    }
    return to;
  }

  // Takes one byte of a sequence; false when it must be taken again in the new state.
  #take(byte: number): boolean {
    switch (this.#state) {
      case "escape":
        return this.#takeEscape(byte);
      case "csi":
        return this.#takeCsi(byte);
      case "ss3":
        return this.#takeSs3(byte);
      case "string":
        return this.#takeString(byte);
      case "mouse":
        return this.#takeMouse(byte);
      case "console":
        if (isControl(byte) || byte > DEL) return this.#abort(byte);
        return this.#emit(consoleKey(byte, this.#modifiers));
      default:
        // Any ESC ends the string; without the `\` of ESC \, it also starts something new.
        this.#emit(UNKNOWN);
        if (byte === 0x5c) return true;
        this.#enter("escape");
        return false;
    }
  }

  #takeEscape(byte: number): boolean {
    const start = String.fromCharCode(byte);
    if (byte === ESC) {
      if (this.#doubled) this.#keys.push(named("escape"));
      this.#doubled = true;
      return true;
    }
    if (start === "[" || start === "O") {
      this.#state = start === "[" ? "csi" : "ss3";
      return true;
    }
    if (this.#doubled) this.#keys.push(named("escape"));
    this.#doubled = false;
    if (STRING_STARTS.includes(start)) {
      this.#state = "string";
      this.#kept = start;
      return true;
    }
    this.#state = "ground";
    if (isControl(byte)) return this.#emit(controlKey(byte, ALT));
    this.#alt = true;
    return false;
  }

  #takeCsi(byte: number): boolean {
    const character = String.fromCharCode(byte);
    // rxvt ends a numbered key typed with Shift by "$", which elsewhere comes before a final.
    const isFinal = (byte >= 0x40 && byte < DEL) ||
      (byte === DOLLAR && /^\d+$/.test(this.#kept));
    if (byte >= 0x20 && byte < 0x40 && !isFinal) return this.#keep(character);
    if (!isFinal) return this.#abort(byte);
    if (this.#swallowed === 0 && (character === "[" || character === "M")) {
      this.#state = character === "[" ? "console" : "mouse";
      return true;
    }
    if (character === "~" && this.#kept === "200") {
      this.#state = "paste";
      return true;
    }
    const parameters = this.#kept;
    if (this.#swallowed > parameters.length) return this.#emit(UNKNOWN);
    return this.#emit(csiKey(parameters, character, this.#modifiers));
  }

  #takeSs3(byte: number): boolean {
    const character = String.fromCharCode(byte);
    if (/[\d;]/.test(character)) return this.#keep(character);
    if (isControl(byte) || byte > DEL) return this.#abort(byte);
    if (this.#swallowed > this.#kept.length) return this.#emit(UNKNOWN);
    return this.#emit(ss3Key(this.#kept, character, this.#modifiers));
  }

  #takeString(byte: number): boolean {
    this.#swallowed++;
    if (byte === BEL || byte === CAN || byte === SUB) return this.#emit(UNKNOWN);
    if (byte === ESC) this.#state = "string escape";
    return true;
  }

  #takeMouse(byte: number): boolean {
    this.#swallowed++;
    if (this.#swallowed === 1) this.#kept = String.fromCharCode(byte);
    if (this.#swallowed < 3) return true;
    return this.#emit(wheelKey(this.#kept.charCodeAt(0) - 32));
  }

  get #modifiers(): number {
    return this.#doubled ? ALT : 0;
  }

  #enter(state: State): void {
    this.#state = state;
    this.#doubled = false;
    this.#kept = "";
    this.#swallowed = 0;
  }

  #keep(character: string): true {
    this.#swallowed++;
    if (this.#kept.length < MAX_PARAMETERS) this.#kept += character;
    return true;
  }

  #emit(key: Key): true {
    this.#keys.push(key);
    this.#state = "ground";
    return true;
  }

  // A byte that cannot be part of a sequence ends it. CAN and SUB do nothing else.
  #abort(byte: number): boolean {
    this.#emit(UNKNOWN);
    return byte === CAN || byte === SUB;
  }
}

function isControl(byte: number): boolean {
  return byte < 0x20 || byte === DEL;
}
