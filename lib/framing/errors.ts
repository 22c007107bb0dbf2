/**
 * The error that a framing throws when a connection's bytes can never become a frame. It ends that
 * connection and no other. The server logs its code, which is stable.
 *
 * @module
 */

/**
 * Why a framing rejects bytes: `oversize` (a frame above the limit) or `malformed` (not
 * this framing).
 */
export type FrameErrorCode = "oversize" | "malformed";

/** Reports bytes that no later byte can turn into a frame. */
export class FrameError extends Error {
  /** A stable reason, for logs and tests. */
  readonly code: FrameErrorCode;

  /**
   * Makes an error. `message` starts with a capital, has no full stop, and quotes the wrong value.
   */
  constructor(code: FrameErrorCode, message: string) {
    super(message);
    this.name = "FrameError";
    this.code = code;
  }
}
