/**
 * The contract of a wire protocol, which translates between frames on one side, and commands and
 * events on the other. A protocol is one file that implements it, plus one line in
 * `protocol_list.ts`.
 *
 * @module
 */

import type { Login } from "../accounts/login.ts";
import type { Command } from "../chat/command.ts";
import type { ChatEvent, PeerEvent, SharedEvent, Stamp, UserEvent } from "../chat/event.ts";
import type { Frame } from "../framing/frame.ts";
import type { Framing } from "../framing/framing.ts";
import type { SniffRule } from "./sniff_rules.ts";

/** What a client needs of a protocol. */
export interface ClientProtocol {
  /** Its name in `--protocol NAME`, URLs, the listening line and logs. */
  readonly name: string;

  /** Its scheme in addresses: `SCHEME://HOST:PORT`. */
  readonly scheme: string;

  /**
   * Whether an address names a channel behind its port: users are in none when they have
   * registered.
   */
  readonly hasChannelAddresses?: true;

  /** Whether its users can log in to an account (`ClientWishes.login`). */
  readonly hasAccounts?: true;

  /** Makes a client's half of one connection, for a user called `nick`. */
  clientCodec(nick: string, wishes?: ClientWishes): ClientCodec;
}

/** One wire protocol, both of its halves: its framing, and the meaning of its frames. */
export interface Protocol extends ClientProtocol {
  /**
   * The rules that recognise its clients' first bytes, in the order in which they are tried. A
   * `GuardRule` among them recognises those who have got it wrong.
   */
  readonly sniffRules: readonly SniffRule[];

  /**
   * Makes the server's half of one connection; `facts` is what the protocol may say about the
   * server, and `login` the accounts, where there are any.
   */
  serverCodec(facts?: ServerFacts, login?: Login, quota?: DialectQuota): ServerCodec;

  /** The dialect of every connection at its beginning. */
  readonly dialect: Dialect;
}

/** What a protocol may say about the server itself. */
export interface ServerFacts {
  /** The server's name, such as `irc.example.org`. */
  readonly name: string;
  /** The program's version. */
  readonly version: string;
  /** The time of the server's start, in milliseconds of Unix time. */
  readonly startedAt: number;
  /** Name of the network that it belongs to. */
  readonly network: string;
  /** Who runs it, and how to reach them; no line where that is nobody's business. */
  readonly admin: readonly string[];
  /** Whether nobody between this connection and the server can read it. */
  readonly isSecure?: boolean;
  /** What IRC clients are told about TLS; left out where they are told nothing. */
  readonly sts?: StrictTransport | undefined;
  /** Channels that one user may be in. */
  readonly maxJoined: number;
  /** The message of the day in lines; `undefined` while there is none. */
  motd(): readonly string[] | undefined;
  /** Most events of the history that one question is answered with; left out where none is kept. */
  readonly historyLimit?: number;
  /** Whether messages of the history can be found by their words. */
  readonly canSearch?: boolean;
  /** Whether `password` lets a connection in. Left out where none is needed; it must not reject. */
  readonly admits?: (password: string, network: string) => Promise<boolean>;
  /**
   * Whether `password` is that of the operator `name`. Left out where there are none; it
   * must not reject.
   */
  readonly isOperator?: (name: string, password: string, network: string) => Promise<boolean>;
  /** Names of the operators, for other operators. */
  readonly operators?: readonly string[];
  /** Counts the commands of clients by their names; shared by all connections of a server. */
  readonly tally?: CommandTally;
  /**
   * Reads the server's files again; the fault in a few words, if there is one. It must not reject.
   */
  readonly reload?: () => Promise<string | undefined>;
}

/**
 * How often each command was used. A protocol counts only commands that it knows, so it
 * stays small.
 */
export class CommandTally {
  readonly #counts = new Map<string, number>();

  /** Counts one more use of `command`. */
  count(command: string): void {
    this.#counts.set(command, (this.#counts.get(command) ?? 0) + 1);
  }

