/**
 * What the swarm needs to know of a protocol beyond its wire (`tests/support/wire`): how to enter with one
 * answer, how to count what comes, and how a chat carries its number. `swarm_wires.ts` has one object a
 * protocol.
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

/** Counts the frames of one connection from what its reads bring. */
export interface FrameCounter {
  /** Frames that end in `bytes`, the next ones of the stream. */
  count(bytes: Uint8Array): number;
}

/** One protocol, as the swarm speaks it. */
export interface SwarmWire {
  /** As in `lib/protocol`. */
  readonly name: string;
  /** Whether a sender gets its own chat back. */
  readonly echoes: boolean;
  /** Whether a member receives a frame when somebody else enters. */
  readonly tellsJoined: boolean;
  /** Whether its counters look at nothing but the length of what came. */
  readonly countsBytes: boolean;
  /**
   * What connection `index` sends to register and enter the channel. The server MUST answer it with exactly
   * one frame, once it is in: the swarm counts on that. Number 0 enters before all others.
   */
  enter(index: number): Uint8Array;
  /** A chat with its mark, which every receiver gets as one frame. */
  chat(mark: ChatMark): Uint8Array;
  /** A counter for a connection that has received nothing yet. */
  counter(): FrameCounter;
  /** Bytes of the first frame in `bytes`, or 0 while it is incomplete. */
  frameLength(bytes: Uint8Array): number;
}

/** Bytes of the chats' text: with the prefix that a server adds, still one frame of cs168. */
const TEXT_BYTES = 160;
const MARK = /@@(\d+) (\d+) /;
/** json16 has the most before it: `..{"type": "chat", "nick": "u999", "message": "@@999 4294967295 `. */
const MARK_BYTES = 80;

const decoder = new TextDecoder();

/** The text that carries `mark`: the same in every protocol, so that every receiver can read it. */
export function markedText({ sender, sequence }: ChatMark): string {
  return `@@${sender} ${sequence} `.padEnd(TEXT_BYTES, "x");
}

/** The mark in a received frame of any protocol; `undefined` when it is no chat of the swarm. */
export function readMark(frame: Uint8Array): ChatMark | undefined {
  const found = MARK.exec(decoder.decode(frame.subarray(0, MARK_BYTES)));
  return found ? { sender: Number(found[1]), sequence: Number(found[2]) } : undefined;
}
