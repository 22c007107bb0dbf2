/**
 * Handles one connection's frames: the codec decodes each into commands, the sequencer applies them
 * in order, and the bill charges for what they cause.
 *
 * @module
 */

import type { Command } from "../chat/command.ts";
import type { UserEvent } from "../chat/event.ts";
import type { HistoryAsk } from "../chat/history.ts";
import type { User } from "../chat/user.ts";
import type { Frame } from "../framing/frame.ts";
import type { Framing } from "../framing/framing.ts";
import type { Connection } from "../net/connection.ts";
import type { Dialect, ServerCodec, Step } from "../protocol/protocol.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Share } from "./fair_turns.ts";
import type { FrameBill } from "./frame_bill.ts";
import type { HistoryDesk } from "./history_desk.ts";
import type { Sequencer } from "./sequencer.ts";
import type { SessionEnd } from "./session_end.ts";
import type { SessionLog } from "./session_log.ts";
import type { Tally } from "./status.ts";

/** The parts that the handler shares with its session. */
export interface FrameHandlerParts {
  /** The user who sends the commands. */
  readonly user: User;
  /** Receives the codec's own answers. */
  readonly connection: Connection;
  /** Is charged for each frame. */
  readonly bill: FrameBill;
  /** Its address's share of the time. */
  readonly share: Share;
  /** Receives a line for what the operator should see. */
  readonly log: SessionLog;
  /** The end of the session, which the protocol may begin. */
  readonly end: SessionEnd;
  /** Called when the user gets in. */
  readonly onRegistered: () => void;
}

/** The parts that the handlers of a server share. */
export interface FrameHandlerContext {
  /** Applies commands to the chat. */
  readonly sequencer: Sequencer;
  /** Delivers to users. */
  readonly dispatch: Dispatch;
  /** Answers questions about the history; left out where none is kept. */
  readonly history?: HistoryDesk;
  /** Counts for the operator. */
  readonly tally: Tally;
}

/** A step that the handler takes at once. */
type Prompt = Exclude<Step, { type: "wait" }> | {
  readonly type: "tell";
  readonly event: UserEvent;
};

/** Handles the frames of one connection, whose protocol is known. */
export class FrameHandler {
  readonly #codec: ServerCodec;
  readonly #user: User;
  readonly #connection: Connection;
  readonly #bill: FrameBill;
  readonly #share: Share;
  readonly #log: SessionLog;
  readonly #end: SessionEnd;
  readonly #onRegistered: () => void;
  readonly #sequencer: Sequencer;
  readonly #dispatch: Dispatch;
  readonly #tally: Tally;
  readonly #history: HistoryDesk | undefined;
  #dialect: Dialect;

  /** A handler of frames that `codec` decodes. */
  constructor(
    codec: ServerCodec,
    { user, connection, bill, share, log, end, onRegistered }: FrameHandlerParts,
    { sequencer, dispatch, tally, history }: FrameHandlerContext,
  ) {
    this.#codec = codec;
    this.#user = user;
    this.#connection = connection;
    this.#bill = bill;
    this.#share = share;
    this.#log = log;
    this.#end = end;
    this.#onRegistered = onRegistered;
    this.#sequencer = sequencer;
    this.#dispatch = dispatch;
    this.#tally = tally;
    this.#history = history;
    this.#dialect = codec.dialect;
  }

  /** Cuts the connection's bytes into frames. */
  get framing(): Framing {
    return this.#codec.framing;
  }

  /** Handles `frame`. Returns what the session must wait for before the next one. */
  handle(frame: Frame): Promise<void> | undefined {
    const codec = this.#codec;
    const { length } = frame;
    const decoded = codec.decode(frame);
    this.#bill.begin(length);
    if (decoded === undefined || isList(decoded) && decoded.length === 0) {
      this.#bill.addIgnored(codec.ignoredCost);
    } else if (isList(decoded)) return this.#takeSteps(decoded);
    else if (this.#mustWaitFor(decoded)) return this.#takeSteps([decoded]);
    else this.#takeStep(decoded);
    return this.#endFrame();
  }

  /** Takes the steps of one frame, and waits at each step that requires it. */
  #takeSteps(steps: readonly (Step | Prompt)[]): Promise<void> | undefined {
    for (const [i, step] of steps.entries()) {
      const outcome = this.#waitFor(step);
      if (outcome !== undefined) {
        const rest = steps.slice(i + 1);
        return this.#outcomeOf(outcome).then((more) =>
          this.#share.run(() => this.#takeSteps([...more, ...rest]))
        );
      }
      this.#takeStep(step as Prompt);
      if (!this.#bill.isLong) continue;
      const paid = this.#bill.settle();
      if (paid === undefined && !this.#share.isOver) continue;
      return this.#takeLater(steps.slice(i + 1), paid);
    }
    return this.#endFrame();
  }

  /**
   * Takes the rest of a long frame when it is `paid` and its address has its turn, unless the
   * connection is closed then.
   */
  async #takeLater(
    rest: readonly (Step | Prompt)[],
    paid: Promise<void> | undefined,
  ): Promise<void> {
    await paid;
    await this.#share.run(() => this.#takeSteps(this.#connection.isClosed ? [] : rest));
  }

