/**
 * What becomes of a byte stream: its frames, and the refusal that ended them, if any.
 *
 * @module
 */

import { FrameError } from "../../lib/framing/errors.ts";
import type { Framing } from "../../lib/framing/framing.ts";
import { RingBuffer } from "../../lib/framing/ring_buffer.ts";
import { eachFrame } from "./cuts.ts";

/** Frames up to a refusal, and its message. */
export interface Outcome {
  /** Copies. */
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
  /** `undefined` when every byte was taken, or is still waited with. */
  readonly refused: string | undefined;
}

/** Reads `pieces` as `takeFrames` does; a `FrameError` ends it, anything else is thrown on. */
export function outcomeOf(
  framing: Framing,
  pieces: readonly Uint8Array[],
  ring = new RingBuffer(),
): Outcome {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  try {
    eachFrame(framing, ring, pieces, (frame) => frames.push(frame.view().slice()));
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return { frames, refused: `${error.code}: ${error.message}` };
  }
  return { frames, refused: undefined };
}
