/**
 * The far side of a WebSocket: a request and frames as bytes, so that a test can send wrong ones. It shares no code with
 * what it tests. A server with a port for WebSockets stands beside it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { acceptWebSocket, acceptWebSocketOver } from "../../lib/net/websocket.ts";
import type { ServeOptions, WebSocketPort } from "../../lib/server/serve_options.ts";
import { ByteStream, type Pace } from "./byte_stream.ts";
import { SERVER } from "./irc.ts";
import { OpenPort } from "./server.ts";
import { tlsPortWith } from "./tls.ts";

/** The key of RFC 6455, section 1.3, and the answer to it. */
export const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/** A request, with `fields` in place of those of the same name; an empty one leaves it out. */
export function request(
  fields: Readonly<Record<string, string>> = {},
  first = "GET / HTTP/1.1",
): string {
  const all = {
    "Host": "127.0.0.1",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Protocol": "text.ircv3.net",
    ...fields,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${first}\r\n${lines.join("")}\r\n`;
}

/** How a frame is made. */
export interface FrameForm {
  /** Default: text. */
  readonly opcode?: number;
  /** Default: true. */
  readonly isFinal?: boolean;
  /** Default: four bytes of some value; none for a frame without one. */
  readonly mask?: readonly number[] | null;
}

/** A frame of a client. */
export function frame(
  payload: Uint8Array | string,
  { opcode = 1, isFinal = true, mask = [0x37, 0xfa, 0x21, 0x3d] }: FrameForm = {},
): Uint8Array<ArrayBuffer> {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const { length } = bytes;
  const size = length < 126
    ? [length]
    : length < 0x10000
    ? [126, length >> 8, length & 0xff]
    : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  const [first = 0, ...rest] = size;
  const head = [(isFinal ? 0x80 : 0) | opcode, (mask === null ? 0 : 0x80) | first, ...rest];
  const masked = mask === null ? bytes : bytes.map((byte, i) => byte ^ (mask[i % 4] as number));
  return new Uint8Array([...head, ...mask ?? [], ...masked]);
}

/** A frame of the server. */
export interface ServerFrame {
  /** 1 is text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  /** As bytes. */
  readonly payload: Uint8Array;
}

/** One end of a WebSocket. */
export class WebSocketPeer implements AsyncDisposable {
  /** The bytes below it. */
  readonly bytes: ByteStream;
  #marks = 0;

  /** Over a connection that has said nothing yet. */
  constructor(bytes: ByteStream) {
    this.bytes = bytes;
  }

  /** Connects, and shakes hands. */
  static async connect(
    port: number,
    fields: Readonly<Record<string, string>> = {},
    pace?: Pace,
  ): Promise<WebSocketPeer> {
    const peer = new WebSocketPeer(await ByteStream.connect(port, pace));
    await peer.shakeHands(fields);
    return peer;
  }

  /** Connects, shakes hands, and registers with IRC. */
  static async enter(port: number, nick: string, pace?: Pace): Promise<WebSocketPeer> {
    const peer = await WebSocketPeer.connect(port, {}, pace);
    await peer.says(`NICK ${nick}`, `USER ${nick} 0 * :${nick}`);
    await peer.answers();
    return peer;
  }

  /** Asks for a WebSocket; returns the subprotocol. */
  async shakeHands(fields: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
    await this.bytes.send(request(fields));
    const lines = (await this.bytes.until("\r\n\r\n")).split("\r\n");
    assertEquals(lines.slice(0, 4), [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${ACCEPT}`,
    ]);
    return lines[4]?.replace("Sec-WebSocket-Protocol: ", "");
  }

  /** Sends each line as a message. */
  async says(...lines: readonly string[]): Promise<void> {
    for (const line of lines) await this.bytes.send(frame(line));
  }

  /** The next frame, whose form is right for a server. */
  async frame(): Promise<ServerFrame> {
    const [first = 0, second = 0] = await this.bytes.take(2, "a frame");
    assert((first & 0xf0) === 0x80, "A frame of the server is whole");
    assert(second < 0x80, "A server masks nothing");
    const size = second < 126 ? 0 : second === 126 ? 2 : 8;
    const more = await this.bytes.take(size);
    const length = size === 0 ? second : more.reduce((sum, byte) => sum * 256 + byte, 0);
    return { opcode: first & 0x0f, payload: (await this.bytes.take(length)).slice() };
  }

  /** The next message as text, of the kind that was agreed on. */
  async reads(opcode = 1): Promise<string> {
    const each = await this.frame();
    assertEquals(each.opcode, opcode);
    const line = new TextDecoder("utf-8", { fatal: true }).decode(each.payload);
    assert(!/[\r\n]/.test(line), "A message has no line end");
    return line;
  }

  /** All messages up to the answer to a PING. */
  async answers(): Promise<string[]> {
    const mark = `mark${++this.#marks}`;
    await this.says(`PING ${mark}`);
    const lines: string[] = [];
    for (let line; (line = await this.reads()) !== `:${SERVER} PONG ${SERVER} :${mark}`;) {
      lines.push(line);
    }
    return lines;
  }

  /** Reads up to the frame that closes; returns its code. Then the stream ends. */
  async closeCode(): Promise<number> {
    let each = await this.frame();
    while (each.opcode !== 8) each = await this.frame();
    const [high = 0, low = 0] = each.payload;
    assertEquals(await this.bytes.untilEnd(), "");
    return high * 256 + low;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bytes[Symbol.asyncDispose]();
  }
}

/** A running server with a port for WebSockets; stops at the end of the test. */
export class WebSocketServer extends OpenPort {
  /** Starts one; pages of `origins` may use it. With `isSecure` the port speaks TLS. */
  constructor(
    { origins = [], isSecure = false, ...options }: Partial<ServeOptions> & {
      readonly origins?: readonly string[];
      readonly isSecure?: boolean;
    } = {},
  ) {
    const allowed = new Set(origins);
    const where = { host: "127.0.0.1", port: 0 };
    const { listen, begin } = tlsPortWith();
    const websocket: WebSocketPort = isSecure
      ? {
        ...where,
        isSecure: true,
        listen,
        begin: (lower, inTurn) => acceptWebSocketOver(begin(lower, inTurn), allowed, inTurn),
      }
      : {
        ...where,
        isSecure: false,
        begin: (lower, inTurn) => acceptWebSocket(lower, allowed, inTurn),
      };
    super({ websocket, ...options }, "info");
  }

  /** The port for WebSockets. */
  get webPort(): number {
    return this.server.websocketAddress?.port as number;
  }
}
