/**
 * The turns of addresses: who works at once and who waits, in which order, and that nothing is done twice or lost.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import {
  FairTurns,
  LIGHT_MS,
  LIGHT_SHARE,
  NEXT_TURN,
  Share,
  SLICE_MS,
  TURN_MS,
} from "../../lib/server/fair_turns.ts";
import { settle, within } from "../support/within.ts";

/** Turns over a clock that only work moves, and polls that the test answers. */
class Rig {
  now = 0;
  /** How often the sockets were to be read. */
  polls = 0;
  readonly done: string[] = [];
  readonly turns: FairTurns;
  #polled: (() => void) | undefined;

  constructor() {
    const ask = (next: () => void) => {
      assertEquals(this.#polled, undefined, "one request at a time");
      this.#polled = next;
    };
    const request = (next: () => void) => {
      ask(next);
      this.polls++;
    };
    this.turns = new FairTurns({ request }, { soon: ask, now: () => this.now });
  }

  /** Whether a turn is to come. */
  get waits(): boolean {
    return this.#polled !== undefined;
  }

  address(): Share {
    return new Share(this.turns);
  }

  /** Work that takes `ms` and is noted as `name`. */
  work(name: string, ms: number): () => undefined {
    return () => {
      this.now += ms;
      this.done.push(name);
      return undefined;
    };
  }

  /** Returns what is done in the next turn. */
  turn(): string[] {
    this.done.length = 0;
    const polled = this.#polled;
    this.#polled = undefined;
    polled?.();
    return [...this.done];
  }
}

/** A share whose next work waits, because its address has used more than a light one may. */
function heavy(rig: Rig): Share {
  const share = rig.address();
  share.use.add(LIGHT_MS + 100, rig.now);
  return share;
}

Deno.test("an address that asks for little works at once, and has no promise to wait for", () => {
  const rig = new Rig();
  const share = rig.address();
  for (let i = 0; i < 100; i++) {
    assertEquals(share.repeat(rig.work(`${i}`, LIGHT_MS / 2)), undefined);
    rig.now += LIGHT_MS / 2 / LIGHT_SHARE;
  }
  assertEquals([rig.done.length, rig.waits], [100, false]);
});

Deno.test("an address that has used more waits for its turn, and another does not", async () => {
  const rig = new Rig();
  const [busy, other] = [heavy(rig), rig.address()];
  const waiting = busy.run(rig.work("busy", 1));
  assertEquals(other.run(rig.work("other", 0.1)), undefined);
  assertEquals(rig.done, ["other"]);
  assertEquals(rig.turn(), ["busy"]);
  await within("its end", waiting as Promise<void>);
  // After a while without work it is light again.
  rig.now += (LIGHT_MS + 100) / LIGHT_SHARE;
  assertEquals(busy.run(rig.work("later", 0.1)), undefined);
});

Deno.test("in a turn addresses take turns, whatever each of them has waiting", () => {
  const rig = new Rig();
  const [a, b] = [heavy(rig), heavy(rig)];
  for (let i = 0; i < 9; i++) a.run(rig.work(`a${i}`, SLICE_MS));
  b.run(rig.work("b0", SLICE_MS));
  b.run(rig.work("b1", SLICE_MS));
  assertEquals(
    [rig.turn(), rig.polls],
    [["a0", "b0", "a1", "b1"], 1],
    "2 ms, then the sockets are read",
  );
  assertEquals(rig.turn(), ["a2", "a3", "a4", "a5"]);
  assertEquals(rig.turn(), ["a6", "a7", "a8"]);
  assertEquals([rig.waits, rig.polls], [false, 2]);
});

Deno.test("when all together have used much, a light address comes first in the next turn", () => {
  const rig = new Rig();
  const busy = heavy(rig);
  for (let i = 0; i < 8; i++) busy.run(rig.work(`busy ${i}`, SLICE_MS));
  rig.address().run(rig.work("one long command", 2 * TURN_MS));
  const light = rig.address();
  const answer = light.run(rig.work("light", 0.1));
  assertEquals(answer instanceof Promise, true);
  assertEquals(rig.turn()[0], "light");
});

Deno.test("of light addresses that wait, those who have used less come first, and all come to something", () => {
  const rig = new Rig();
  rig.address().run(rig.work("one long command", 2 * TURN_MS));
  const used = (ms: number) => {
    const share = rig.address();
    share.use.add(ms, rig.now);
    return share;
  };
  for (const ms of [1.5, 0.9, 0.4]) {
    for (let i = 0; i < 3; i++) used(ms).run(rig.work(`${ms}`, TURN_MS / 4));
  }
  rig.address().run(rig.work("new", 0.1));
  assertEquals(rig.turn(), ["new", "0.4", "0.4", "0.4", "0.9", "1.5"]);
});

Deno.test("however many light addresses wait, a heavy one comes to something in each turn", () => {
  const rig = new Rig();
  const busy = heavy(rig);
  busy.run(rig.work("busy", SLICE_MS));
  for (let i = 0; i < 20; i++) rig.address().run(rig.work("light", LIGHT_MS));
  assertEquals(rig.turn().filter((name) => name === "busy"), ["busy"]);
});

Deno.test("repeat: work goes on until it is done, waits in between, and yields when it lasts", async () => {
  const rig = new Rig();
  const share = rig.address();
  const pause = Promise.withResolvers<void>();
  const steps: (Promise<void> | undefined)[] = [pause.promise, NEXT_TURN, undefined];
  let isOver = false;
  const all = share.repeat(() => {
    rig.now += LIGHT_MS * 2;
    isOver = share.isOver;
    rig.done.push(`step ${steps.length}`);
    return steps.shift();
  });
  assertEquals([rig.done, isOver], [["step 3"], true]);
  await settle();
  assertEquals(rig.waits, false, "it waits for the pause");
  pause.resolve();
  await settle();
  assertEquals(rig.turn(), ["step 2"]);
  await settle();
  assertEquals(rig.turn(), ["step 1"]);
  await within("its end", all as Promise<void>);
});

Deno.test("repeat: heavy or light, what has nothing to do is done once", async () => {
  const rig = new Rig();
  const share = heavy(rig);
  const all = share.repeat(rig.work("once", 0.1));
  assertEquals(rig.turn(), ["once"]);
  await within("its end", all as Promise<void>);
  assertEquals([rig.done, rig.waits], [["once"], false]);
});

Deno.test("work that throws tells its session alone", async () => {
  const rig = new Rig();
  const share = heavy(rig);
  const fault = share.run(() => {
    throw new Error("broken");
  });
  const next = share.run(rig.work("next", 0.1));
  const rejection = assertRejects(() => fault as Promise<void>, Error, "broken");
  assertEquals(rig.turn(), ["next"]);
  await rejection;
  await within("the next", next as Promise<void>);
});

Deno.test("what an address has done counts against it alone", () => {
  const rig = new Rig();
  const [busy, other] = [rig.address(), rig.address()];
  busy.run(rig.work("busy", 2 * LIGHT_MS));
  // Enough for all together to have time again, and not for that address.
  rig.now += 1.5 * LIGHT_MS;
  assertEquals(other.run(rig.work("other", 0.1)), undefined);
  assertEquals(busy.run(rig.work("more", 0.1)) instanceof Promise, true);
  assertEquals(rig.done, ["busy", "other"]);
});

Deno.test("an address does its work in the order in which it asked, also when it could work at once", () => {
  const rig = new Rig();
  rig.address().run(rig.work("one long command", 2 * TURN_MS));
  const share = rig.address();
  share.run(rig.work("first", 0.1));
  // By now there is time again, but its turn has not come.
  rig.now += 10 * TURN_MS;
  share.run(rig.work("second", 0.1));
  assertEquals(rig.done, ["one long command"]);
  assertEquals(rig.turn(), ["first", "second"]);
});

Deno.test("an address waits in one place: becoming heavy gives it no second one", () => {
  const rig = new Rig();
  rig.address().run(rig.work("one long command", 2 * TURN_MS));
  const share = rig.address();
  share.run(rig.work("first", 0.1));
  share.use.add(LIGHT_MS + 100, rig.now);
  share.run(rig.work("second", 0.1));
  heavy(rig).run(rig.work("other", 0.1));
  assertEquals(rig.turn(), ["first", "other", "second"]);
});

Deno.test("light addresses, too, let the sockets be read after a turn", () => {
  const rig = new Rig();
  rig.address().run(rig.work("one long command", 2 * TURN_MS));
  for (let i = 0; i < 20; i++) rig.address().run(rig.work(`${i}`, 1));
  assertEquals(rig.turn(), ["0", "1", "2", "3"].slice(0, TURN_MS));
  assertEquals(rig.polls, 1);
});

Deno.test("the rest of work that has begun comes before all else of its address", () => {
  const rig = new Rig();
  const share = heavy(rig);
  void share.run(rig.work("first", TURN_MS));
  void share.run(rig.work("second", TURN_MS));
  void share.goOn(rig.work("rest", TURN_MS));
  assertEquals([rig.turn(), rig.turn(), rig.turn()], [["rest"], ["first"], ["second"]]);
});
