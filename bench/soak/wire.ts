/**
 * The three protocols in plain bytes, as much of them as the soak needs. It shares no code with the
 * server that it tests.
 *
 *   request -> bytes        bytes -> items: what a member of a channel is told (events), and what
 *                                           answers a request of one's own (replies)
 *
 * @module
 */

/** What a client speaks. */
export type Dialect = "cs168" | "chat1" | "json16";

/** One thing that came: a frame, a line or a packet. */
export interface Item {
  /** Whether it answers a request rather than tells what happened in a channel. */
  readonly reply: boolean;
  /** The frame or line as it is; of a packet, its members' values. */
  readonly text: string;
}

/** What happened in a channel. */
export interface Happening {
  /** What. */
  readonly kind: "joined" | "left" | "said" | "emoted";
  /** Who did it. */
  readonly nick: string;
  /** What was said; "" where nothing was. */
  readonly text: string;
}

/** A request. A barrier is one that changes nothing and is answered. */
export type Request =
  | { readonly ask: "register"; readonly nick: string; readonly raw?: boolean }
  | { readonly ask: "say" | "emote"; readonly nick: string; readonly text: string }
  | { readonly ask: "join"; readonly channel: string }
  | { readonly ask: "part" | "barrier" }
  | { readonly ask: "disconnect"; readonly nick: string };

/** The answer to a barrier of cs168. */
export const CS168_BARRIER_REPLY =
  "/nope is not a valid control message. Valid messages are /create, /list, and /join.";
/** What a chat1 client is told first. */
export const CHAT1_REGISTERED = "200 Registration successful";
/** What a chat1 client is told last. */
export const CHAT1_STOPPING = "DISCONNECT CHAT/1.0";

const FRAME = 200;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `request` as `dialect` puts it. */
export function encodeRequest(dialect: Dialect, request: Request): Uint8Array<ArrayBuffer> {
  switch (dialect) {
    case "cs168":
      return frame(cs168Text(request));
    case "chat1":
      return encoder.encode(chat1Text(request));
    case "json16":
      return packet(json16Object(request));
  }
}

/** `text`, which must fit, padded to a frame. */
export function frame(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME).fill(0x20);
  if (encoder.encodeInto(text, bytes).read !== text.length) {
    throw new RangeError(`"${text}" does not fit into a frame`);
  }
  return bytes;
}

/** `value` as JSON behind its length. */
export function packet(value: unknown): Uint8Array<ArrayBuffer> {
  const json = encoder.encode(JSON.stringify(value));
  const bytes = new Uint8Array(2 + json.length);
  new DataView(bytes.buffer).setUint16(0, json.length);
  bytes.set(json, 2);
  return bytes;
}

function cs168Text(request: Request): string {
  switch (request.ask) {
    case "register":
      return request.nick;
    case "say":
      return request.text;
    case "join":
      return `/join ${request.channel}`;
    case "barrier":
      return "/nope";
    default:
      throw new RangeError(`cs168 cannot ask to ${request.ask}`);
  }
}

function chat1Text(request: Request): string {
  switch (request.ask) {
    case "register":
      return `REGISTER ${request.nick} CHAT/1.0${request.raw === true ? "" : "\n"}`;
    case "say":
      return `@${request.nick}: ${request.text}\n`;
    case "disconnect":
      return `DISCONNECT ${request.nick} CHAT/1.0\n`;
    default:
      throw new RangeError(`chat1 cannot ask to ${request.ask}`);
  }
}

function json16Object(request: Request): unknown {
  switch (request.ask) {
    case "register":
      return { type: "hello", nick: request.nick };
    case "say":
      return { type: "chat", message: request.text };
    case "emote":
      return { type: "emote", message: request.text };
    case "join":
      return { type: "join", channel: request.channel };
    case "part":
      return { type: "part" };
    case "barrier":
      return { type: "names" };
    case "disconnect":
      throw new RangeError("json16 cannot ask to disconnect");
  }
}

/** Whether a member called `nick` that speaks `dialect` is told of `happening`. */
export function isTold(dialect: Dialect, nick: string, happening: Happening): boolean {
  const own = happening.nick === nick;
  switch (dialect) {
    case "cs168":
      return !own;
    case "chat1":
      return !own && (happening.kind === "said" || happening.kind === "emoted");
    case "json16":
      return !(own && happening.kind === "left");
  }
}

