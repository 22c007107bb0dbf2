/**
 * WebSockets over any transport, as a transport of lines: a server's end, for programs in browsers
 * (RFC 6455, and IRCv3 websocket). Each incoming message is a line with CRLF behind it, and each
 * line that is written is a message.
 *
 *   socket --(TLS)--> request, answer --> frames <-> lines --> connection
 *
 * 1. MUST read only when somebody waits for bytes, and as many as there is room for: a reader that
 *    waits slows the peer down.
 * 2. MUST return from a read that has brought no text as well, and after a few frames, so that
 *    somebody pays for them.
 * 3. MUST judge requests and decode frames in the turns of their address: of both, a peer can
 *    send very many.
 * 4. MUST answer pings without a queue: of several that came meanwhile, the last.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { RingPool } from "../framing/ring_pool.ts";
import { ends } from "./ends.ts";
import type { Handshake, InTurn } from "./tls.ts";
import type { StreamAddress, Transport } from "./transport.ts";
import {
  CLOSE,
  closeFrame,
  controlFrame,
  FrameReader,
  LineMessages,
  MAX_CONTROL_BYTES,
  OPCODE,
  SLACK_BYTES,
  WebSocketFault,
} from "./websocket_frames.ts";
import {
  acceptance,
  END_OF_REQUEST,
  indexOfEnd,
  isRequest,
  judgeRequest,
  KEY_SUFFIX,
  MAX_REQUEST_BYTES,
  type Origins,
  refuseLongRequest,
  type RequestVerdict,
  SUBPROTOCOLS,
} from "./websocket_request.ts";
import { withTimeout } from "./with_timeout.ts";

/** The longest message in bytes. A line of IRC with all of its tags has a third of this. */
const MAX_MESSAGE_BYTES = 16 * 1024;
/** The most bytes of lines of one write: its caller learns often how much the peer has taken. */
const WRITE_BYTES = 16 * 1024;
/** The most bytes of one read, of which all may be frames without text. */
const READ_BYTES = 4 * 1024;
/** Bytes of a read where the reader has hardly any room. */
const SMALL_BYTES = 64;
/** Milliseconds for a closed connection's last frame; a peer that reads takes it at once. */
const LAST_FRAME_MS = 100;

const pool = new RingPool(MAX_REQUEST_BYTES);

/** The handshake failed. */
export class WebSocketError extends Error {
  /** `message` has no full stop. */
  constructor(message: string) {
    super(message);
    this.name = "WebSocketError";
  }
}

const AT_ONCE: InTurn = (work) => work();

/**
 * Shakes hands as a server, over `lower`, which belongs to the handshake from now on. It reads the
 * peer's bytes `inTurn`, during the handshake and later.
 */
export function acceptWebSocket(
  lower: Transport,
  origins: Origins,
  inTurn: InTurn = AT_ONCE,
): Handshake {
  let isOver = false;
  const { promise, resolve, reject } = Promise.withResolvers<Transport>();
  const fail = (error: Error) => {
    if (isOver) return;
    isOver = true;
    reject(error);
    lower.close();
  };
  shakeHands(lower, origins, inTurn).then((transport) => {
    if (isOver) return;
    isOver = true;
    resolve(transport);
  }, (error) => ends.add(() => fail(error), lower.remoteAddr.hostname));
  return { done: promise, abort: () => fail(new WebSocketError("given up")) };
}

async function shakeHands(
  lower: Transport,
  origins: Origins,
  inTurn: InTurn,
): Promise<Transport> {
  const memory = pool.take();
  try {
    const { length, end } = await readRequest(lower, memory);
    const [verdict, answer] = await whatComesOf(
      inTurn,
      () => judge(end === undefined ? undefined : memory.subarray(0, end), origins),
    );
    if (verdict.is === "refused") return await refuse(lower, verdict);
    const { subprotocol } = verdict;
    await writeAll(lower, answer);
    const kind = subprotocol === undefined ? "text" : SUBPROTOCOLS.get(subprotocol);
    const early = memory.slice((end as number) + END_OF_REQUEST.length, length);
    const opcode = kind === "binary" ? OPCODE.binary : OPCODE.text;
    return new WebSocketTransport(lower, { opcode, early, inTurn });
  } finally {
    // No read is under way, because each was awaited.
    pool.give(memory);
  }
}

/** Resolves to the result of `work`, after its turn. */
async function whatComesOf<Result>(inTurn: InTurn, work: () => Result): Promise<Result> {
  let result: Result | undefined;
  await inTurn(() => {
    result = work();
    return undefined;
  });
  return result as Result;
}

