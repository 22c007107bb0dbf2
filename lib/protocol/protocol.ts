/**
 * The contract of a wire protocol: between frames on one side, commands and events on the other.
 * A protocol is one file that implements this, plus its line in `registry.ts`.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { ChatEvent } from "../chat/event.ts";
import type { Framing } from "../framing/framing.ts";

/** One wire protocol: how its bytes are cut, and what its frames mean. */
export interface Protocol {
  /** As in `--protocol NAME`, in URLs, in the listening line and in logs. */
  readonly name: string;

  /** A fresh framing; it keeps scan state, so one for each connection. */
  framing(): Framing;

  /** What a server keeps for one connection to understand it. */
  serverDecoder(): ServerDecoder;

  /**
   * Event to wire bytes, the same for every receiver, so that a channel's event is encoded once and
   * not once a member. Empty when this protocol does not tell it. The bytes are never changed later.
   */
  encodeEvent(event: ChatEvent): Uint8Array;

  /** Whether a channel's member that caused `event` is told it too. */
  echoes(event: ChatEvent): boolean;

  /** What a client keeps for its connection. */
  clientCodec(): ClientCodec;

  /** How this protocol's own client looks on a terminal and in a pipe. */
  readonly lineStyle: LineStyle;
}

/** Frames to commands: the server's side of one connection. It may keep handshake state. */
export interface ServerDecoder {
  /** `undefined` for a frame that asks nothing. `frame` is borrowed: copy what must live longer. */
  decode(frame: Uint8Array): Command | undefined;
}

/** Commands to bytes and frames to events: the client's side of one connection. */
export interface ClientCodec {
  /** Command to wire bytes. */
  encode(command: Command): Uint8Array;

  /**
   * What a person typed, in this protocol's own language (`/join lobby`), to wire bytes: exactly as it
   * was typed, also where `encode` of its meaning would look different. Empty for an empty line.
   */
  encodeLine(line: string): Uint8Array;

  /** `undefined` for a frame that tells nothing. `frame` is borrowed. */
  decode(frame: Uint8Array): ChatEvent | undefined;
}

/** The looks of the line UI. */
export interface LineStyle {
  /** Shown at start and after each line, typed or received. */
  readonly prompt: string;
  /** Written before a received line, to wipe the prompt. */
  readonly wipe: string;
  /** An event as text: one line, or several separated by `\n`; no newline at its end. */
  text(event: ChatEvent): string;
}