/**
 * Compares an item with (the rest of) `happening`, of whose text `offset` characters have come already: cs168
 * cuts a long text into several frames.
 *
 * @returns how much of the text has come now, or -1 when this is something else.
 */
export function matchItem(
  dialect: Dialect,
  item: Item,
  { kind, nick, text }: Happening,
  offset: number,
): number {
  if (dialect === "cs168" && kind === "said") {
    const head = `[${nick}] `;
    const share = item.text.slice(head.length);
    const fits = item.text.startsWith(head) && share !== "" && text.startsWith(share, offset);
    return fits ? offset + share.length : -1;
  }
  return item.text === told(dialect, kind, nick, text) ? text.length : -1;
}

function told(dialect: Dialect, kind: Happening["kind"], nick: string, text: string): string {
  if (dialect === "json16") return json16Item(kind, nick, text);
  if (dialect === "chat1") {
    return kind === "emoted" ? `@${nick}: [${nick} ${text}]` : `@${nick}: ${text}`;
  }
  switch (kind) {
    case "joined":
    case "left":
      return `${nick} has ${kind}`;
    default:
      return `[${nick} ${text}]`;
  }
}

const KINDS = { join: "joined", leave: "left", chat: "said", emote: "emoted" } as const;

function json16Item(kind: Happening["kind"], nick: string, text: string): string {
  return `${kind} ${nick} ${text}`.trimEnd();
}

/** Reads what a server sends to one client. */
export class ItemReader {
  readonly #dialect: Dialect;
  #stored: Uint8Array = new Uint8Array(0);
  #registered = false;

  /** For one connection. */
  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** The items that `bytes` complete. */
  push(bytes: Uint8Array): Item[] {
    const joined = new Uint8Array(this.#stored.length + bytes.length);
    joined.set(this.#stored);
    joined.set(bytes, this.#stored.length);
    this.#stored = joined;
    const items: Item[] = [];
    for (let item; (item = this.#next()) !== undefined;) items.push(item);
    this.#stored = this.#stored.slice();
    return items;
  }

  /** What is left at the end of the stream: a bare message of chat1; elsewhere half a frame. */
  end(): Item | undefined {
    if (this.#stored.length === 0) return undefined;
    return { reply: true, text: decoder.decode(this.#take(this.#stored.length)) };
  }

  /** The happening that a packet of json16 tells; `undefined` for a reply. */
  static happening(item: Item): Happening | undefined {
    if (item.reply) return undefined;
    const [kind, nick, text] = item.text.split(" ");
    return { kind: kind as Happening["kind"], nick: nick as string, text: text ?? "" };
  }

  #next(): Item | undefined {
    switch (this.#dialect) {
      case "cs168":
        return this.#stored.length < FRAME ? undefined : this.#frame();
      case "chat1":
        return this.#line();
      case "json16":
        return this.#packet();
    }
  }

  #frame(): Item {
    const text = decoder.decode(this.#take(FRAME)).replace(/ +$/, "");
    if (text === "") throw new Error("A blank frame came");
    return { reply: text.startsWith("/") || text.startsWith("No "), text };
  }

  #line(): Item | undefined {
    if (!this.#registered) {
      const length = CHAT1_REGISTERED.length;
      if (this.#stored.length < length) return undefined;
      this.#registered = true;
      const text = decoder.decode(this.#take(length));
      if (this.#stored[0] === 0x0a) this.#take(1);
      return { reply: true, text };
    }
    const end = this.#stored.indexOf(0x0a);
    if (end < 0) return undefined;
    const text = decoder.decode(this.#take(end + 1)).slice(0, -1);
    return { reply: !text.startsWith("@"), text };
  }

  #packet(): Item | undefined {
    if (this.#stored.length < 2) return undefined;
    const length = ((this.#stored[0] as number) << 8) | (this.#stored[1] as number);
    if (this.#stored.length < 2 + length) return undefined;
    this.#take(2);
    const value = JSON.parse(decoder.decode(this.#take(length))) as Record<string, string>;
    const kind = KINDS[value["type"] as keyof typeof KINDS];
    if (kind !== undefined) {
      const text = json16Item(kind, value["nick"] as string, value["message"] ?? "");
      return { reply: false, text };
    }
    return { reply: true, text: Object.values(value).join(" ") };
  }

  #take(count: number): Uint8Array {
    const taken = this.#stored.subarray(0, count);
    this.#stored = this.#stored.subarray(count);
    return taken;
  }
}