  /** Resolves to what `steps` resolves to, or to nothing as soon as the connection is closed. */
  async #outcomeOf<Kind>(steps: Promise<readonly Kind[]>): Promise<readonly Kind[]> {
    let isSettled = false;
    const settled = steps.then(() => {}, () => {}).then(() => {
      isSettled = true;
    });
    // `Session.drain` ends every pause, but not this wait: the commands keep their order.
    while (!isSettled && !this.#connection.isClosed) await this.#connection.pauseFor(settled);
    return isSettled ? steps : [];
  }

  #mustWaitFor(step: Step | Prompt): step is Extract<Step, { type: "wait" }> | HistoryAsk {
    const isAsk = HISTORY_ASKS.has(step.type);
    // A connection asks for the markers of an account before it has a user.
    const isDue = step.type === "markers" || this.#user.as.person !== undefined;
    const isAnswered = this.#history !== undefined && isDue;
    return step.type === "wait" || isAsk && isAnswered;
  }

  /**
   * The steps that a step becomes when it has waited; `undefined` for one that is taken at once.
   */
  #waitFor(step: Step | Prompt): Promise<readonly (Step | Prompt)[]> | undefined {
    if (!this.#mustWaitFor(step)) return undefined;
    return step.type === "wait" ? step.steps : this.#ask(step);
  }

  /**
   * Asks the history in the turn of this address: a thousand questions of one address do not delay
   * those of others.
   */
  async #ask(step: HistoryAsk): Promise<readonly (Step | Prompt)[]> {
    const history = this.#history;
    const outcome = await this.#share.asks.run(async () =>
      history === undefined || this.#connection.isClosed
        ? undefined
        : await history.answer(this.#user.as, step)
    );
    return outcome === undefined ? [] : [outcome];
  }

  #takeStep(step: Prompt): void {
    if (step.type === "answer") {
      this.#connection.send(step.bytes);
      this.#bill.addAnswer(step.bytes.length);
      return;
    }
    const dispatch = this.#dispatch;
    dispatch.resetEffort();
    const behind = step.type === "tell"
      ? this.#sequencer.answer(this.#user, step.event)
      : this.#apply(step);
    this.#bill.addCommand(step, dispatch.effort, behind);
  }

  /**
   * Completes the answer to a frame. Returns what the session must wait for before the next one.
   */
  #endFrame(): Promise<void> | undefined {
    const codec = this.#codec;
    const next = codec.goOn?.();
    if (next !== undefined) return this.#takeLater([next], this.#bill.settlePart());
    const last = codec.finish?.();
    if (last !== undefined && last.length > 0) {
      this.#connection.send(last);
      this.#bill.addAnswer(last.length);
    }
    if (codec.dialect !== this.#dialect) {
      this.#dialect = codec.dialect;
      this.#bill.addMoves(this.#dispatch.changeDialect(this.#user));
    }
    // Never rejects, and `run` waits for it.
    if (codec.done) this.#end.begin("ended by protocol");
    return this.#bill.settle();
  }

  #apply(command: Command): Promise<void> | undefined {
    this.#log.command(command);
    switch (command.type) {
      case "say":
      case "emote":
      case "dm":
        this.#tally.messages++;
    }
    const behind = this.#sequencer.apply(this.#user, command);
    if (command.type === "register" || command.type === "invalid") this.#noteRegistration(command);
    return behind;
  }

  /** Logs whether the user got in, and ends the deadline if so. */
  #noteRegistration(command: Extract<Command, { type: "register" | "invalid" }>): void {
    const { person } = this.#user.as;
    if (person === undefined) return this.#log.registrationRefused(command, this.#end.announced);
    if (command.type !== "register" || person.nick === this.#log.nick) return;
    this.#onRegistered();
    this.#log.registered(person.nick);
  }
}

/** Commands that the history answers, and not the hub. */
const HISTORY_ASKS: ReadonlySet<string> = new Set(
  [
    "history",
    "history_targets",
    "marker",
    "markers",
    "redact",
    "search",
    "missed",
  ] satisfies HistoryAsk["type"][],
);

function isList(decoded: Step | readonly Step[]): decoded is readonly Step[] {
  return Array.isArray(decoded);
}
