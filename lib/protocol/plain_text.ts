/**
 * Text on the short way: a chat of printable ASCII needs no decoding, no sanitising and no encoding, so
 * its bytes are relayed from the ring as they are, between what each protocol writes around them.
 *
 *   ring [ h e l l o _ _ _ ]  ->  PlainText  ->  say, said  ->  Envelope [ [bob]_ | h e l l o | _ _ _ ]
 *
 * @module
 */

import type { Text } from "../chat/event.ts";
import type { Frame } from "../framing/frame.ts";
import { decodeUtf8, encodeUtf8Into } from "./text.ts";

const SPACE = 0x20;
const TILDE = 0x7e;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/** Printable ASCII in somebody else's memory; `toString` makes a string of it. Borrowed. */
export class PlainText {
  #memory = NOTHING;
  #start = 0;
  #end = 0;

  /** Bytes, which are characters, too. */
  get length(): number {
    return this.#end - this.#start;
  }

  /**
   * From now on the text of `frame` without the spaces at its end; false, and without effect, when
   * other bytes than printable ASCII are in it.
   */
  take(frame: Frame): boolean {
    const { memory, start } = frame;
    let end = start;
    for (let i = start; i < frame.end; i++) {
      const byte = memory[i] as number;
      if (byte < SPACE || byte > TILDE) return false;
      if (byte !== SPACE) end = i + 1;
    }
    this.#memory = memory;
    this.#start = start;
    this.#end = end;
    return true;
  }

  /** Copies the text to `target`, from `offset` on; returns the offset behind it. It must fit. */
  copyTo(target: Uint8Array, offset: number): number {
    const memory = this.#memory;
    for (let i = this.#start; i < this.#end; i++) target[offset++] = memory[i] as number;
    return offset;
  }

  /** The same, each `"` and `\` behind a `\`: at most twice as many bytes. */
  copyEscapedTo(target: Uint8Array, offset: number): number {
    const memory = this.#memory;
    for (let i = this.#start; i < this.#end; i++) {
      const byte = memory[i] as number;
      if (byte === QUOTE || byte === BACKSLASH) target[offset++] = BACKSLASH;
      target[offset++] = byte;
    }
    return offset;
  }

  /** The text as a string. */
  toString(): string {
    return decodeUtf8(this.#memory.subarray(this.#start, this.#end));
  }
}

/** What `relay` makes of "said", when its text is plain; undefined when it is not, or `relay` declines. */
export function tryRelay(
  said: { readonly nick: string; readonly text: Text },
  relay: (nick: string, text: PlainText) => Uint8Array | undefined,
): Uint8Array | undefined {
  return said.text instanceof PlainText ? relay(said.nick, said.text) : undefined;
}

/** Bytes around a text, in memory that is used again for each: valid until it is filled again. */
export class Envelope {
  /** The memory. The head is at its beginning, and stays there for the next text of the same user. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #head: (nick: string) => string;
  #nick: string | undefined;
  #headBytes = 0;

  /** `size` bytes of memory; `head` is what stands before a text. */
  constructor(size: number, head: (nick: string) => string) {
    this.bytes = new Uint8Array(size);
    this.#head = head;
  }

  /**
   * Makes the head that of `nick`.
   *
   * @returns the head's length in bytes, or -1 when `room` bytes do not fit behind it.
   */
  begin(nick: string, room: number): number {
    if (nick !== this.#nick) {
      this.#nick = nick;
      this.#headBytes = encodeUtf8Into(this.#head(nick), this.bytes);
    }
    return this.#headBytes + room <= this.bytes.length ? this.#headBytes : -1;
  }
}
