/**
 * History in the database: what is kept and for how long, and what happens while it cannot be written.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { DataPort } from "../../lib/data/client.ts";
import { DataClient } from "../../lib/data/client.ts";
import { DataError } from "../../lib/data/data_error.ts";
import { HistoryError } from "../../lib/history/contract.ts";
import { HISTORY, type HistoryCalls } from "../../lib/history/history_module.ts";
import type { Written } from "../../lib/history/history_writer.ts";
import { SqliteStore, type SqliteStoreOptions } from "../../lib/history/sqlite_store.ts";
import { FakeClock } from "../support/clock.ts";
import { DATA_THREAD_MODULE } from "../support/data_thread.ts";
import { dm, idOf, joined, said, START, textsOf } from "./rows.ts";

const X = "#x 1 1";
const ALL = { limit: 1000, take: "last", events: true } as const;
const OLD = { ...ALL, to: "zz" } as const;
const DAY_MS = 86_400_000;

/** A database whose stores can be closed and opened again. */
class Base implements AsyncDisposable {
  readonly port: DataPort<HistoryCalls>;
  readonly #client: DataClient;
  readonly #path: string;
  readonly #stores: SqliteStore[] = [];

  private constructor(path: string, client: DataClient) {
    this.#path = path;
    this.#client = client;
    this.port = client.port<HistoryCalls>(HISTORY.name);
  }

  static async open(): Promise<Base> {
    const path = await Deno.makeTempDir({ prefix: "parlance-history-" });
    const options = { thread: DATA_THREAD_MODULE, path: `${path}/test.db` };
    return new Base(path, await DataClient.open(options));
  }

  async store(options: Partial<SqliteStoreOptions> = {}): Promise<SqliteStore> {
    const settings = { ageMs: 7 * DAY_MS, rows: 100_000, now: () => START };
    const store = await SqliteStore.open({ port: this.port, ...settings, ...options });
    this.#stores.push(store);
    return store;
  }

  /** Cleans with these limits until nothing is left to be cleaned. */
  async clean(from: string, rows: number, day = 0): Promise<number> {
    let steps = 1;
    while (await this.port.call("clean", { from, rows, day })) steps++;
    return steps;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#stores) await store.close();
    await this.#client.close();
    await Deno.remove(this.#path, { recursive: true });
  }
}

Deno.test("what was appended is there when the database is opened again", async () => {
  await using base = await Base.open();
  const store = await base.store();
  assertEquals(store.newest, undefined);
  for (let n = 0; n < 5000; n++) store.append(said(n, X));
  await store.close();
  const again = await base.store();
  assertEquals(again.newest, idOf(4999));
  const kept = await again.slice(X, { ...ALL, limit: 10_000 });
  assertEquals(textsOf(kept), Array.from({ length: 5000 }, (_, n) => `text ${n}`));
});

Deno.test("what is too old is not read, and is removed in small steps, as is what is too much", async () => {
  await using base = await Base.open();
  const store = await base.store({ ageMs: 1000, now: () => START + 1500 });
  // Three rows in each millisecond: the first 1,500 are too old.
  for (let n = 0; n < 3000; n++) store.append(n % 2 === 0 ? said(n, X) : joined(n, X));
  assertEquals((await store.slice(X, { ...ALL, limit: 5000 })).length, 1500);
  const steps = await base.clean(idOf(1500), 100);
  assert(steps > 5, `${steps} steps`);
  const kept = await base.port.call("slice", {
    key: X,
    from: "",
    to: "~",
    limit: 5000,
    isLast: false,
    kinds: 1,
  });
  assertEquals(kept.length / 6, 200);
  assertEquals(kept[0], idOf(2800));
});

Deno.test("a conversation of which nothing is left is forgotten with all that hung on it", async () => {
  await using base = await Base.open();
  const store = await base.store();
  store.append(said(0, X));
  store.enter(X, "=ann");
  store.append(dm(1, "ann", "bob"));
  assertEquals((await store.earlier("=ann", "x")).length, 1);
  await base.clean(idOf(100), 100, 999_999);
  assertEquals(await store.earlier("=ann", "x"), []);
  assertEquals(await store.directs("=ann", 10), []);
  assertEquals(await base.port.call("newest"), "");
});

Deno.test("what a forgotten account has said goes for good, and the rest stays", async () => {
  await using base = await Base.open();
  const store = await base.store({ isSearchable: true });
  for (let n = 0; n < 1200; n++) store.append(said(n, X, `word ${n}`, n % 3 === 0 ? "ann" : "bob"));
  store.append(dm(1300, "ann", "bob", "word"));
  await store.forget("=ann");
  await base.clean("", 10_000);
  await base.clean("", 10_000);
  const kept = await store.slice(X, { ...ALL, limit: 5000 });
  assertEquals(kept.length, 800);
  assertEquals((await store.search(X, "word", { ...ALL, limit: 5000 })).length, 800);
  // The same account of another person, at once.
  store.append(said(1400, X, "anew", "ann"));
  assertEquals(textsOf(await store.slice(X, { ...ALL, limit: 1 })), ["anew"]);
});

Deno.test("what comes while a batch is written is written next, and waits for nothing else", async () => {
  await using base = await Base.open();
  const { time, port, store } = await failing(base);
  store.append(said(0, X));
  time.advance(25);
  for (let n = 1; n < 4; n++) {
    store.append(said(n, X));
    // Comes due while the one before is being written.
    time.advance(25);
  }
  await time.tick(0);
  await time.tick(25);
  store.append(said(4, X));
  await time.tick(25);
  assertEquals(port.batches, [1, 3, 1]);
  assertEquals(store.waiting, 0);
});

/** A clock of timers, after which the thread has its turn. */
class Ticks extends FakeClock {
  readonly #port: DataPort<HistoryCalls>;
  readonly setTimers = (act: () => void, ms: number) => this.setTimer(act, ms);

