/**
 * When a store in the database writes, cleans and gives up, over a port that only the test answers.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { DataPort } from "../../lib/data/client.ts";
import type { BatchData } from "../../lib/history/batch.ts";
import type { HistoryCalls } from "../../lib/history/history_module.ts";
import type { Written } from "../../lib/history/history_writer.ts";
import { SqliteStore, type SqliteStoreOptions } from "../../lib/history/sqlite_store.ts";
import { FakeClock } from "../support/clock.ts";
import { isResolved, settle } from "../support/within.ts";
import { idOf, said, START } from "./rows.ts";

const X = "#x 1 1";
const FULL: Written = { isWritten: false, fault: "disk full", isTransient: true };
const GOOD: Written = { isWritten: true };

/** A store, and what it asks of the database. */
class Rig {
  readonly clock = new FakeClock();
  readonly asked: string[] = [];
  readonly troubles: string[] = [];
  store!: SqliteStore;
  /** What each write is answered with; while it is left out, they wait for `answer`. */
  outcome: Written | undefined = GOOD;
  /** What each step of cleaning is answered with. */
  clean: () => Promise<boolean> = () => Promise.resolve(false);
  #answer: ((outcome: Written) => void) | undefined;

  static async open(options: Partial<SqliteStoreOptions> = {}): Promise<Rig> {
    const rig = new Rig();
    rig.store = await SqliteStore.open({
      port: rig.#port,
      ageMs: 1000,
      rows: 10,
      now: () => START,
      setTimer: (act, ms) => rig.clock.setTimer(act, ms),
      onTrouble: (text) => void rig.troubles.push(text),
      ...options,
    });
    return rig;
  }

  get #port(): DataPort<HistoryCalls> {
    const call = (name: string, ...args: unknown[]): Promise<unknown> => {
      if (name === "newest") return Promise.resolve("");
      if (name === "clean") {
        this.asked.push("clean");
        return this.clean();
      }
      if (name !== "write") {
        this.asked.push(name);
        return Promise.resolve(name === "find" ? undefined : []);
      }
      const { rows, moves, renames } = args[0] as BatchData;
      this.asked.push(`write ${rows.length / 8} ${moves.length / 3} ${renames.length / 3}`);
      if (this.outcome !== undefined) return Promise.resolve(this.outcome);
      return new Promise((resolve) => this.#answer = resolve);
    };
    return { call } as unknown as DataPort<HistoryCalls>;
  }

  /** Answers the write that waits. */
  async answer(outcome: Written): Promise<void> {
    this.#answer?.(outcome);
    await settle();
  }

  /** Passes `ms` milliseconds; what was asked meanwhile. */
  async pass(ms: number): Promise<string[]> {
    this.clock.advance(ms);
    await settle();
    return this.asked.splice(0);
  }
}

Deno.test("store: rows wait 25 ms for others, and 2,000 of them for nothing", async () => {
  const rig = await Rig.open();
  rig.store.append(said(0, X));
  rig.store.append(said(1, X));
  assertEquals([await rig.pass(24), await rig.pass(1)], [[], ["write 2 0 0"]]);
  for (let n = 0; n < 1999; n++) rig.store.append(said(n, X));
  assertEquals(rig.asked, []);
  rig.store.append(said(1999, X));
  assertEquals(rig.asked, ["write 2000 0 0"]);
  await rig.store.close();
});

Deno.test("store: whoever moves or renames is written like whoever speaks", async () => {
  const rig = await Rig.open();
  rig.store.rename(X, "#y 1 1");
  assertEquals(await rig.pass(25), ["write 0 0 1"]);
  rig.store.enter(X, "=ann");
  rig.store.leave(X, "=ann", idOf(1));
  assertEquals(await rig.pass(25), ["write 0 2 0"]);
  await rig.store.close();
  assertEquals(rig.asked, []);
});

Deno.test("store: while the disk is full, it is tried once a second, whatever comes", async () => {
  const rig = await Rig.open();
  rig.outcome = FULL;
  rig.store.append(said(0, X));
  assertEquals(await rig.pass(25), ["write 1 0 0"]);
  rig.store.append(said(1, X));
  for (let n = 0; n < 3000; n++) rig.store.append(said(n, X));
  assertEquals([await rig.pass(999), await rig.pass(1)], [[], ["write 1 0 0"]]);
  rig.outcome = GOOD;
  assertEquals(await rig.pass(1000), ["write 1 0 0", "write 3001 0 0"]);
  assertEquals(rig.troubles, ["cannot be written: disk full", "is written again"]);
  await rig.store.close();
});

