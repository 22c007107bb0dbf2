/**
 * What the swarm needs to know of a protocol, and nothing else: what to send, how to count what comes.
 * Written apart from `lib/protocol`, so that a fault there is not mirrored here. One object a protocol.
 *
 * @module
 */

/** Which chat a frame carries: message number `sequence`, from 0, of connection number `sender`. */
export interface ChatMark {
  /** Index of the connection that sent it. */
  readonly sender: number;
  /** Counts up from 0 for each sender. */
  readonly sequence: number;
}

/** One protocol, as the swarm speaks it. */
export interface SwarmWire {
  /** As in `lib/protocol`. */
  readonly name: string;
  /** Whether a sender gets its own chat back. */
  readonly echoes: boolean;
  /** Size in bytes when all frames have the same: then bytes are counted and never looked at. */
  readonly frameBytes: number | undefined;
  /** What connection `index` sends to register and enter the channel; number 0 makes the channel. */
  enter(index: number): Uint8Array;
  /** Frames that all connections together have received when `count` of them have entered. */
  entered(count: number): number;
  /** A chat with its mark, which every receiver gets as one frame. */
  chat(mark: ChatMark): Uint8Array;
  /** Bytes of the first frame in `bytes`, or 0 while it is incomplete. */
  frameLength(bytes: Uint8Array): number;
  /** The mark in a received frame; `undefined` when it is no chat of the swarm. */
  readMark(frame: Uint8Array): ChatMark | undefined;
}

const FRAME_BYTES = 200;
// With the prefix that the server adds, still one frame.
const TEXT_BYTES = 160;
const MARK = /@@(\d+) (\d+) /;
// `[u999] @@999 4294967295 ` fits.
const MARK_BYTES = 48;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** cs168: 200-byte frames, no echo, no answer to name and `/join`. */
export const cs168Wire: SwarmWire = {
  name: "cs168",
  echoes: false,
  frameBytes: FRAME_BYTES,
  enter(index) {
    // Only the answer to `/list` tells that the channel exists; its one channel is one frame.
    const rest = index === 0 ? frame("/create swarm") + frame("/list") : frame("/join swarm");
    return encoder.encode(frame(`u${index}`) + rest);
  },
  // The answer to `/list`, and each newcomer is told to all who were there before.
  entered: (count) => 1 + (count * (count - 1)) / 2,
  chat({ sender, sequence }) {
    return encoder.encode(frame(`@@${sender} ${sequence} `.padEnd(TEXT_BYTES, "x")));
  },
  frameLength: (bytes) => bytes.length < FRAME_BYTES ? 0 : FRAME_BYTES,
  readMark(bytes) {
    const found = MARK.exec(decoder.decode(bytes.subarray(0, MARK_BYTES)));
    return found ? { sender: Number(found[1]), sequence: Number(found[2]) } : undefined;
  },
};

function frame(text: string): string {
  return text.padEnd(FRAME_BYTES, " ");
}
