/**
 * The contract between the ring buffer and every way of cutting a byte stream into frames.
 * A framing knows where a frame ends and nothing of what it means; protocols know the rest.
 *
 * @module
 */

import type { Frame } from "./frame.ts";
import type { RingBuffer } from "./ring_buffer.ts";

/**
 * Cuts one connection's bytes into frames. It may keep scan state, so each connection has its own.
 *
 * 1. MUST give exactly three answers: a frame, `undefined` for "not yet", or a thrown `FrameError`.
 * 2. MUST consume what it returns, and nothing when it returns `undefined`, save bytes that it has already
 *    reported as dropped.
 * 3. MUST refuse a frame above its limit before the ring would be full of it.
 *
 * A frame is borrowed: a place in the ring's memory (or, for one that wraps, in its scratch), valid until
 * the next frame is taken or the ring is committed to. Copy what must live longer.
 */
export interface Framing {
  /** Bytes of the largest frame, its marks included; the ring must hold as many. */
  readonly largestFrame: number;

  /**
   * Takes the next whole frame out of `ring`.
   *
   * @throws {FrameError} when the bytes can never become a frame.
   */
  next(ring: RingBuffer): Frame | undefined;

  /**
   * Takes what is left as a frame, when nothing more has come for a while or the stream has ended.
   * Only framings whose frames may lack their end mark have it; elsewhere such bytes are no frame.
   */
  rest?(ring: RingBuffer): Frame | undefined;
}
