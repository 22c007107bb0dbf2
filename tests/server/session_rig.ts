/**
 * Sessions without a server around them: real sockets and a real hub, and the stubs that a test puts in between.
 *
 * @module
 */

import { Hub } from "../../lib/chat/hub.ts";
import { Connection } from "../../lib/net/connection.ts";
import { type Clock, Deadlines, systemClock } from "../../lib/net/deadline.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { DEFAULT_FACTS } from "../../lib/protocol/protocol.ts";
import type { Protocol, ServerFacts } from "../../lib/protocol/protocol.ts";
import { defaultAccountSettings, makeAccounts } from "../../lib/server/account_settings.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import type { HistoryDesk } from "../../lib/server/history_desk.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { Log } from "../../lib/server/log.ts";
import { Sequencer } from "../../lib/server/sequencer.ts";
import { Silence } from "../../lib/server/silence.ts";
import { Session, type SessionContext } from "../../lib/server/session.ts";
import { FairTurns, Share } from "../../lib/server/fair_turns.ts";
import { TokenBucket } from "../../lib/server/token_bucket.ts";
import { Work } from "../../lib/server/work.ts";
import { Peer } from "../support/cs168.ts";
import { LogLines } from "../support/server.ts";
import { within } from "../support/within.ts";
import { from } from "../support/origin.ts";

const FACTS: ServerFacts = { ...DEFAULT_FACTS, name: "test.example", version: "0" };

/** What a rig may be made with. */
export interface RigOptions {
  /** The chat. */
  readonly hub?: Hub;
  /** Where deliveries go. */
  readonly dispatch?: Dispatch;
  /** What applies commands; on top of `hub` and `dispatch` when it is left out. */
  readonly sequencer?: Sequencer;
  /** The clock of the flood control. */
  readonly clock?: Clock;
  /** What each connection pays with; without limit when it is left out. */
  readonly bucket?: Pick<TokenBucket, "take">;
  /** Answers what is asked of the history. */
  readonly history?: Pick<HistoryDesk, "answer">;
}

/** The share of another address. */
export function newShare(): Share {
  return new Share(new FairTurns({ request: setImmediate }));
}

/** Sessions that share a hub, each in a protocol of the test's choice. */
export class Rig implements AsyncDisposable {
  /** The log of all sessions, at the level `info`. */
  readonly log = new LogLines();
  readonly #context: SessionContext;
  readonly #bucket: Pick<TokenBucket, "take">;
  readonly #sessions: { session: Session; peer: Peer; ended: Promise<void> }[] = [];

  /** No sessions yet. */
  constructor(options: RigOptions = {}) {
    const { hub = new Hub(DEFAULT_LIMITS), dispatch = new Dispatch() } = options;
    this.#bucket = options.bucket ?? new TokenBucket(0, 0, systemClock);
    const sequencer = options.sequencer ?? new Sequencer({ hub, dispatch });
    const log = new Log("info", this.log.sink);
    const clock = options.clock ?? systemClock;
    this.#context = {
      sequencer,
      dispatch,
      accounts: makeAccounts(defaultAccountSettings(), { hub, sequencer, log, clock }),
      protocols: [cs168],
      registration: new Deadlines(60_000, () => {}),
      silence: new Silence(DEFAULT_LIMITS, systemClock),
      limits: DEFAULT_LIMITS,
      log,
      tally: { messages: 0 },
      clock,
      facts: FACTS,
      secureFacts: FACTS,
      ...(options.history && { history: options.history as HistoryDesk }),
    };
  }

  /** A peer that has said nothing yet, of a new session; by default its address is its own. */
  async connect(protocol: Protocol = cs168, share: Share = newShare()): Promise<Peer> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const peer = await Peer.connect(listener.addr.port);
    const connection = new Connection(await listener.accept());
    const context = { ...this.#context, protocols: [protocol] };
    const work = new Work(this.#bucket, new TokenBucket(0, 0, systemClock));
    const id = this.#sessions.length + 1;
    const parts = { id, connection, work, share, origin: from("127.0.0.1") };
    const session = new Session(parts, context);
    this.#sessions.push({ session, peer, ended: session.run() });
    return peer;
  }

  /** A cs168 peer that has sent its name. */
  async enter(name: string, protocol?: Protocol, share?: Share): Promise<Peer> {
    const peer = await this.connect(protocol, share);
    await peer.does(name);
    return peer;
  }

  /** Resolves when session number `id` has run to its end; rejects if it rejected. */
  ended(id: number): Promise<void> {
    return within(`the end of session ${id}`, this.#sessions[id - 1]?.ended ?? Promise.reject());
  }

  /** Session number `id`. */
  session(id: number): Session {
    return this.#sessions[id - 1]?.session as Session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { peer, session } of this.#sessions) {
      peer.close();
      session.close("end of the test");
    }
    await within("the sessions", Promise.allSettled(this.#sessions.map(({ ended }) => ended)));
  }
}