/** Judges a request, or one that is too long, and makes the answer to one that is accepted. */
function judge(
  request: Uint8Array | undefined,
  origins: Origins,
): readonly [RequestVerdict, Uint8Array] {
  const verdict = request === undefined
    ? refuseLongRequest()
    : judgeRequest(String.fromCharCode(...request), origins);
  if (verdict.is === "refused") return [verdict, EMPTY];
  // WebCrypto would take ten times as long.
  const accept = createHash("sha1").update(verdict.key + KEY_SUFFIX).digest("base64");
  return [verdict, encode(acceptance(accept, verdict.subprotocol))];
}

/** Shakes hands like `acceptWebSocket`, after another handshake such as that of TLS. */
export function acceptWebSocketOver(
  first: Handshake,
  origins: Origins,
  inTurn: InTurn = AT_ONCE,
): Handshake {
  let current = first;
  let isAborted = false;
  const begin = (lower: Transport) => {
    current = acceptWebSocket(lower, origins, inTurn);
    if (isAborted) current.abort();
    return current.done;
  };
  const abort = () => {
    isAborted = true;
    current.abort();
  };
  return { done: first.done.then(begin), abort };
}

/** Reads up to the empty line, or beyond it. Without one in all of `memory`, there is no `end`. */
async function readRequest(
  lower: Transport,
  memory: Uint8Array,
): Promise<{ readonly length: number; readonly end?: number }> {
  let length = 0;
  while (length < memory.length) {
    const count = await lower.read(memory.subarray(length));
    if (count === null) throw new WebSocketError("ended during the handshake");
    const from = Math.max(0, length - END_OF_REQUEST.length + 1);
    length += count;
    if (!isRequest(memory.subarray(0, length))) return { length, end: 0 };
    const end = indexOfEnd(memory.subarray(0, length), from);
    if (end >= 0) return { length, end };
  }
  return { length };
}

async function refuse(
  lower: Transport,
  { answer, reason }: Extract<RequestVerdict, { is: "refused" }>,
): Promise<never> {
  try {
    await writeAll(lower, encode(answer));
    await lower.closeWrite();
  } catch {
    // The peer has gone already.
  }
  throw new WebSocketError(reason);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function writeAll(lower: Transport, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await lower.write(rest));
}

const EMPTY = new Uint8Array(0);

/** A WebSocket whose handshake is done. */
class WebSocketTransport implements Transport {
  readonly remoteAddr: StreamAddress;
  readonly #lower: Transport;
  readonly #inTurn: InTurn;
  readonly #reader: FrameReader;
  readonly #messages: LineMessages;
  // Frames that are not read yet, behind a place for the slack: they came with the request, or
  // were too many.
  #frames = EMPTY;
  // The last read has filled its room, so there is probably more to read.
  #isFilled = false;
  // Lines for which there was no room.
  #rest = EMPTY;
  #writing: Promise<void> | undefined;
  // The payload of the last ping, until its read is over, and memory for it.
  #ping: Uint8Array | undefined;
  #pings = EMPTY;
  // The answer to the last ping, as long as it waits for a write.
  #pong: Uint8Array | undefined;
  #isClosing = false;
  #closeCode: number = CLOSE.normal;

