/**
 * The frames of a WebSocket (RFC 6455, section 5), as a server reads and writes them. A message is
 * one line without its end: incoming messages become lines that end with CRLF, and outgoing lines
 * become messages.
 *
 *   +-+---+----+ +-+-------+ +--------------------------+ +--------+ +---------+
 *   |F|RSV| op | |M| 7 bits| | 0, 2 or 8 bytes of length | | 4 mask | | payload |
 *   +-+---+----+ +-+-------+ +--------------------------+ +--------+ +---------+
 *
 * 1. MUST refuse a message that is too long when its length is known, before any of it is taken.
 * 2. MUST keep nothing of a message: it hands on at once all that has come.
 *
 * @module
 */

import { Utf8Check } from "./utf8_check.ts";

/** Why a connection is closed (RFC 6455, section 7.4.1). */
export const CLOSE = {
  normal: 1000,
  protocolError: 1002,
  invalidText: 1007,
  policy: 1008,
  tooBig: 1009,
} as const;

/** The kinds of frames. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The other side has broken the protocol. */
export class WebSocketFault extends Error {
  /** The code for the closing frame. */
  readonly code: number;

  /** `message` has no full stop. */
  constructor(code: number, message: string) {
    super(message);
    this.name = "WebSocketFault";
    this.code = code;
  }
}

/** Bytes of the longest head: two, a length of eight, and the mask. */
const MAX_HEAD_BYTES = 14;
/** Bytes of the payload of a control frame. */
export const MAX_CONTROL_BYTES = 125;
/**
 * The most frames of one read: as much work as a short line or two, even if there is no
 * text in them.
 */
const MAX_FRAMES = 64;
/**
 * Frames that may follow each other without the end of a message: pings, and pieces. A client that
 * sends a ping every half minute answers the server's PING, with a message, long before; a flood of
 * pings would cost its sender nothing without this bound.
 */
const MOST_UNHEARD_FRAMES = 256;
/**
 * Bytes that a buffer must have free at its beginning: the line end of a message whose head
 * came before.
 */
export const SLACK_BYTES = 2;

const CR = 0x0d;
const LF = 0x0a;

/** The settings of a reader. */
export interface FrameReaderOptions {
  /** The longest message in bytes, over all of its frames. */
  readonly maxMessageBytes: number;
  /** Called for a ping; its payload is borrowed. */
  readonly onPing: (payload: Uint8Array) => void;
}

