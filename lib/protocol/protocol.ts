/**
 * The contract of a wire protocol: between frames on one side, commands and events on the other.
 * A protocol is one file that implements this, plus its line in `registry.ts`.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { ChatEvent, PeerEvent, SharedEvent, Stamp, UserEvent } from "../chat/event.ts";
import type { Frame } from "../framing/frame.ts";
import type { Framing } from "../framing/framing.ts";
import type { SniffRule } from "./sniff_rules.ts";

/** One wire protocol: how its bytes are cut, and what its frames mean. */
export interface Protocol {
  /** As in `--protocol NAME`, in URLs, in the listening line and in logs. */
  readonly name: string;

  /** In addresses: `SCHEME://HOST:PORT`. */
  readonly scheme: string;

  /** Whether an address names a channel behind its port: users are in none when they have registered. */
  readonly hasChannelAddresses?: true;

  /** What its clients' first bytes can be, in the order in which the rules are tried. */
  readonly sniffRules: readonly SniffRule[];

  /** A server's half of one connection; `facts` describe the server where the protocol speaks of it. */
  serverCodec(facts?: ServerFacts): ServerCodec;

  /** What a connection speaks at its beginning. */
  readonly dialect: Dialect;

  /** A client's half of one connection, for a user called `nick`. */
  clientCodec(nick: string): ClientCodec;
}

/** What a protocol may say about the server itself. */
export interface ServerFacts {
  /** Name of the server, such as `irc.example.org`. */
  readonly name: string;
  /** Its program's version. */
  readonly version: string;
  /** When it was started, in milliseconds of Unix time. */
  readonly startedAt: number;
  /** Name of the network that it belongs to. */
  readonly network: string;
  /** Who runs it, and how to reach them; no line where that is nobody's business. */
  readonly admin: readonly string[];
  /** Channels that one user may be in. */
  readonly maxJoined: number;
  /** The message of the day in lines; `undefined` while there is none. */
  motd(): readonly string[] | undefined;
  /** Whether `password` lets a connection in. Left out where none is needed; it must not reject. */
  readonly admits?: (password: string) => Promise<boolean>;
  /** Whether `password` is that of the operator `name`. Left out where there are none; it must not reject. */
  readonly isOperator?: (name: string, password: string) => Promise<boolean>;
  /** Reads the server's files again; the fault in a few words, if there is one. It must not reject. */
  readonly reload?: () => Promise<string | undefined>;
}

/** A server about which nothing is known. */
export const DEFAULT_FACTS: ServerFacts = {
  name: "parlance.local",
  version: "parlance",
  startedAt: 0,
  network: "Parlance",
  admin: [],
  maxJoined: 100,
  motd: () => undefined,
};

/**
 * A step that a frame asks for: a command for the chat, or something between this connection and its codec
 * alone. Steps are taken one after the other.
 */
export type Step =
  | Command
  /** Send the codec's own answer. */
  | { readonly type: "answer"; readonly bytes: Uint8Array }
  /** Wait for something; then take the steps that it has become. It must not reject. */
  | { readonly type: "wait"; readonly steps: Promise<readonly Step[]> };

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
   * What a frame asks for: one step, several, or `undefined` for nothing. `frame` is borrowed: copy what
   * must live longer. The next frame is decoded when all steps of this one have been taken.
   */
  decode(frame: Frame): Step | readonly Step[] | undefined;

  /** How the user receives an event of a channel that it caused; as its dialect says when it is left out. */
  echo?(event: SharedEvent): Echo;

  /** The rest of the answer to a frame, when all its steps have been taken. */
  finish?(): Uint8Array;

  /** Encodes what this user alone receives. Also what it caused itself, where others see it differently. */
  encodeReply(event: UserEvent | SharedEvent, stamp: Stamp): Reply;

  /**
   * Encodes what somebody does whom this user watches and shares no channel with; empty for nothing, as
   * when it is left out.
   */
  encodeWatched?(event: PeerEvent, stamp: Stamp): Uint8Array;

  /**
   * What the last frame costs of the flood control if it asks nothing, a command being 1: less where that
   * is seen from its bytes, as much as a command where it had to be parsed.
   */
  readonly ignoredCost: number;

  /** Whether the protocol is done with this connection: the server sends what waits, and closes it. */
  readonly done: boolean;

  /** Asks a client that has been silent for long whether it is still there; left out where no client answers. */
  readonly probe?: Uint8Array;
}

/**
 * How a user receives what it caused: with the others, in a reply of its own (`encodeReply`), or not at all.
 */
export type Echo = "shared" | "own" | "none";

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

/** What a client sends: a command, or a line for a server that reads what people type. */
export type ClientCommand =
  | Exclude<Command, { type: "register" }>
  /** Enter the chat as `nick`. */
  | { readonly type: "register"; readonly nick: string }
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

  /** What the frames that were decoded since the last call want answered; left out where none does. */
  takeAnswer?(): Uint8Array;

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
