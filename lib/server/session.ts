/**
 * A connection's life in the server: its first bytes show its protocol, its frames become commands, and
 * the sequencer applies these. Whatever ends a connection ends it here, and only this one.
 *
 *   ring -> framing -> codec -> sequencer        and after each command, in this order:
 *                                                  it waits for readers that are behind (back pressure),
 *                                                  and until it has paid for what it caused (flood control)
 *
 * While a session waits it reads nothing, its commands keep their order, and nobody else waits.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { UserEvent } from "../chat/event.ts";
import type { Origin, User } from "../chat/user.ts";
import { FrameError } from "../framing/errors.ts";
import type { Frame } from "../framing/frame.ts";
import type { RingBuffer } from "../framing/ring_buffer.ts";
import type { Connection } from "../net/connection.ts";
import type { Clock, Deadlines } from "../net/deadline.ts";
import { withTimeout } from "../net/with_timeout.ts";
import type { Dialect, Protocol, ServerCodec, ServerFacts, Step } from "../protocol/protocol.ts";
import { sniff } from "../protocol/sniff.ts";
import { SNIFF_BYTES } from "../protocol/sniff_rules.ts";
import { both, type Dispatch } from "./dispatch.ts";
import { type Limits, SPEECH_ALLOWANCE_BYTES } from "./limits.ts";
import { priceOf, priceOfAnswer, priceOfFrame } from "./prices.ts";
import type { Log } from "./log.ts";
import type { LogDetails } from "./log_line.ts";
import type { Sequencer } from "./sequencer.ts";
import type { Silence } from "./silence.ts";
import type { Tally } from "./status.ts";
import { Subscriber } from "./subscriber.ts";
import { TokenBucket } from "./token_bucket.ts";
import type { Work } from "./work.ts";

/** What all sessions of one server share. */
export interface SessionContext {
  /** The way into the chat. */
  readonly sequencer: Sequencer;
  /** The way to every user. */
  readonly dispatch: Dispatch;
  /** Ends sessions that do not register in time. */
  readonly registration: Deadlines<Session>;
  /** Ends sessions whose peers are gone without a word. */
  readonly silence: Silence;
  /** What the port speaks. */
  readonly protocols: readonly Protocol[];
  /** What protocols may say about the server. */
  readonly facts: ServerFacts;
  /** What a session may use. */
  readonly limits: Limits;
  /** Receives a line for each event. */
  readonly log: Log;
  /** Counts for the operator. */
  readonly tally: Tally;
  /** The clock of the flood control. */
  readonly clock: Clock;
}

/** What belongs to one session alone. */
export interface SessionParts {
  /** Counts up from 1; in every log line of the connection. */
  readonly id: number;
  /** Its stream. */
  readonly connection: Connection;
  /** The account of its work. */
  readonly work: Work;
  /** Where its user comes from, for the chat: its network, address and cloak. */
  readonly origin: Origin;
}

/** Idle time in milliseconds after which an unterminated line or first message counts as complete. */
const SILENCE_MS = 100;
/** The last words of a server are at least this many milliseconds behind the chat before them. */
const FAREWELL_GAP_MS = 50;
/** Milliseconds for a peer to end its side once we have ended ours. */
const LINGER_MS = 250;

/** One connection in the server. */
export class Session {
  /** Counts up from 1; in every log line of this connection. */
  readonly id: number;
  readonly #connection: Connection;
  readonly #context: SessionContext;
  readonly #work: Work;
  readonly #user: User;
  // Undefined until the first bytes have shown the protocol.
  #protocol: Protocol | undefined;
  #codec: ServerCodec | undefined;
  #dialect: Dialect | undefined;
  // From then on what still comes is read, so that the socket is not reset, and ignored.
  #ending: Promise<void> | undefined;
  #endReason: string | undefined;
  // Why others see its user leave; a reason of the network's own is nobody else's business.
  #quitReason = "Connection closed";
  #nick: string | undefined;
  #serverStops = false;
  // The server stops: nothing slows this session down any more.
  #draining = false;
  #busy = false;
  #steps = 0;
  // Of the frame that is being taken: what its bytes cost each of its commands, its price so far, and the
  // readers to wait for.
  #frameTokens = 0;
  #owed = 0;
  #behind: Promise<void> | undefined;
  // Made when it first speaks to readers that are behind.
  #allowance: TokenBucket | undefined;

  /** Enters the hub, unregistered. `run` must follow. */
  constructor({ id, connection, work, origin }: SessionParts, context: SessionContext) {
    this.id = id;
    this.#connection = connection;
    this.#context = context;
    this.#work = work;
    this.#user = context.sequencer.connect(origin);
    context.registration.add(this);
    connection.silenceMs = SILENCE_MS;
  }

