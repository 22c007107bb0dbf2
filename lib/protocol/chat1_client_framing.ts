/**
 * The framing of a chat1 client: lines, but a raw server sends its reply to REGISTER without a newline, and
 * chat may follow it in the same read. The document prescribes the replies, so each is known by its text.
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

/** The framing of a chat1 client: lines, but for a reply at the very beginning. */
export class Chat1ClientFraming implements Framing {
  readonly #lines: Framing;
  #replied = false;

  /** `lines` cuts everything else. */
  constructor(lines: Framing) {
    this.#lines = lines;
  }

  /** As large as a line. */
  get largestFrame(): number {
    return this.#lines.largestFrame;
  }

  /**
   * A prescribed reply as soon as it is whole, then lines; another reply is a line as any other.
   *
   * @throws {FrameError} as the framing of lines does.
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

  /** What has no newline, once nothing more comes. */
  rest(ring: RingBuffer): Frame | undefined {
    const frame = this.#lines.rest?.(ring);
    if (frame !== undefined) this.#replied = true;
    return frame;
  }
}

/** Whether `ring` and `bytes` are the same as far as both go. */
function agree(ring: RingBuffer, bytes: Uint8Array): boolean {
  const common = Math.min(ring.length, bytes.length);
  for (let i = 0; i < common; i++) if (ring.at(i) !== bytes[i]) return false;
  return true;
}
