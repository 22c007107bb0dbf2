/**
 * The contract of everything that cuts a byte stream into frames. It stands between the ring buffer
 * and the codecs: a framing knows where a frame ends, and only the protocol knows what it means.
 *
 * @module
 */

import type { Frame } from "./frame.ts";
import type { RingBuffer } from "./ring_buffer.ts";

/**
 * Cuts the bytes of one connection into frames. It may keep a scan position, so each connection
 * has its own.
 *
 * 1. MUST answer in one of three ways: a frame, `undefined` for "not yet", or a thrown
 *    `FrameError`.
 * 2. MUST consume the bytes that it returns, and none when it returns `undefined`, except bytes
 *    that it has already reported as dropped.
 * 3. MUST reject a frame above its limit before that frame could fill the ring buffer.
 *
 * A frame is borrowed. It lies in the memory of the ring buffer (or in its scratch, if it
 * wraps), and is valid until the caller takes the next frame or commits more bytes. Copy what
 * must live longer.
 */
export interface Framing {
  /**
   * The size in bytes of the largest frame, with its delimiter or prefix. The ring buffer must
   * hold as many.
   */
  readonly largestFrame: number;

  /**
   * Takes the next whole frame out of `ring`; `undefined` when it is incomplete.
   *
   * @throws {FrameError} when the bytes can never become a frame.
   */
  next(ring: RingBuffer): Frame | undefined;

  /**
   * Takes the bytes that are left as a frame, at the idle timeout or at the end of the stream. Only
   * framings whose last frame may lack its delimiter have this method.
   */
  rest?(ring: RingBuffer): Frame | undefined;
}