/** Reads the frames of a client, in pieces of any size. */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  readonly #head = new Uint8Array(MAX_HEAD_BYTES);
  #headLength = 0;
  // No text ends within a character, so each one begins afresh.
  readonly #text = new Utf8Check();
  #control: Uint8Array | undefined;
  // The frame whose payload comes next.
  #opcode: number = OPCODE.continuation;
  #isFinal = false;
  #length = 0;
  #taken = 0;
  #isInPayload = false;
  // The message that has begun.
  #message: number | undefined;
  #messageBytes = 0;
  #closeCode: number | undefined;
  #end = 0;
  #unheard = 0;

  /** Begins before the first frame. */
  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  /**
   * The code of the peer's closing frame; `undefined` until it comes. Nothing is read after that.
   */
  get closeCode(): number | undefined {
    return this.#closeCode;
  }

  /**
   * The index up to which the last read has taken its bytes: it takes a bounded number of frames.
   */
  get end(): number {
    return this.#end;
  }

  /**
   * Turns the frames in `bytes`, behind the first `SLACK_BYTES`, into lines at its beginning; of
   * very many frames, the first (see `end`).
   *
   * @returns the number of bytes of lines.
   * @throws {WebSocketFault} when they break the protocol.
   */
  read(bytes: Uint8Array): number {
    let at = SLACK_BYTES;
    // Never beyond `at`: a head is longer than a line end, and one that came before has
    // left its room.
    let out = 0;
    for (let frames = 0; frames < MAX_FRAMES && this.#closeCode === undefined; frames++) {
      if (!this.#isInPayload) {
        at = this.#takeHead(bytes, at);
        if (!this.#isInPayload) break;
      }
      const count = Math.min(this.#length - this.#taken, bytes.length - at);
      const isControl = this.#opcode >= OPCODE.close;
      const target = isControl ? this.#controlMemory() : bytes;
      const to = isControl ? this.#taken : out;
      this.#unmask(bytes.subarray(at, at + count), target.subarray(to, to + count));
      at += count;
      if (!isControl) {
        this.#check(bytes.subarray(out, out + count));
        out += count;
      }
      if (this.#taken < this.#length) break;
      this.#isInPayload = false;
      if (++this.#unheard > MOST_UNHEARD_FRAMES) {
        throw new WebSocketFault(CLOSE.policy, `${MOST_UNHEARD_FRAMES} frames without a message`);
      }
      if (isControl) this.#endControl();
      else if (this.#endFrame()) {
        this.#unheard = 0;
        bytes[out++] = CR;
        bytes[out++] = LF;
      }
    }
    this.#end = this.#closeCode === undefined ? at : bytes.length;
    return out;
  }

  /** Returns the end of the head, or that of `bytes`. */
  #takeHead(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      this.#head[this.#headLength++] = bytes[at++] as number;
      if (this.#headLength < 2 || this.#headLength < this.#headBytes()) continue;
      this.#begin();
      break;
    }
    return at;
  }

  /** The length of the head, by its second byte. */
  #headBytes(): number {
    if (this.#headLength === 2) this.#checkStart();
    const short = this.#byte(1) & 0x7f;
    return 6 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  }

  /** Refuses faults in the first two bytes. */
  #checkStart(): void {
    const [first, second] = [this.#byte(0), this.#byte(1)];
    if ((first & 0x70) !== 0) throw broken("a reserved bit is set");
    if ((second & 0x80) === 0) throw broken("a frame is not masked");
    const opcode = first & 0x0f;
    const isControl = opcode >= OPCODE.close;
    if (opcode > OPCODE.pong || opcode > OPCODE.binary && !isControl) {
      throw broken(`there is no frame of the kind ${opcode}`);
    }
    const isFinal = (first & 0x80) !== 0;
    if (isControl && (!isFinal || (second & 0x7f) > MAX_CONTROL_BYTES)) {
      throw broken("a control frame is too long, or in pieces");
    }
    if (isControl) return;
    const isFirst = opcode !== OPCODE.continuation;
    if (isFirst && this.#message !== undefined) throw broken("a message begins within another");
    if (!isFirst && this.#message === undefined) throw broken("nothing is to be continued");
  }

  #begin(): void {
    const length = this.#payloadLength();
    const opcode = this.#byte(0) & 0x0f;
    const isControl = opcode >= OPCODE.close;
    const { maxMessageBytes } = this.#options;
    if (!isControl) {
      if (opcode !== OPCODE.continuation) {
        this.#message = opcode;
        this.#messageBytes = 0;
      }
      this.#messageBytes += length;
      if (this.#messageBytes > maxMessageBytes) {
        throw new WebSocketFault(CLOSE.tooBig, `a message is longer than ${maxMessageBytes} bytes`);
      }
    }
    this.#opcode = opcode;
    this.#isFinal = (this.#byte(0) & 0x80) !== 0;
    this.#length = length;
    this.#taken = 0;
    this.#isInPayload = true;
    // The mask, its last four bytes, is used until the payload has come.
    this.#head.copyWithin(0, this.#headLength - 4, this.#headLength);
    this.#headLength = 0;
  }

  /** A length must have its shortest form. */
  #payloadLength(): number {
    const short = this.#byte(1) & 0x7f;
    if (short < 126) return short;
    const size = short === 126 ? 2 : 8;
    let length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + this.#byte(2 + i);
    if (length < (size === 2 ? 126 : 0x10000)) throw broken("a length is longer than it need be");
    return length;
  }

  #byte(index: number): number {
    return this.#head[index] as number;
  }

  #controlMemory(): Uint8Array {
    return this.#control ??= new Uint8Array(MAX_CONTROL_BYTES);
  }

  /**
   * Unmasks `source` into `target`. They may share memory; then the target MUST NOT begin
   * behind the source.
   */
  #unmask(source: Uint8Array, target: Uint8Array): void {
    let taken = this.#taken;
    for (let i = 0; i < source.length; i++) {
      target[i] = (source[i] as number) ^ this.#byte(taken++ & 3);
    }
    this.#taken = taken;
  }

  #check(piece: Uint8Array): void {
    if (this.#message !== OPCODE.text || this.#text.take(piece)) return;
    throw new WebSocketFault(CLOSE.invalidText, "a text is not UTF-8");
  }

  /** Whether the message is complete. */
  #endFrame(): boolean {
    if (!this.#isFinal) return false;
    if (this.#message === OPCODE.text && this.#text.isOpen) {
      throw new WebSocketFault(CLOSE.invalidText, "a text ends within a character");
    }
    this.#message = undefined;
    return true;
  }

  #endControl(): void {
    const payload = this.#controlMemory().subarray(0, this.#length);
    if (this.#opcode === OPCODE.ping) this.#options.onPing(payload);
    else if (this.#opcode === OPCODE.close) this.#closeCode = closeCodeOf(payload);
  }
}