  /** Reads until the connection ends, then takes the user out of the chat. Never rejects. */
  async run(): Promise<void> {
    this.#context.log.debug("connected", this.#details);
    try {
      for await (const ring of this.#connection) {
        this.#steps++;
        if (this.#codec?.probe !== undefined) this.#context.silence.noteRead(this);
        // Most reads need no wait, and so no promise.
        const wait = this.#take(ring);
        if (wait !== undefined) await this.#takeOn(ring, wait);
      }
      // What a reset has cut off is no message; what the peer ended in good order is one.
      if (this.#connection.endedByPeer) await this.#takeLast(this.#connection.ring);
    } catch (error) {
      this.#fault(error);
    }
    const { drainTimeout } = this.#context.limits;
    // Its last words may wait for a peer that has ended its side and does not read.
    if (this.#ending !== undefined) await withTimeout(this.#ending, drainTimeout);
    this.#leave();
    await this.#connection.settle(drainTimeout);
  }

  /** Ends the session from outside, at once; `reason` goes into the log. */
  close(reason: string): void {
    if (this.#connection.reason === undefined) this.#endReason = reason;
    this.#connection.close(reason);
  }

  /** Ends the session from outside behind what waits for its user, who is told `reason` if that is possible. */
  expel(reason: string): void {
    // Other dialects have no word for it that a client expects at any moment.
    if (this.#codec?.probe === undefined) return this.close(reason);
    this.#quitReason = reason;
    // Never rejects, and `run` waits for it.
    this.#end(reason, this.#lastWords({ type: "closing", reason }));
  }

  /** Asks the peer whether it is still there. */
  probe(): void {
    const probe = this.#codec?.probe;
    if (probe !== undefined) this.#connection.send(probe);
  }

  /** Bytes that its socket has not taken yet. */
  get pending(): number {
    return this.#connection.pending;
  }

  /** Bytes that its socket has taken so far. */
  get taken(): number {
    return this.#connection.taken;
  }

  /** The name of its protocol, as soon as that is known. */
  get protocolName(): string | undefined {
    return this.#protocol?.name;
  }

  /** Whether it is a user of the chat. */
  get isRegistered(): boolean {
    return this.#user.person !== undefined;
  }

  /** Reads that it has handled; with `isBusy` it shows whether anything is left to be read. */
  get steps(): number {
    return this.#steps;
  }

  /** Whether it is not ready to read on yet. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /** Begins the server's shutdown: what the peer has sent is taken as fast as it can be. */
  drain(): void {
    this.#draining = true;
    this.#connection.resume();
  }

  /**
   * Ends it for the server's shutdown: takes no more commands, delivers what it has accepted, and does not
   * announce that the user leaves. Resolves when that is done; never rejects.
   */
  stop(): Promise<void> {
    this.#serverStops = true;
    const farewell = this.isRegistered ? this.#lastWords({ type: "stopping" }) : undefined;
    return this.#end("server stopped", farewell);
  }

  #lastWords(event: UserEvent): Uint8Array | undefined {
    try {
      return this.#codec?.encodeReply(event, this.#context.sequencer.stamp()).bytes;
    } catch (error) {
      // A fault in one protocol must not keep the others from their farewell.
      this.#fault(error);
      return undefined;
    }
  }

  get #details(): LogDetails {
    const nick = this.#nick;
    return {
      connection: this.id,
      peer: this.#connection.peer,
      protocol: this.#protocol?.name,
      ...(nick === undefined ? {} : { nick }),
    };
  }

  /** Takes the rest of what the ring holds, and waits wherever a command makes it wait. */
  async #takeOn(ring: RingBuffer, first: Promise<void>): Promise<void> {
    this.#busy = true;
    for (let wait: Promise<void> | undefined = first; wait !== undefined; wait = this.#take(ring)) {
      await wait;
    }
    this.#busy = false;
  }

  /** Takes frames until there is none, or until one of them makes the session wait. */
  #take(ring: RingBuffer): Promise<void> | undefined {
    if (this.#codec === undefined) this.#sniff(ring, this.#connection.silent);
    for (;;) {
      // A command may have ended its own connection.
      if (this.#connection.reason !== undefined || this.#codec === undefined) return undefined;
      if (this.#ending !== undefined) {
        ring.consume(ring.length);
        return undefined;
      }
      const frame = this.#codec.framing.next(ring);
      if (frame === undefined) break;
      const wait = this.#takeFrame(frame, this.#codec);
      if (wait !== undefined) return wait;
    }
    return this.#connection.silent ? this.#takeRest(ring) : undefined;
  }

  /** Takes what is left when the peer has ended its side. */
  async #takeLast(ring: RingBuffer): Promise<void> {
    if (this.#codec === undefined && ring.length > 0) this.#sniff(ring, true);
    for (let frame; (frame = this.#codec?.framing.next(ring)) !== undefined;) {
      if (this.#codec !== undefined) await this.#takeFrame(frame, this.#codec);
    }
    await this.#takeRest(ring);
  }

  /** Takes what has no end mark, for none will come. */
  #takeRest(ring: RingBuffer): Promise<void> | undefined {
    if (this.#ending !== undefined) return undefined;
    const frame = this.#codec?.framing.rest?.(ring);
    return frame && this.#codec && this.#takeFrame(frame, this.#codec);
  }

  /** A frame that asks nothing has its price as well: a flood of them is work, too. */
  #takeFrame(frame: Frame, codec: ServerCodec): Promise<void> | undefined {
    const { length } = frame;
    const decoded = codec.decode(frame);
    this.#owed = 0;
    this.#frameTokens = priceOfFrame(length);
    if (decoded === undefined) this.#owed = this.#frameTokens + codec.ignoredCost;
    else if (isList(decoded)) return this.#takeSteps(decoded, codec);
    else if (decoded.type === "wait") return this.#takeSteps([decoded], codec);
    else this.#takeStep(decoded);
    return this.#endFrame(codec);
  }

  /** Takes the steps of one frame, and waits where one of them says so. */
  #takeSteps(steps: readonly Step[], codec: ServerCodec): Promise<void> | undefined {
    for (const [i, step] of steps.entries()) {
      if (step.type !== "wait") this.#takeStep(step);
      else {
        const rest = steps.slice(i + 1);
        return this.#outcomeOf(step.steps).then((more) =>
          this.#takeSteps([...more, ...rest], codec)
        );
      }
    }
    return this.#endFrame(codec);
  }

  /** What `steps` resolves to; nothing when the connection is closed before, so that its end waits for nobody. */
  async #outcomeOf(steps: Promise<readonly Step[]>): Promise<readonly Step[]> {
    let isSettled = false;
    const settled = steps.then(() => {}, () => {}).then(() => {
      isSettled = true;
    });
    // A drain ends every pause, but not this wait: the order of the commands holds.
    while (!isSettled && !this.#connection.isClosed) await this.#connection.pauseFor(settled);
    return isSettled ? steps : [];
  }

  #takeStep(step: Exclude<Step, { type: "wait" }>): void {
    const { dispatch } = this.#context;
    if (step.type === "answer") {
      this.#connection.send(step.bytes);
      this.#owed += priceOfAnswer(step.bytes.length);
      return;
    }
    dispatch.resetEffort();
    const behind = this.#apply(step);
    this.#owed += priceOf(1 + this.#frameTokens, dispatch.effort);
    if (behind !== undefined && !this.#isAllowance(step)) this.#behind = both(this.#behind, behind);
  }

  /** The frame has been answered: what must be waited for now, before the next one. */
  #endFrame(codec: ServerCodec): Promise<void> | undefined {
    const last = codec.finish?.();
    if (last !== undefined && last.length > 0) this.#connection.send(last);
    if (codec.dialect !== this.#dialect) {
      this.#dialect = codec.dialect;
      this.#context.dispatch.changeDialect(this.#user);
    }
    if (codec.done) {
      // Never rejects, and `run` waits for it.
      this.#end("ended by protocol");
    }
    const behind = this.#behind;
    this.#behind = undefined;
    const ms = this.#draining ? 0 : this.#work.take(this.#owed);
    if (ms === 0) return behind && this.#connection.pauseFor(behind);
    const paid = this.#connection.pause(ms);
    return behind === undefined ? paid : paid.then(() => this.#connection.pauseFor(behind));
  }

  /**
   * Whether `command` is of the little that everybody may say in a channel whose readers are behind: only
   * whoever fills it has to wait for it.
   */
  #isAllowance(command: Command): boolean {
    if (command.type !== "say" && command.type !== "emote" && command.type !== "dm") return false;
    const { clock } = this.#context;
    this.#allowance ??= new TokenBucket(SPEECH_ALLOWANCE_BYTES, SPEECH_ALLOWANCE_BYTES, clock);
    if (this.#allowance.wait > 0) return false;
    this.#allowance.take(command.text.length);
    return true;
  }

  #apply(command: Command): Promise<void> | undefined {
    const { sequencer, log, registration, tally } = this.#context;
    if (log.debugs) log.debug(command.type, { connection: this.id });
    switch (command.type) {
      case "say":
      case "emote":
      case "dm":
        tally.messages++;
    }
    const behind = sequencer.apply(this.#user, command);
    if (command.type === "register" || command.type === "invalid") {
      this.#noteRegistration(command, registration);
    }
    return behind;
  }

  /** An operator asks why a user did not get in, or under which name it did; the log answers. */
  #noteRegistration(command: Command, registration: Deadlines<Session>): void {
    const { person } = this.#user;
    if (person === undefined) {
      this.#context.log.info("registration refused", {
        ...this.#details,
        ...(command.type === "register" ? { nick: command.nick } : {}),
        reason: command.type === "invalid" ? reasonOf(command) : this.#endReason ?? "nick in use",
      });
      return;
    }
    if (command.type !== "register" || person.nick === this.#nick) return;
    this.#nick = person.nick;
    registration.delete(this);
    this.#context.log.info("registered", this.#details);
  }