  /** All that were used, in the order of the alphabet. */
  get counts(): readonly (readonly [command: string, count: number])[] {
    return [...this.#counts].sort(([one], [other]) => one < other ? -1 : 1);
  }
}

/**
 * Where a server wants its clients to come over TLS, and for how long they are to remember it
 * (IRCv3 `sts`).
 */
export interface StrictTransport {
  /** The TLS port. */
  readonly port: number;
  /** Seconds; with 0 they are to forget it. */
  readonly duration: number;
}

/**
 * `facts` with others above them, which may change while the server runs: they are looked up
 * at each use.
 */
export function extendFacts(facts: ServerFacts, others: Partial<ServerFacts> = {}): ServerFacts {
  return Object.create(facts, Object.getOwnPropertyDescriptors(others));
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
 * A step that a frame asks for: a command for the chat, or something between only this connection
 * and its codec. The session takes steps one after the other.
 */
export type Step =
  | Command
  /** Send the codec's own answer. */
  | { readonly type: "answer"; readonly bytes: Uint8Array }
  /** Wait for a promise, and then take the steps that it resolves to. It must not reject. */
  | { readonly type: "wait"; readonly steps: Promise<readonly Step[]> };

/**
 * An encoding that several users share: each event of a channel is encoded once per dialect spoken
 * in it. A protocol has several dialects if its clients can ask for more than its basic form.
 */
export interface Dialect {
  /** Unique among all dialects. */
  readonly name: string;

  /**
   * Encodes an event; empty when the dialect has no bytes for it. The result is valid until
   * the next call.
   */
  encodeEvent(event: SharedEvent, stamp: Stamp): Uint8Array;

  /** Whether the user who caused `event` in a channel receives it like the other members. */
  echoes(event: SharedEvent): boolean;
}

/** Bounds the dialects that are spoken at once. */
export interface DialectQuota {
  /**
   * Whether this connection may speak `dialect` now instead of the one before; a protocol numbers
   * its own, 0 for the plain one.
   */
  take(dialect: number): boolean;
}

/**
 * Decodes frames to commands and encodes replies: the server's side of one connection, with its
 * state.
 */
export interface ServerCodec {
  /** Cuts what the client sends. */
  readonly framing: Framing;

  /** The dialect of the connection; a command may change it. */
  readonly dialect: Dialect;

  /**
   * Returns what a frame asks for: one step, several, or `undefined` for nothing. `frame` is
   * borrowed: copy what must live longer. The next frame is decoded after all steps of this one.
   */
  decode(frame: Frame): Step | readonly Step[] | undefined;

  /** How the user receives a channel's event that it caused; default: as its dialect says. */
  echo?(event: SharedEvent): Echo;

  /**
   * Returns a further step of a frame whose steps were all taken: the next part of what it
   * has asked for.
   */
  goOn?(): Step | undefined;

  /** Returns the rest of the answer to a frame, after all its steps. */
  finish?(): Uint8Array;

  /**
   * Encodes an event for this user alone, or one that it caused itself and sees in another form
   * than others.
   */
  encodeReply(event: UserEvent | SharedEvent, stamp: Stamp): Reply;

  /**
   * Encodes what somebody does whom this user watches and shares no channel with; empty for
   * nothing, as when it is left out.
   */
  encodeWatched?(event: PeerEvent, stamp: Stamp): Uint8Array;

  /**
   * The price of the last frame if it asks for nothing, where a command costs 1: less if its bytes
   * alone show that, as much as a command if it had to be parsed.
   */
  readonly ignoredCost: number;

  /**
   * Whether the protocol has ended the connection: the server then sends what waits, and closes it.
   */
  readonly done: boolean;

  /**
   * Asks a client that has been silent for long whether it is still there; left out where no
   * client answers.
   */
  readonly probe?: Uint8Array;
}

/**
 * How a user receives an event that it caused: with the others, in a reply of its own
 * (`encodeReply`), or not at all.
 */
export type Echo = "shared" | "own" | "none";

/** Bytes for one user. */
export interface Reply {
  /** The bytes; empty when this protocol has none for the event. */
  readonly bytes: Uint8Array;
  /**
   * Whether they must be a write of their own, and also apart in time for clients that take one
   * read for one message.
   */
  readonly separate: boolean | "in time";
  /**
   * The rest of a long reply, in whole frames: each part is made after the one before it was sent.
   */
  readonly more?: Iterator<Uint8Array>;
  /** The size in bytes of all parts together; default: that of `bytes`. */
  readonly size?: number;
}

/** What a client sends: a command, or a line for a server that reads typed lines. */
export type ClientCommand =
  | Exclude<Command, { type: "register" }>
  /** Enter the chat as `nick`. */
  | { readonly type: "register"; readonly nick: string }
  /**
   * Send `line` exactly as its user typed it. A protocol whose wire has no such lines ignores it.
   */
  | { readonly type: "raw"; readonly line: string };

/** What a client wants besides the plain form of its protocol. */
export interface ClientWishes {
  /** To be told which of its lines arrived, and when others spoke; where the server offers that. */
  readonly receipts?: boolean;
  /** To log in to an account. Where the server has none, it is refused. */
  readonly login?: Credentials;
}

/** An account and its password. The connection MUST be one that nobody else can read. */
export interface Credentials {
  /** The name of the account. */
  readonly account: string;
  /** Its password. */
  readonly password: string;
}

/** What a server says about an event besides the event itself, where its wire has words for it. */
export interface ReceivedStamp {
  /** When it happened, in milliseconds of Unix time. */
  readonly time?: number;
  /** The id that the server gave it. */
  readonly msgid?: string;
  /** It answers the command that was sent with this label. */
  readonly label?: string;
  /** It happened before, and was asked for again. */
  readonly isReplayed?: true;
}

/** An event as a client receives it. */
export type Received = ChatEvent & {
  /** Left out where the server has said nothing more. */
  readonly stamp?: ReceivedStamp;
};

/**
 * How a client learns that the server has a text: the server sends it back (`echo`), or it answers
 * a probe that was sent behind it (`probe`), or never (`none`).
 */
export type Receipt = "echo" | "probe" | "none";

/** Encodes commands and decodes frames: the client's side of one connection, with its state. */
export interface ClientCodec {
  /** Cuts what the server sends. */
  readonly framing: Framing;

  /**
   * Encodes a command; empty when this protocol has no such command. The answer has its `label`,
   * where the server offers labels.
   *
   * @throws {RangeError} when the protocol cannot carry the command, because a nick is too long.
   */
  encode(command: ClientCommand, label?: string): Uint8Array;

  /** Decodes a frame, which is borrowed; `undefined` for a frame without meaning. */
  decode(frame: Frame): Received | undefined;

  /**
   * What the last frame needs computed before more of them are decoded; it resolves to the event
   * that comes of it, if there is one. Left out where nothing takes long.
   */
  work?(): Promise<Received | undefined> | undefined;

  /**
   * What the frames that were decoded since the last call want answered; left out where none does.
   */
  takeAnswer?(): Uint8Array;

  /**
   * How the client learns that the server has a text; default: `none`. It may change at the
   * registration.
   */
  readonly receipt?: Receipt;

  /** Whether the server is known to keep a history, which the client may ask for. */
  readonly hasHistory?: boolean;

  /** Whether the server may find messages by their words. */
  readonly canSearch?: boolean;

  /** Asks whether the server is there; left out where the protocol has no such question. */
  probe?(token: string): Uint8Array;

  /** The token of the last probe that the server has answered. */
  readonly answered?: string | undefined;

  /**
   * For how many milliseconds the client waits for the reply to its registration before it sends
   * anything else; 0: it does not wait. A REGISTER without an end mark would swallow what follows
   * it, and an IRC server drops it.
   */
  readonly replyMs: number;

  /** What to send once, if the server has sent nothing for `afterMs` milliseconds. */
  readonly nudge?: { readonly afterMs: number; bytes(): Uint8Array };
}
