/**
 * The wires of the course protocols, written down a second time from their documents alone: what a client
 * sends to ask for something, and what a user reads of what happened. Tests, fuzz, soak and bench use these
 * and nothing of `lib/`, so that a fault of the program is not mirrored here.
 *
 * @module
 */

/** What a user speaks. */
export type Dialect = CourseDialect | "irc";

/** Those of the courses. */
export type CourseDialect = "cs168" | "chat1" | "json16";

/** What a client asks. A barrier changes nothing, and only its sender is answered. */
export type Request =
  /** `raw`: without the newline that chat1 may leave out. */
  | { readonly ask: "register"; readonly nick: string; readonly raw?: boolean }
  | { readonly ask: "say" | "emote"; readonly nick: string; readonly text: string }
  | { readonly ask: "dm"; readonly to: string; readonly text: string }
  | { readonly ask: "join" | "create"; readonly channel: string }
  | { readonly ask: "part" | "list" | "names" | "barrier" }
  | { readonly ask: "disconnect"; readonly nick: string };

/** What happened in a channel. */
export interface Happening {
  /** What. */
  readonly what: "joined" | "left" | "said" | "emoted";
  /** The user who did it, under the name that the reader sees. */
  readonly nick: string;
  /** What was said; "" where nothing was. */
  readonly text: string;
}

/** What a user reads. */
export type Told =
  | Happening
  | { readonly what: "dm"; readonly nick: string; readonly to: string; readonly text: string }
  | { readonly what: "registered" | "nick in use" | "stopping" }
  | { readonly what: "entered"; readonly channel: string }
  | { readonly what: "channels"; readonly channels: readonly string[] }
  | { readonly what: "names"; readonly channel: string; readonly nicks: readonly string[] }
  /** As cs168 words it, and as json16 does. */
  | { readonly what: "refused"; readonly cs168: string; readonly json16: string };

/** One protocol in plain bytes. A message is a frame, a line or a packet; its text is what it frames. */
export interface Wire {
  /** Its name. */
  readonly dialect: Dialect;

  /**
   * The bytes that ask for `request`.
   *
   * @throws {RangeError} when the protocol cannot ask it, or it does not fit.
   */
  ask(request: Request): Uint8Array<ArrayBuffer>;

  /**
   * One message of `text`.
   *
   * @throws {RangeError} when it does not fit.
   */
  message(text: string): Uint8Array<ArrayBuffer>;

  /** Bytes of the first message in `bytes`, or 0 while it is incomplete. `first`: none came before it. */
  cut(bytes: Uint8Array, first: boolean): number;

  /**
   * The text of one whole message.
   *
   * @throws {TypeError} when it is no UTF-8.
   */
  text(message: Uint8Array): string;

  /** What a user reads of `told`, message by message; nothing where the protocol has no words for it. */
  texts(told: Told): readonly string[];

  /** Whether a long text comes in several messages, cut anywhere; elsewhere `texts` has each of them. */
  readonly inPieces?: true;

  /** Whether a user reads what it did itself. */
  echoes(what: Happening["what"]): boolean;

  /** Whether a message answers a request of its reader rather than reports what happened in the channel. */
  isReply(text: string): boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `text` as UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** UTF-8 as text; bytes that are none fail. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** `parts` in one piece. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** What a wire says of a request that its protocol does not know. */
export function unaskable(dialect: Dialect, request: Request): RangeError {
  return new RangeError(`${dialect} has no request "${request.ask}"`);
}

/** Cuts what one connection receives into the texts of its messages. */
export class WireReader {
  readonly #wire: Wire;
  #rest: Uint8Array = new Uint8Array(0);
  #first = true;

  /** For one connection. */
  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** The texts of the messages that `bytes`, which may be borrowed, complete. */
  push(bytes: Uint8Array): string[] {
    let rest: Uint8Array = this.#rest.length === 0 ? bytes : joined([this.#rest, bytes]);
    const texts: string[] = [];
    for (let length; (length = this.#wire.cut(rest, this.#first)) > 0;) {
      texts.push(this.#wire.text(rest.subarray(0, length)));
      rest = rest.subarray(length);
      this.#first = false;
    }
    this.#rest = rest.slice();
    return texts;
  }

  /** What is left at the end of the stream: a bare message of chat1; elsewhere a part of one. */
  end(): string | undefined {
    return this.#rest.length === 0 ? undefined : textOf(this.#rest);
  }
}