  constructor(port: DataPort<HistoryCalls>) {
    super();
    this.#port = port;
  }

  /** Passes `ms` milliseconds, and waits until the thread has done what it was sent. */
  async tick(ms: number): Promise<void> {
    this.advance(ms);
    await this.#port.call("newest");
    // What its answers start.
    await this.#port.call("newest");
  }
}

/** A port whose writing a test can make fail. */
class FailingPort implements DataPort<HistoryCalls> {
  readonly batches: number[] = [];
  fault: { readonly fault: string; readonly isTransient: boolean } | undefined;
  readonly #port: DataPort<HistoryCalls>;

  constructor(port: DataPort<HistoryCalls>) {
    this.#port = port;
  }

  call<Name extends keyof HistoryCalls & string>(
    name: Name,
    ...args: Parameters<HistoryCalls[Name]>
  ): Promise<ReturnType<HistoryCalls[Name]>> {
    if (name === "write") {
      this.batches.push((args[0] as { rows: unknown[] }).rows.length / 8);
      if (this.fault !== undefined) {
        const written: Written = { isWritten: false, ...this.fault };
        return Promise.resolve(written as ReturnType<HistoryCalls[Name]>);
      }
    }
    return this.#port.call(name, ...args);
  }
}

/** A store whose clock the test moves and whose writing it can make fail, and what is said of that. */
async function failing(base: Base, options: Partial<SqliteStoreOptions> = {}) {
  const time = new Ticks(base.port);
  const port = new FailingPort(base.port);
  const troubles: string[] = [];
  const onTrouble = (text: string) => void troubles.push(text);
  const setTimer = time.setTimers;
  const store = await base.store({ port, setTimer, onTrouble, ...options });
  return { time, port, troubles, store };
}

Deno.test("while the disk is full, rows wait, the newest cannot be read, and older ones can", async () => {
  await using base = await Base.open();
  const { time, port, troubles, store } = await failing(base);
  store.append(said(0, X));
  await store.slice(X, ALL);
  port.fault = { fault: "database or disk is full", isTransient: true };
  store.append(said(1, X));
  await time.tick(25);
  store.append(said(2, X));
  assertEquals(troubles, ["cannot be written: database or disk is full"]);
  assertEquals(textsOf(await store.slice(X, OLD)), ["text 0"]);
  const error = await store.slice(X, ALL).catch((error) => error);
  assert(error instanceof HistoryError);
  await time.tick(1000);
  assertEquals(port.batches, [1, 1, 1]);
  port.fault = undefined;
  await time.tick(1000);
  assertEquals(troubles, ["cannot be written: database or disk is full", "is written again"]);
  await time.tick(25);
  assertEquals(textsOf(await store.slice(X, ALL)), ["text 0", "text 1", "text 2"]);
});

Deno.test("what does not fit into memory meanwhile is a gap, in the log and in the conversation", async () => {
  await using base = await Base.open();
  const { time, port, troubles, store } = await failing(base, { maxWaiting: 10 });
  port.fault = { fault: "database is locked", isTransient: true };
  store.append(said(0, X));
  await time.tick(25);
  for (let n = 1; n < 20; n++) store.append(said(n, n === 15 ? "#y 1 2" : X));
  port.fault = undefined;
  await time.tick(1000);
  await time.tick(25);
  store.append(said(20, X));
  assertEquals(textsOf(await store.slice(X, ALL)), [
    ...Array.from({ length: 11 }, (_, n) => `text ${n}`),
    "gap",
    "text 20",
  ]);
  const [gap] = await store.slice("#y 1 2", ALL);
  assertEquals(gap?.event, { type: "gap", lost: 1 });
  assertEquals(troubles.at(-1), "has a gap: 9 messages and events are lost");
});

Deno.test("a batch that is wrong in itself is lost alone", async () => {
  await using base = await Base.open();
  const { time, port, store } = await failing(base);
  port.fault = { fault: "constraint failed", isTransient: false };
  store.append(said(0, X));
  await time.tick(25);
  port.fault = undefined;
  store.append(said(1, X));
  await time.tick(25);
  assertEquals(textsOf(await store.slice(X, ALL)), ["gap", "text 1"]);
});

Deno.test("a database that has failed for good holds nobody up, and the end does not wait for it", async () => {
  const dead: DataPort<HistoryCalls> = {
    call: (name, ..._args) =>
      name === "newest"
        ? Promise.resolve("" as never)
        : Promise.reject(new DataError("Cannot use the database: it is gone")),
  };
  const troubles: string[] = [];
  const store = await SqliteStore.open({
    port: dead,
    ageMs: DAY_MS,
    rows: 10,
    onTrouble: (text) => void troubles.push(text),
  });
  store.append(said(0, X));
  await store.close();
  assertEquals(troubles, [
    "cannot be written: Cannot use the database: it is gone",
    "lost at the end: 1 messages and events",
  ]);
  const error = await store.slice(X, OLD).catch((error) => error);
  assert(error instanceof HistoryError, String(error));
});
