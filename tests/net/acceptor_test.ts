/**
 * The acceptor: a fault of one connection costs nothing, a lack of resources pauses, and a storm of either
 * does not delay others.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type AcceptFault, Acceptor } from "../../lib/net/acceptor.ts";
import { FakeClock } from "../support/clock.ts";
import { HeldImmediates } from "../support/held_immediates.ts";
import { HeldPoll } from "../support/poll.ts";
import { resetBeforeAccept } from "../support/reset.ts";
import { settle, within } from "../support/within.ts";

/** What `accept` gives next: a connection's name, or an error by its code. */
type Outcome = string | { readonly code: string } | Error;

/** A listener whose results are given, and then waits until it is closed. */
class ScriptedListener {
  readonly #outcomes: Outcome[];
  readonly #closed = Promise.withResolvers<never>();
  closes = 0;

  constructor(outcomes: Outcome[]) {
    this.#outcomes = outcomes;
    this.#closed.promise.catch(() => {});
  }

  accept(): Promise<string> {
    const outcome = this.#outcomes.shift();
    if (outcome === undefined) return this.#closed.promise;
    if (typeof outcome === "string") return Promise.resolve(outcome);
    const error = outcome instanceof Error ? outcome : new Error(outcome.code);
    return Promise.reject(outcome instanceof Error ? error : Object.assign(error, outcome));
  }

  close(): void {
    this.closes++;
    this.#closed.reject(new Deno.errors.Interrupted("operation canceled"));
  }
}

function rig(outcomes: Outcome[], poll?: HeldPoll) {
  const clock = new FakeClock();
  const listener = new ScriptedListener(outcomes);
  const faults: string[] = [];
  const onFault = (fault: AcceptFault, error: Error) =>
    void faults.push(`${fault} ${error.message}`);
  const options = { onFault, pauseMs: 100, clock, ...(poll && { poll }) };
  const acceptor = new Acceptor(listener, options);
  const accepted: string[] = [];
  const over = (async () => {
    for await (const conn of acceptor) accepted.push(conn);
  })();
  return { clock, listener, faults, acceptor, accepted, over };
}

const CONNECTION_FAULTS = ["ENOTCONN", "ECONNABORTED", "EPROTO", "ECONNRESET", "ENETDOWN", "EPERM"];

for (const code of CONNECTION_FAULTS) {
  Deno.test(`${code} is the fault of one connection: the next is accepted at once`, async () => {
    const { clock, acceptor, accepted, faults, over } = rig([{ code }, "next"]);
    await settle();
    assertEquals([accepted, faults, clock.timers], [["next"], [`connection ${code}`], 0]);
    acceptor.close();
    await over;
  });
}

for (const code of ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EUNKNOWN"]) {
  Deno.test(`${code} pauses, and accepting goes on after it`, async () => {
    const { clock, acceptor, accepted, faults, over } = rig([{ code }, { code }, "next"]);
    await settle();
    assertEquals([accepted, faults.length, clock.timers], [[], 1, 1]);
    clock.advance(99);
    await settle();
    assertEquals(faults.length, 1);
    clock.advance(1);
    await settle();
    assertEquals(faults.length, 2);
    clock.advance(100);
    await settle();
    assertEquals(accepted, ["next"]);
    acceptor.close();
    await over;
  });
}

Deno.test("closing ends a wait for a connection and a pause, and leaves no timer", async () => {
  for (const outcomes of [[], [{ code: "EMFILE" }]]) {
    const { clock, acceptor, listener, over } = rig(outcomes);
    await settle();
    acceptor.close();
    acceptor.close();
    await within("the end", over);
    assertEquals([listener.closes, clock.timers], [1, 0]);
  }
});

Deno.test("a listener that somebody else has closed ends it without a fault", async () => {
  const { faults, over } = rig([new Deno.errors.BadResource("Listener has been closed")]);
  await within("the end", over);
  assertEquals(faults, []);
});

async function expectTurns(outcome: Outcome): Promise<void> {
  using turns = new HeldImmediates();
  const outcomes = Array.from({ length: 10_000 }, () => outcome);
  const { acceptor, accepted, faults, over } = rig(outcomes);
  for (let seen = 0; seen < 500;) {
    for (let i = 0; i < 50_000; i++) await Promise.resolve();
    const more = accepted.length + faults.length - seen;
    assert(more > 0 && more < 500, `${more} of 10,000 came in one turn`);
    seen += more;
    turns.pass();
  }
  acceptor.close();
  turns.pass();
  await over;
}

Deno.test("while connections keep coming, the sockets are polled after every 16 of them", async () => {
  const outcomes = Array.from({ length: 40 }, (_, i) => i % 2 === 0 ? "one" : { code: "EPROTO" });
  const poll = new HeldPoll();
  const { acceptor, accepted, faults, over } = rig(outcomes, poll);
  for (const expected of [16, 32, 40]) {
    await settle();
    assertEquals(accepted.length + faults.length, expected);
    poll.answer();
  }
  acceptor.close();
  await over;
});

Deno.test("a storm of connections lets the event loop turn", () => expectTurns("a connection"));

Deno.test("a storm of broken connections lets the event loop turn", () => {
  return expectTurns({ code: "ENOTCONN" });
});

Deno.test("400 connections that were reset before they were accepted do not delay a newcomer", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 4096 });
  await resetBeforeAccept(listener.addr.port, 400);
  using newcomer = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  let faults = 0;
  const acceptor = new Acceptor(listener, { onFault: () => void faults++, pauseMs: 3_600_000 });
  const port = (newcomer.localAddr as Deno.NetAddr).port;
  const find = async () => {
    for await (const conn of acceptor) {
      conn.close();
      if (conn.remoteAddr.port === port) return;
    }
  };
  await within("the newcomer", find());
  assert(faults >= 350, `Only ${faults} were broken, so the test shows nothing`);
  acceptor.close();
});
