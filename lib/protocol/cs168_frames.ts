/**
 * Text in and out of cs168's 200-byte frames: it trims received text, and cuts sent text where
 * nothing is lost, because a receiver strips the white space at a frame's end.
 *
 * @module
 */

import type { Frame } from "../framing/frame.ts";
import { Slab } from "./slab.ts";
import { encodeUtf8, encodeUtf8Into } from "./text.ts";

/** Bytes in a frame, both directions. */
export const FRAME_BYTES = 200;

const SPACE = 0x20;
const NEWLINE = 0x0a;

/** Returns `frame` without trailing spaces, `\r`, `\n` and `\t`, as a view of the same memory. */
export function trimFrame(frame: Uint8Array): Uint8Array {
  let end = frame.length;
  while (end > 0 && isBlank(frame[end - 1] as number)) end--;
  return end === frame.length ? frame : frame.subarray(0, end);
}

/**
 * The same for a frame where it lies: with one view, because a view costs as much as a look
 * at its bytes.
 */
export function trimmed({ memory, start, end }: Frame): Uint8Array {
  let last = end;
  while (last > start && isBlank(memory[last - 1] as number)) last--;
  return memory.subarray(start, last);
}

/** What stands before each text of one speaker. */
export interface Prefix {
  /** As text. */
  readonly text: string;
  /** As bytes; `undefined` where they take more than a frame. */
  readonly bytes: Uint8Array | undefined;
  /** The room behind them in `ONE_FRAME`. */
  readonly room: Uint8Array;
}

// Reused for every chat: memory of its own for each took a quarter of the time in the
// garbage collector.
const ONE_FRAME = new Uint8Array(FRAME_BYTES);

/** Encodes `text` once for many chats. */
export function prefixOf(text: string): Prefix {
  const bytes = encodeUtf8(text).slice();
  const room = ONE_FRAME.subarray(bytes.length);
  return { text, bytes: bytes.length > FRAME_BYTES ? undefined : bytes, room };
}

/** Encodes as `frameText` does; a single frame lies in memory that the next call overwrites. */
export function frameChat(text: string, prefix: Prefix): Uint8Array {
  const { bytes, room } = prefix;
  const mayFit = bytes !== undefined && text.length <= room.length;
  const written = mayFit ? encodeUtf8Into(text, room) : -1;
  if (bytes === undefined || written < 0) return frameText(text, prefix.text);
  ONE_FRAME.set(bytes);
  return ONE_FRAME.fill(SPACE, bytes.length + written);
}

/** The least room for text in bytes that a prefix must leave in its frame. */
export const LEAST_ROOM = 64;

/**
 * Encodes `prefix` and `text` as one frame, or, when they do not fit, as several frames that are
 * cut between characters and each begin with `prefix`. A prefix that would leave less than 64 bytes
 * gets frames of its own; the frames of the text then begin with a space, so that none of them
 * looks like another user's chat. If that prefix ends with a line end, they begin with one instead,
 * so that they look like nothing else. Blank text without a prefix gives no bytes, because no user
 * should receive a blank frame.
 *
 * A long text makes at most two frames per 61 bytes, and three more: 6.6 bytes out for each byte
 * in, for any prefix. Two, because a frame cannot end with white space, so a run of it may leave a
 * frame nearly empty; text without such runs makes one.
 */
export function frameText(text: string, prefix = ""): Uint8Array {
  const whole = prefix + text;
  if (whole.length <= FRAME_BYTES && whole.trimEnd() !== "") {
    const frame = blankFrames(1);
    if (encodeUtf8Into(whole, frame) >= 0) return frame;
  }
  const head = encodeUtf8(prefix);
  if (head.length + LEAST_ROOM <= FRAME_BYTES) return frameBytes(text, undefined, head);
  const name = frameBytes(prefix);
  const rest = frameBytes(text, undefined, encodeUtf8(prefix.includes("\n") ? "\n " : " "));
  const out = blankFrames((name.length + rest.length) / FRAME_BYTES);
  out.set(name);
  out.set(rest, name.length);
  return out;
}

/**
 * Encodes names, separated by newlines, in frames that are cut only at newlines. Each name must
 * fit in a frame.
 */
export function frameList(names: readonly string[]): Uint8Array {
  const frames: string[] = [];
  let frame = "";
  let bytes = 0;
  for (const name of names) {
    const length = encodeUtf8(name).length;
    if (bytes > 0 && bytes + 1 + length > FRAME_BYTES) {
      frames.push(frame);
      frame = "";
      bytes = 0;
    }
    frame += bytes > 0 ? `\n${name}` : name;
    bytes += bytes > 0 ? 1 + length : length;
  }
  if (bytes > 0) frames.push(frame);
  const out = blankFrames(frames.length);
  frames.forEach((text, i) => encodeUtf8Into(text, out.subarray(i * FRAME_BYTES)));
  return out;
}

/**
 * Cuts `text` into frames that each begin with `head` and have at most `room` bytes besides blanks.
 * It cuts between characters, never behind white space (the receiver would strip it), and only
 * where `mayBegin` accepts the first byte of the next frame's text. If there is no such place, it
 * cuts between any two characters.
 */
export function frameBytes(
  text: string,
  mayBegin?: (next: number) => boolean,
  head: Uint8Array = new Uint8Array(),
  room = FRAME_BYTES,
): Uint8Array {
  const bytes = trimFrame(encodeUtf8(text));
  const shares = cut(bytes, room - head.length, mayBegin);
  const out = blankFrames(shares.length);
  shares.forEach((share, i) => {
    out.set(head, i * FRAME_BYTES);
    out.set(share, i * FRAME_BYTES + head.length);
  });
  return out;
}

/**
 * Yields each frame's part of `bytes`, at most `room` bytes; leaves out parts that are only
 * white space.
 */
function cut(
  bytes: Uint8Array,
  room: number,
  mayBegin: (next: number) => boolean = () => true,
): Uint8Array[] {
  const shares: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.length - start <= room
      ? bytes.length
      : cutPoint(bytes, start, room, mayBegin);
    const share = bytes.subarray(start, end);
    if (trimFrame(share).length > 0) shares.push(share);
    start = end;
  }
  return shares;
}

/**
 * Finds the last good cut at most `room` bytes after `start`, or else the last one between
 * characters. The bytes that it skips on its way back are no good cut for the next frame either. So
 * two frames always pass them, and the search is linear.
 */
function cutPoint(
  bytes: Uint8Array,
  start: number,
  room: number,
  mayBegin: (next: number) => boolean,
): number {
  let hard = start + room;
  while (isContinuation(bytes[hard] as number)) hard--;
  for (let point = hard; point > start; point--) {
    if (isGoodCut(bytes, point, mayBegin)) return point;
  }
  return hard;
}

function isGoodCut(bytes: Uint8Array, point: number, mayBegin: (next: number) => boolean): boolean {
  const next = bytes[point] as number;
  return !isContinuation(next) && !isBlank(bytes[point - 1] as number) && mayBegin(next);
}

/** 0b10xxxxxx: inside a UTF-8 sequence. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === 0x0d || byte === 0x09;
}

const blanks = new Slab(SPACE);

function blankFrames(count: number): Uint8Array<ArrayBuffer> {
  return blanks.cut(count * FRAME_BYTES);
}