  constructor(
    lower: Transport,
    { opcode, early, inTurn }: {
      readonly opcode: number;
      readonly early: Uint8Array;
      readonly inTurn: InTurn;
    },
  ) {
    this.remoteAddr = lower.remoteAddr;
    this.#lower = lower;
    this.#inTurn = inTurn;
    this.#messages = new LineMessages(opcode);
    this.#reader = new FrameReader({
      maxMessageBytes: MAX_MESSAGE_BYTES,
      onPing: (payload) => this.#note(payload),
    });
    this.#keep(early);
  }

  get hasMore(): boolean {
    return this.#isFilled || this.#frames.length > 0 || this.#rest.length > 0;
  }

  async read(target: Uint8Array): Promise<number | null> {
    if (this.#rest.length === 0 && this.#frames.length > 0) {
      await this.#inTurn(() => {
        this.#rest = this.#takeKept();
        return undefined;
      });
      if (this.#rest.length === 0) {
        return this.#reader.closeCode === undefined ? 0 : await this.#end();
      }
    }
    if (this.#rest.length > 0) return this.#giveRest(target);
    if (this.#reader.closeCode !== undefined) return await this.#end();
    if (target.length >= SMALL_BYTES) return await this.#readInto(target);
    const small = new Uint8Array(SMALL_BYTES);
    const count = await this.#readInto(small);
    if (count === null) return null;
    this.#rest = small.subarray(0, count);
    return this.#giveRest(target);
  }

  write(bytes: Uint8Array): Promise<number> {
    const part = bytes.length > WRITE_BYTES ? bytes.subarray(0, WRITE_BYTES) : bytes;
    const frames = this.#messages.take(part);
    return this.#send(frames).then(() => part.length);
  }

  async closeWrite(): Promise<void> {
    await this.#sayEnd();
    await this.#lower.closeWrite();
  }

  /** Closes at once. The peer learns the reason if no write is under way. */
  close(): void {
    if (this.#isClosing || this.#writing !== undefined) return this.#lower.close();
    void withTimeout(this.#sayEnd().catch(() => {}), LAST_FRAME_MS).then(() => this.#lower.close());
  }

  /** Reads once; the lines stand at the beginning of `target`. */
  async #readInto(target: Uint8Array): Promise<number | null> {
    const most = Math.min(target.length, SLACK_BYTES + READ_BYTES);
    const count = await this.#lower.read(target.subarray(SLACK_BYTES, most));
    if (count === null) return null;
    this.#isFilled = this.#lower.hasMore ?? count === most - SLACK_BYTES;
    const bytes = target.subarray(0, SLACK_BYTES + count);
    let lines = 0;
    await this.#inTurn(() => {
      lines = this.#decode(bytes);
      this.#keep(bytes.subarray(this.#reader.end));
      return undefined;
    });
    // Nothing follows the peer's last frame, so its bytes end here.
    return lines === 0 && this.#reader.closeCode !== undefined ? await this.#end() : lines;
  }

  #decode(bytes: Uint8Array): number {
    try {
      return this.#reader.read(bytes);
    } catch (error) {
      if (error instanceof WebSocketFault) this.#closeCode = error.code;
      throw error;
    } finally {
      if (this.#ping !== undefined) this.#answer(controlFrame(OPCODE.pong, this.#ping));
      this.#ping = undefined;
    }
  }

  /** Keeps a copy of frames for the next read. */
  #keep(frames: Uint8Array): void {
    if (frames.length === 0) return;
    this.#frames = new Uint8Array(SLACK_BYTES + frames.length);
    this.#frames.set(frames, SLACK_BYTES);
  }

  /** The lines of the frames that were kept, or of the first of them. */
  #takeKept(): Uint8Array<ArrayBuffer> {
    const frames = this.#frames;
    const count = this.#decode(frames);
    const { end } = this.#reader;
    // What was read leaves room for the slack of what was not.
    this.#frames = end === frames.length ? EMPTY : frames.subarray(end - SLACK_BYTES);
    return frames.slice(0, count);
  }

  #giveRest(target: Uint8Array): number {
    const count = Math.min(this.#rest.length, target.length);
    target.set(this.#rest.subarray(0, count));
    // A view of nothing would keep its memory.
    this.#rest = count === this.#rest.length ? EMPTY : this.#rest.subarray(count);
    return count;
  }

  /** Answers the peer's closing frame with one, as the protocol demands. */
  async #end(): Promise<null> {
    this.#closeCode = this.#reader.closeCode ?? CLOSE.normal;
    await withTimeout(this.#sayEnd().catch(() => {}), LAST_FRAME_MS);
    return null;
  }

  /** Copies the payload of a ping, because the frames behind it overwrite its memory. */
  #note(payload: Uint8Array): void {
    if (this.#pings.length < payload.length) this.#pings = new Uint8Array(MAX_CONTROL_BYTES);
    this.#pings.set(payload);
    this.#ping = this.#pings.subarray(0, payload.length);
  }

  /** MUST 4. */
  #answer(pong: Uint8Array): void {
    this.#pong = pong;
    // A fault is reported to the next writer; a lost pong is none.
    if (this.#writing === undefined) this.#send(EMPTY).catch(() => {});
  }

  /** Sends the last frame, once. */
  async #sayEnd(): Promise<void> {
    if (this.#isClosing) return;
    const sent = this.#send(closeFrame(this.#closeCode));
    this.#isClosing = true;
    await sent;
  }

  /** Writes `frames` after the write under way. Nothing follows a closing frame. */
  #send(frames: Uint8Array): Promise<void> {
    if (this.#isClosing) return Promise.reject(new Error("the WebSocket is closed"));
    const before = this.#writing ?? Promise.resolve();
    const writing = before.then(() => this.#writeNow(frames)).finally(() => {
      if (this.#writing !== writing) return;
      this.#writing = undefined;
      // A ping may have come during this write.
      if (this.#pong !== undefined && !this.#isClosing) this.#answer(this.#pong);
    });
    // The next writer learns of a fault by its own write.
    writing.catch(() => {});
    return this.#writing = writing;
  }

  async #writeNow(frames: Uint8Array): Promise<void> {
    await writeAll(this.#lower, frames);
    for (let pong; (pong = this.#pong) !== undefined && !this.#isClosing;) {
      this.#pong = undefined;
      await writeAll(this.#lower, pong);
    }
  }
}