function broken(message: string): WebSocketFault {
  return new WebSocketFault(CLOSE.protocolError, message);
}

/** Codes that stand in a frame (RFC 6455, section 7.4; 1012 to 1014 are registered since). */
function isCloseCode(code: number): boolean {
  return code >= 3000 && code <= 4999 || code >= 1000 && code <= 1014 && code !== 1004 &&
      code !== 1005 && code !== 1006;
}

function closeCodeOf(payload: Uint8Array): number {
  const [high, low] = payload;
  if (high === undefined) return CLOSE.normal;
  if (low === undefined) throw broken("half a code is no reason to close");
  const code = high * 256 + low;
  if (!isCloseCode(code)) throw broken(`${code} is no reason to close`);
  const check = new Utf8Check();
  if (check.take(payload.subarray(2)) && !check.isOpen) return code;
  throw new WebSocketFault(CLOSE.invalidText, "a reason to close is not UTF-8");
}

/** A control frame of a server, which masks nothing. */
export function controlFrame(opcode: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(2 + payload.length);
  frame[0] = 0x80 | opcode;
  frame[1] = payload.length;
  frame.set(payload, 2);
  return frame;
}

/** A frame that closes for the reason `code`. */
export function closeFrame(code: number): Uint8Array<ArrayBuffer> {
  return controlFrame(OPCODE.close, new Uint8Array([code >> 8, code & 0xff]));
}

const EMPTY = new Uint8Array(0);

/** Makes messages of lines, which come in pieces of any size. */
export class LineMessages {
  readonly #opcode: number;
  // The beginning of a line that has not ended.
  #rest = EMPTY;

  /** `opcode` is the kind of the messages: text or binary. */
  constructor(opcode: number) {
    this.#opcode = opcode;
  }

  /** The frames of the lines that end in `bytes`. */
  take(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    const ends: number[] = [];
    let room = 0;
    for (let from = 0, end; (end = all.indexOf(LF, from)) >= 0; from = end + 1) {
      ends.push(end);
      room += headLength(end - from) + end - from;
    }
    const frames = new Uint8Array(room);
    let [from, at] = [0, 0];
    for (const end of ends) {
      const length = end > from && all[end - 1] === CR ? end - 1 - from : end - from;
      at = this.#putHead(frames, at, length);
      frames.set(all.subarray(from, from + length), at);
      at += length;
      from = end + 1;
    }
    this.#rest = from === all.length ? EMPTY : all.slice(from);
    return frames.subarray(0, at);
  }

  #putHead(frames: Uint8Array, at: number, length: number): number {
    frames[at] = 0x80 | this.#opcode;
    const size = headLength(length);
    frames[at + 1] = size === 2 ? length : size === 4 ? 126 : 127;
    for (let i = size - 1, rest = length; i >= 2; i--, rest = Math.floor(rest / 256)) {
      frames[at + i] = rest % 256;
    }
    return at + size;
  }
}

/** Bytes of the head of a frame that is not masked. */
function headLength(length: number): number {
  return length < 126 ? 2 : length < 0x10000 ? 4 : 10;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