  #sniff(ring: RingBuffer, silent: boolean): void {
    if (this.#ending !== undefined) return ring.consume(ring.length);
    const prefix = ring.view(Math.min(ring.length, SNIFF_BYTES));
    const verdict = sniff(this.#context.protocols, prefix, silent);
    switch (verdict.is) {
      case "more":
        return;
      case "protocol":
        return this.#speak(verdict.protocol);
      case "refused":
        ring.consume(ring.length);
        // Never rejects, and `run` waits for it.
        this.#end(verdict.reason, verdict.answer);
        return;
      case "unknown": {
        const start = Array.from(prefix.subarray(0, 8), hexOf);
        this.#connection.close(`no protocol begins with bytes ${start.join(" ")}`);
      }
    }
  }

  #speak(protocol: Protocol): void {
    const codec = protocol.serverCodec(this.#context.facts);
    this.#protocol = protocol;
    this.#codec = codec;
    this.#dialect = codec.dialect;
    // Never rejects, and `run` waits for it.
    const end = (reason: string) => void this.#end(reason);
    this.#context.dispatch.add(this.#user, new Subscriber(this.#connection, codec, end));
    if (codec.framing.rest === undefined) this.#connection.silenceMs = 0;
    if (codec.probe !== undefined) this.#context.silence.noteRead(this);
    this.#context.log.debug(`speaks ${protocol.name}`, { connection: this.id });
  }

  /** Sends what waits, and `farewell` apart from it; then ends the connection in good order. */
  #end(reason: string, farewell?: Uint8Array): Promise<void> {
    this.#endReason ??= reason;
    this.#ending ??= this.#finish(reason, farewell);
    // A session that is slowed down reads again, and drops what it reads.
    this.#connection.resume();
    return this.#ending;
  }

