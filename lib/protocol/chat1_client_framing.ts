/**
 * The framing of a chat1 client: lines, except the reply to REGISTER. A raw server sends it without
 * a newline, and chat may follow in the same read. The framing knows the replies, because the
 * document prescribes their text.
 *
 *   200 Registration successful@bob: hi\n@carol: hello\n
 *   '-------- frame ----------''- frame -'
 *
 * @module
 */

import { Frame } from "../framing/frame.ts";
import type { Framing } from "../framing/framing.ts";
import type { RingBuffer } from "../framing/ring_buffer.ts";
import { encodeUtf8 } from "./text.ts";

/** The replies, as the document prescribes them. */
export const REPLY = {
  registered: "200 Registration successful",
  invalid: "400 Invalid registration",
  inUse: "401 Client already registered",
} as const;

const REPLIES = Object.values(REPLY).map(encodeUtf8);

/** Cuts an optional reply at the beginning of the stream, then lines. */
export class Chat1ClientFraming implements Framing {
  readonly #lines: Framing;
  #replied = false;

  /** Makes a framing that cuts everything after the reply with `lines`. */
  constructor(lines: Framing) {
    this.#lines = lines;
  }

  /** The size in bytes of the longest line. */
  get largestFrame(): number {
    return this.#lines.largestFrame;
  }

  /**
   * Takes a prescribed reply as soon as it is complete, and lines after it. Any other reply is a
   * line.
   *
   * @throws {FrameError} when the framing of lines does.
   */
  next(ring: RingBuffer): Frame | undefined {
    if (!this.#replied) {
      const reply = REPLIES.find((each) => agree(ring, each));
      if (reply !== undefined) {
        if (ring.length < reply.length) return undefined;
        this.#replied = true;
        ring.consume(reply.length);
        return Frame.of(reply);
      }
    }
    const frame = this.#lines.next(ring);
    if (frame !== undefined) this.#replied = true;
    return frame;
  }

  /** Takes the bytes that have no newline yet. */
  rest(ring: RingBuffer): Frame | undefined {
    const frame = this.#lines.rest?.(ring);
    if (frame !== undefined) this.#replied = true;
    return frame;
  }
}

/** Whether the shorter of `ring` and `bytes` is a prefix of the other. */
function agree(ring: RingBuffer, bytes: Uint8Array): boolean {
  const common = Math.min(ring.length, bytes.length);
  for (let i = 0; i < common; i++) if (ring.at(i) !== bytes[i]) return false;
  return true;
}
