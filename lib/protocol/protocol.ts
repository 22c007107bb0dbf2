/**
 * The contract of a wire protocol: between frames on one side, commands and events on the other.
 * A protocol is one file that implements this, plus its line in `registry.ts`.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { ChatEvent } from "../chat/event.ts";
import type { Frame } from "../framing/frame.ts";
import type { Framing } from "../framing/framing.ts";

/** What a protocol makes of a connection's first bytes: its own, not its own, or too few to say. */
export type Sniffed = "match" | "reject" | "more";

/** One wire protocol: how its bytes are cut, and what its frames mean. */
export interface Protocol {
  /** As in `--protocol NAME`, in URLs, in the listening line and in logs. */
  readonly name: string;

  /** In addresses: `SCHEME://HOST:PORT`. */
  readonly scheme: string;

  /**
   * Looks at a connection's first bytes without consuming them; at least one. No two protocols match
   * the same bytes. `silent` says that nothing more has come for a while.
   */
  sniff(prefix: Uint8Array, silent: boolean): Sniffed;

  /** A server's half of one connection. */
  serverCodec(): ServerCodec;

  /**
   * Event to wire bytes, the same for every receiver, so that a channel's event is encoded once and
   * not once a member. Empty when this protocol does not tell it. The bytes are valid until the next call.
   */
  encodeEvent(event: ChatEvent): Uint8Array;

  /** Whether a channel's member that caused `event` is told it too. */
  echoes(event: ChatEvent): boolean;

  /** A client's half of one connection, for a user called `nick`. */
  clientCodec(nick: string): ClientCodec;
}

/** Frames to commands, and replies to bytes: the server's side of one connection, with its state. */
export interface ServerCodec {
  /** Cuts what the client sends. */
  readonly framing: Framing;

  /**
   * `undefined` for a frame that asks nothing. `frame` is borrowed: copy what must live longer. A command
   * whose text is no string is borrowed, too: until the next call.
   */
  decode(frame: Frame): Command | undefined;

  /**
   * What this user alone is told, to wire bytes; empty when this protocol does not tell it.
   * `separate` where such bytes must be a write of their own, because clients take one read for one
   * message.
   */
  encodeReply(event: ChatEvent): Reply;

  /**
   * What a frame that asks nothing costs of the flood control, a command being 1: little where it is
   * told by a look at its bytes, as much as a command where it has to be parsed.
   */
  readonly ignoredCost: number;

  /** Whether the protocol is done with this connection: the server sends what waits, and closes it. */
  readonly done: boolean;
}

/** Bytes for one user. */
export interface Reply {
  /** Empty when nothing is told. */
  readonly bytes: Uint8Array;
  /** Whether they must be a write of their own. */
  readonly separate: boolean;
}

/** What a client sends: a command, or a line for a server that reads what people type. */
export type ClientCommand =
  | Command
  /** Send `line` exactly as its user typed it. A protocol whose wire has no such lines ignores it. */
  | { readonly type: "raw"; readonly line: string };

/** Encodes commands and decodes frames: the client's side of one connection, with its state. */
export interface ClientCodec {
  /** Cuts what the server sends. */
  readonly framing: Framing;

  /**
   * Encodes a command to wire bytes; empty when this protocol has no such command.
   *
   * @throws {RangeError} when the protocol cannot carry what the command says (a nick that is too long).
   */
  encode(command: ClientCommand): Uint8Array;

  /** Decodes a frame, which is borrowed; `undefined` for a frame without meaning. */
  decode(frame: Frame): ChatEvent | undefined;

  /**
   * Whether the client must wait for the reply to its registration before it sends anything else: a REGISTER
   * without an end mark would swallow what follows it.
   */
  readonly awaitsReply: boolean;

  /** What to send, once, when the server has sent nothing within `afterMs` milliseconds. */
  readonly nudge?: { readonly afterMs: number; bytes(): Uint8Array };
}

/** Nothing to send. */
export const NOTHING: Uint8Array = new Uint8Array(0);