  async #finish(reason: string, farewell?: Uint8Array): Promise<void> {
    if (farewell !== undefined && farewell.length > 0) {
      await this.#connection.drain();
      await this.#connection.pause(FAREWELL_GAP_MS);
      this.#connection.send(farewell);
    }
    await this.#connection.finish();
    // Closing a socket with unread bytes would reset it, and the peer could lose our last ones.
    await this.#connection.pause(LINGER_MS);
    this.#connection.close(reason);
  }

  #fault(error: unknown): void {
    if (error instanceof FrameError) {
      this.#connection.close(`${error.code} frame: ${error.message}`);
      return;
    }
    const trace = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#context.log.error("fault in the server", { connection: this.id, reason: trace });
    this.#connection.close("fault in the server");
  }

  #leave(): void {
    const { sequencer, dispatch, registration, silence, log } = this.#context;
    registration.delete(this);
    silence.delete(this);
    try {
      dispatch.resetEffort();
      sequencer.disconnect(this.#user, this.#quitReason, this.#serverStops);
      // Its address pays, for a peer that comes and goes.
      this.#work.take(priceOf(1, dispatch.effort));
    } catch (error) {
      // Some may not have learned of it; this connection ends all the same.
      this.#fault(error);
    }
    const { reason } = this.#connection;
    // Once we end it, the peer's closing is only the answer to that.
    const why = reason === "closed by peer" ? this.#endReason ?? reason : reason;
    log.info("ended", { ...this.#details, reason: why });
  }
}

function isList(decoded: Step | readonly Step[]): decoded is readonly Step[] {
  return Array.isArray(decoded);
}

function reasonOf({ refusal }: Extract<Command, { type: "invalid" }>): string {
  return refusal.code.replaceAll("_", " ");
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
