/**
 * What a framing throws when a connection's bytes can never become a frame. It ends that one
 * connection; the code is stable and goes into the log.
 *
 * @module
 */

/** Why bytes are broken: `oversize` (a frame above the limit) or `malformed` (not this framing). */
export type FrameErrorCode = "oversize" | "malformed";

/** Broken bytes: no later byte can mend them. */
export class FrameError extends Error {
  /** The stable reason, for logs and tests. */
  readonly code: FrameErrorCode;

  /** `message` begins with a capital, has no full stop, and quotes the value at fault. */
  constructor(code: FrameErrorCode, message: string) {
    super(message);
    this.name = "FrameError";
    this.code = code;
  }
}
