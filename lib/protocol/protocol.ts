/**
 * The contract of a wire protocol: between frames on one side, commands and events on the other.
 * A protocol is one file that implements this, plus its line in `registry.ts`.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { ChatEvent, SharedEvent, Stamp, UserEvent } from "../chat/event.ts";
import type { Frame } from "../framing/frame.ts";
import type { Framing } from "../framing/framing.ts";
import type { SniffRule } from "./sniff_rules.ts";

/** One wire protocol: how its bytes are cut, and what its frames mean. */
export interface Protocol {
  /** As in `--protocol NAME`, in URLs, in the listening line and in logs. */
  readonly name: string;

  /** In addresses: `SCHEME://HOST:PORT`. */
  readonly scheme: string;

  /** What its clients' first bytes can be, in the order in which the rules are tried. */
  readonly sniffRules: readonly SniffRule[];

  /** A server's half of one connection. */
  serverCodec(): ServerCodec;

  /** What a connection speaks at its beginning. */
  readonly dialect: Dialect;

  /** A client's half of one connection, for a user called `nick`. */
  clientCodec(nick: string): ClientCodec;

  /** What a person may type behind a slash, with the slash, for completion. */
  readonly commands: readonly string[];

  /** Which UI its users expect on a terminal: lines (`plain`) or the full screen (`tui`). */
  readonly ui: "plain" | "tui";

  /** How the line UI of its client looks. */
  readonly lineStyle: LineStyle;
}

/**
 * One encoding of what several users receive: the events of a channel are encoded once for each dialect
 * that is spoken in it. A protocol has several where its clients can ask for more than its basic form.
 */
export interface Dialect {
  /** Unique among all dialects. */
  readonly name: string;

  /** Event to wire bytes; empty when this dialect has none for it. They are valid until the next call. */
  encodeEvent(event: SharedEvent, stamp: Stamp): Uint8Array;

  /** Whether the one who caused `event` in a channel receives it as the others do. */
  echoes(event: SharedEvent): boolean;
}

/** Frames to commands, and replies to bytes: the server's side of one connection, with its state. */
export interface ServerCodec {
  /** Cuts what the client sends. */
  readonly framing: Framing;

  /** What the connection speaks; a command may change it. */
  readonly dialect: Dialect;

  /**
   * `undefined` for a frame that asks nothing. `frame` is borrowed: copy what must live longer. A promise
   * makes the connection wait, and nobody else: its next frame is decoded when the promise has resolved.
   */
  decode(frame: Frame): Command | undefined | Promise<Command | undefined>;

  /** Encodes what this user alone receives. Also what it caused itself, where others see it differently. */
  encodeReply(event: UserEvent | SharedEvent, stamp: Stamp): Reply;

  /**
   * What the last frame costs of the flood control if it asks nothing, a command being 1: less where that
   * is seen from its bytes, as much as a command where it had to be parsed.
   */
  readonly ignoredCost: number;

  /** Whether the protocol is done with this connection: the server sends what waits, and closes it. */
  readonly done: boolean;
}

/** Bytes for one user. */
export interface Reply {
  /** Empty when this protocol has none for the event. */
  readonly bytes: Uint8Array;
  /** Whether they must be a write of their own, because clients take one read for one message. */
  readonly separate: boolean;
  /** The rest of a long reply, in whole frames: each part is made when the one before it has been sent. */
  readonly more?: Iterator<Uint8Array>;
  /** Bytes of all parts together; those of `bytes` when it is left out. */
  readonly size?: number;
}

/** Commands to bytes and frames to events: the client's side of one connection, with its state. */
export interface ClientCodec {
  /** Cuts what the server sends. */
  readonly framing: Framing;

  /**
   * Command to wire bytes; empty when this protocol cannot ask it.
   *
   * @throws {RangeError} when it cannot carry what the command says (a nick that is too long).
   */
  encode(command: Command): Uint8Array;

  /**
   * What to do with a line that a person typed, in this protocol's own language. Where it is sent, it is
   * sent as it was typed, also where `encode` of its meaning would look different.
   */
  readLine(line: string): LineAction;

  /** `undefined` for a frame that tells nothing. `frame` is borrowed. */
  decode(frame: Frame): ChatEvent | undefined;

  /**
   * Whether the server answers a registration, and nothing may be sent before: a REGISTER without an end
   * mark would take in what follows it.
   */
  readonly awaitsReply: boolean;

  /** What to send, once, when the server has not said anything within `afterMs` milliseconds. */
  readonly nudge?: { readonly afterMs: number; bytes(): Uint8Array };
}

/** What a typed line asks of the client. */
export type LineAction =
  /** Send `bytes`; empty for a line that says nothing. */
  | { readonly do: "send"; readonly bytes: Uint8Array }
  /** Show `text`; the server is not asked. */
  | { readonly do: "answer"; readonly text: string }
  /** End the client. */
  | { readonly do: "quit" };

/** The looks of the line UI. */
export interface LineStyle {
  /** Shown at start and after each line, typed or received. */
  readonly prompt: string;
  /** Written before a received line, to wipe the prompt. */
  readonly wipe: string;
  /** Whether prompt and wipe are written to a pipe as well, or the lines alone. */
  readonly promptsInPipe: boolean;
  /** An event as text: one line, or several separated by `\n`; "" for one that is not shown. */
  text(event: ChatEvent): string;
}

/** Nothing to send. */
export const NOTHING: Uint8Array = new Uint8Array(0);