Deno.test("store: what waits has bounds, in rows and moves, and in the length of texts", async () => {
  const rig = await Rig.open({ maxWaiting: 3 });
  rig.outcome = undefined;
  rig.store.append(said(0, X));
  assertEquals(await rig.pass(25), ["write 1 0 0"]);
  for (let n = 1; n < 3; n++) rig.store.append(said(n, X));
  for (let n = 0; n < 5; n++) rig.store.enter(X, `=user${n}`);
  rig.store.append(said(3, X));
  // A new name is never lost.
  rig.store.rename(X, "#y 1 1");
  rig.outcome = GOOD;
  await rig.answer(GOOD);
  assertEquals(await rig.pass(25), ["write 3 1 1"]);
  assertEquals(rig.troubles, ["has a gap: 1 messages and events are lost"]);
  const long = await Rig.open();
  long.outcome = undefined;
  long.store.append(said(0, X));
  await long.pass(25);
  const text = "x".repeat(1024 * 1024);
  for (let n = 1; n <= 40; n++) long.store.append(said(n, X, text));
  assertEquals(long.store.waiting, 32);
  long.outcome = GOOD;
  await long.answer(GOOD);
  for (const { store } of [rig, long]) await store.close();
});

Deno.test("store: what is asked for is written first, by every question", async () => {
  const rig = await Rig.open({ isSearchable: true });
  const { store } = rig;
  const slice = { limit: 10, take: "last", events: true } as const;
  const questions: Record<string, () => Promise<unknown>> = {
    slice: () => store.slice(X, slice),
    find: () => store.find(X, idOf(0)),
    latest: () => store.latest([X]),
    directs: () => store.directs("=ann", 10),
    earlier: () => store.earlier("=ann", "x"),
    search: () => store.search(X, "word", slice),
    remove: () => store.remove(X, idOf(0)),
    forget: () => store.forget("=ann"),
  };
  for (const [name, ask] of Object.entries(questions)) {
    store.append(said(0, X));
    await ask();
    assertEquals(await rig.pass(0), ["write 1 0 0", name]);
  }
  await store.close();
});

Deno.test("store: a server that keeps no words finds none, also not those of before", async () => {
  const rig = await Rig.open();
  const slice = { limit: 10, take: "last", events: true } as const;
  assertEquals([await rig.store.search(X, "word", slice), rig.asked], [[], []]);
  await rig.store.close();
});

Deno.test("store: it cleans once a minute, and at short distances while there is more", async () => {
  const rig = await Rig.open();
  const answers = [true, true, false];
  rig.clean = () => Promise.resolve(answers.shift() ?? false);
  assertEquals([await rig.pass(59_999), await rig.pass(1)], [[], ["clean"]]);
  assertEquals([await rig.pass(99), await rig.pass(1), await rig.pass(100)], [[], ["clean"], [
    "clean",
  ]]);
  assertEquals([await rig.pass(59_999), await rig.pass(1)], [[], ["clean"]]);
  // A disk that fails is somebody else's news, and the next minute is another try.
  rig.clean = () => Promise.reject(new Error("disk full"));
  assertEquals([await rig.pass(60_000), await rig.pass(60_000)], [["clean"], ["clean"]]);
  assertEquals(rig.troubles, []);
  const step = Promise.withResolvers<boolean>();
  rig.clean = () => step.promise;
  await rig.pass(60_000);
  await rig.store.close();
  step.resolve(true);
  await settle();
  assertEquals(rig.clock.timers, 0);
});

Deno.test("store: its end waits for the write that is under way, and writes the rest", async () => {
  const rig = await Rig.open();
  rig.outcome = undefined;
  rig.store.append(said(0, X));
  await rig.pass(25);
  rig.store.append(said(1, X));
  const closed = rig.store.close();
  assertEquals([await isResolved(closed), rig.asked], [false, []]);
  rig.outcome = GOOD;
  await rig.answer(GOOD);
  await closed;
  assertEquals([rig.asked, rig.clock.timers, rig.troubles], [["write 1 0 0"], 0, []]);
});

Deno.test("store: its end writes the gaps as well", async () => {
  const rig = await Rig.open({ maxWaiting: 1 });
  rig.outcome = undefined;
  rig.store.append(said(0, X));
  await rig.pass(25);
  for (let n = 1; n < 4; n++) rig.store.append(said(n, X));
  const closed = rig.store.close();
  rig.outcome = GOOD;
  await rig.answer(GOOD);
  await closed;
  assertEquals(rig.asked, ["write 2 0 0"]);
  const wrong = await Rig.open();
  wrong.outcome = { isWritten: false, fault: "constraint failed", isTransient: false };
  wrong.store.append(said(0, X));
  await wrong.pass(25);
  wrong.outcome = GOOD;
  wrong.store.append(said(1, X));
  await wrong.store.close();
  assertEquals(wrong.asked, ["write 1 0 0", "write 1 0 0"]);
});

Deno.test("store: after its end nothing is taken, written or said any more", async () => {
  const rig = await Rig.open();
  rig.outcome = FULL;
  rig.store.append(said(0, X));
  await rig.store.close();
  const said1 = ["cannot be written: disk full", "lost at the end: 1 messages and events"];
  assertEquals([rig.troubles, rig.asked.splice(0)], [said1, ["write 1 0 0"]]);
  await rig.store.close();
  rig.outcome = GOOD;
  rig.store.append(said(1, X));
  rig.store.enter(X, "=ann");
  rig.store.rename(X, "#y 1 1");
  assertEquals([rig.clock.timers, rig.store.waiting], [0, 0]);
  assertEquals([rig.troubles, await rig.pass(100_000)], [said1, []]);
});
