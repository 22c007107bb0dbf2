/**
 * The thread of the database and the calls to it.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { DataClient, type DataClientOptions } from "../../lib/data/client.ts";
import { DataError } from "../../lib/data/data_error.ts";
import { connect, openDatabase } from "../../lib/data/database.ts";
import type { DataReport, DataRequest } from "../../lib/data/messages.ts";
import { within } from "../support/within.ts";
import { type LookCalls, type NoteCalls, Place, PLAN, THREAD } from "./plan.ts";

async function opened(
  place: Place,
  options: Partial<DataClientOptions> = {},
): Promise<DataClient & AsyncDisposable> {
  const path = place.file("parlance.db");
  const client = await DataClient.open({ thread: THREAD, path, ...options });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

Deno.test("data client: calls are answered in their order, and outlive the thread", async () => {
  using place = new Place();
  {
    await using client = await opened(place);
    const notes = client.port<NoteCalls>("notes");
    const ids = await Promise.all(["a", "b", "c"].map((text) => notes.call("add", text)));
    assertEquals(ids, [1, 2, 3]);
    // Behind what still waits, the database is closed.
    void notes.call("add", "d");
  }
  await using client = await opened(place);
  assertEquals(await client.port<NoteCalls>("notes").call("all"), ["a", "b", "c", "d"]);
});

Deno.test("data client: a call that fails is one line, and the next one works", async () => {
  using place = new Place();
  await using client = await opened(place);
  const notes = client.port<NoteCalls>("notes");
  await assertRejects(() => notes.call("fail"), DataError, "no such table: nowhere");
  assertEquals(await notes.call("all"), []);
  const none = client.port<{ readonly x: () => void }>("none");
  await assertRejects(() => none.call("x"), DataError, 'Nothing is called "none.x"');
});

Deno.test("data client: more calls than the queue holds are refused, not kept", async () => {
  using place = new Place();
  await using client = await opened(place, { maxWaiting: 2 });
  const notes = client.port<NoteCalls>("notes");
  const waiting = [notes.call("add", "a"), notes.call("add", "b")];
  await assertRejects(() => notes.call("add", "c"), DataError, "too many calls wait for it");
  assertEquals(client.waiting, 2);
  await Promise.all(waiting);
  assertEquals(await notes.call("all"), ["a", "b"]);
});

Deno.test("data client: a thread that ends by a bug fails what waits, and says so once", async () => {
  using place = new Place();
  const faults: string[] = [];
  const fault = Promise.withResolvers<void>();
  const client = await opened(place, {
    onFault: (reason) => {
      faults.push(reason);
      fault.resolve();
    },
  });
  const notes = client.port<NoteCalls>("notes");
  await notes.call("crash");
  await within("the fault", fault.promise);
  await assertRejects(() => notes.call("all"), DataError, "a bug");
  assertEquals(faults.length, 1);
  await client.close();
});

Deno.test("data client: a database that cannot be used is refused with its reason", async () => {
  using place = new Place();
  Deno.writeTextFileSync(place.file("parlance.db"), "no database at all");
  await assertRejects(() => opened(place), DataError, "it is damaged, or no database");
});

Deno.test("data client: modules that are written alike share a connection", async () => {
  using place = new Place();
  await using client = await opened(place);
  const [safe, fast, asFast] = ["safe", "fast", "as fast"].map((name) =>
    client.port<LookCalls>(name)
  );
  const modes = [safe, fast, asFast].map((port) => port?.call("synchronous"));
  assertEquals(await Promise.all(modes), [2, 1, 1]);
  await fast?.call("sign");
  const signed = [safe, fast, asFast].map((port) => port?.call("isSigned"));
  assertEquals(await Promise.all(signed), [false, true, true]);
});

/** A thread of which only the test says what it reports. */
class FakeWorker {
  static last: FakeWorker;
  onmessage: ((event: { data: DataReport }) => void) | undefined;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | undefined;
  readonly requests: DataRequest[] = [];
  isTerminated = false;

  constructor() {
    FakeWorker.last = this;
  }

  postMessage(request: DataRequest): void {
    this.requests.push(request);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  report(data: DataReport): void {
    this.onmessage?.({ data });
  }
}

/** Opens a client whose thread is the test's. */
function withFakeThread(options: Partial<DataClientOptions> = {}) {
  const original = globalThis.Worker;
  globalThis.Worker = FakeWorker as unknown as typeof Worker;
  try {
    const opening = DataClient.open({ thread: "", path: "x", ...options });
    return { opening, thread: FakeWorker.last };
  } finally {
    globalThis.Worker = original;
  }
}

Deno.test("data client: a thread that cannot open the database is ended", async () => {
  const { opening, thread } = withFakeThread();
  assertEquals([thread.requests, thread.isTerminated], [
    [{ type: "open", path: "x", pollMs: 1000 }],
    false,
  ]);
  thread.report({ type: "refused", fault: "it is full of eels" });
  await assertRejects(() => opening, DataError, "it is full of eels");
  assertEquals(thread.isTerminated, true);
});

Deno.test("data client: what waits when the thread ends by itself is rejected, whether it was open or not", async () => {
  const faults: string[] = [];
  const { opening, thread } = withFakeThread({ onFault: (reason) => faults.push(reason) });
  thread.report({ type: "opened" });
  const notes = (await opening).port<NoteCalls>("notes");
  const waiting = assertRejects(() => notes.call("all"), DataError, "database: a bug");
  let prevented = 0;
  thread.onerror?.({ message: "a bug", preventDefault: () => prevented++ });
  await waiting;
  assertEquals([faults, prevented, thread.isTerminated], [["a bug"], 1, true]);
  const early = withFakeThread({ onFault: (reason) => faults.push(reason) });
  early.thread.onerror?.({ message: "no module", preventDefault: () => prevented++ });
  await assertRejects(() => early.opening, DataError, "database: no module");
  assertEquals(faults, ["a bug"]);
});

Deno.test("data client: closing waits for the calls before it, and refuses those behind it", async () => {
  const { opening, thread } = withFakeThread();
  thread.report({ type: "opened" });
  const client = await opening;
  const notes = client.port<NoteCalls>("notes");
  const call = notes.call("all");
  const closed = Promise.all([client.close(), client.close()]);
  await assertRejects(() => notes.call("all"), DataError, "the database is closed");
  assertEquals(thread.requests.map(({ type }) => type), ["open", "call", "close"]);
  thread.report({ type: "returned", id: 1, value: ["a"] });
  thread.report({ type: "closed" });
  assertEquals(await call, ["a"]);
  await closed;
});

Deno.test("data client: after its end every call fails, and closing again is nothing", async () => {
  using place = new Place();
  const client = await opened(place);
  await client.close();
  await client.close();
  const notes = client.port<NoteCalls>("notes");
  await assertRejects(() => notes.call("all"), DataError, "the database is closed");
});

Deno.test("data client: what another process changes is reported, and what this one does is not", async () => {
  using place = new Place();
  openDatabase(place.file("parlance.db"), PLAN);
  const changed: string[] = [];
  let next = Promise.withResolvers<void>();
  await using client = await opened(place, {
    pollMs: 5,
    onChange: (module) => {
      changed.push(module);
      next.resolve();
    },
  });
  const notes = client.port<NoteCalls>("notes");
  await notes.call("add", "mine");
  const other = connect(place.file("parlance.db"), { durable: true });
  other.exec("INSERT INTO notes (text) VALUES ('theirs')");
  await within("the report", next.promise);
  next = Promise.withResolvers();
  assertEquals(await notes.call("all"), ["mine", "theirs"]);
  other.exec("INSERT INTO notes (text) VALUES ('again')");
  await within("the second report", next.promise);
  assertEquals(changed, ["notes", "notes"]);
  // What is not the module's is not reported, also not for one that was changed before.
  next = Promise.withResolvers();
  other.exec("BEGIN; CREATE TABLE elsewhere (x); PRAGMA user_version = 9; COMMIT");
  while (!changed.includes("as fast")) {
    await within("the report of other modules", next.promise);
    next = Promise.withResolvers();
  }
  assertEquals(changed.splice(2), ["safe", "fast", "as fast"]);
  // Not even a call right behind it makes it look like one of ours.
  next = Promise.withResolvers();
  other.exec("INSERT INTO notes (text) VALUES ('unseen')");
  await notes.call("all");
  await within("the third report", next.promise);
  assertEquals(changed, ["notes", "notes", "notes"]);
  // Nor one that waited until the other process had written.
  next = Promise.withResolvers();
  await notes.call("overtaken", "during a call");
  await within("the fourth report", next.promise);
  other.close();
  await notes.call("add", "mine again");
  await notes.call("all");
  assertEquals(changed, ["notes", "notes", "notes", "notes"]);
});

Deno.test("data client: a call notices what others have changed, and only what concerns its module", async () => {
  using place = new Place();
  openDatabase(place.file("parlance.db"), PLAN);
  const changed: string[] = [];
  // Nobody looks but the calls.
  const never = { pollMs: 2 ** 31 - 1, onChange: (module: string) => void changed.push(module) };
  await using client = await opened(place, never);
  const notes = client.port<NoteCalls>("notes");
  const other = connect(place.file("parlance.db"), { durable: true });
  other.exec("INSERT INTO notes (text) VALUES ('theirs')");
  await notes.call("add", "mine");
  assertEquals(changed.splice(0), ["notes"]);
  // What another process does elsewhere does not make a change of ours theirs.
  other.exec("CREATE TABLE elsewhere (x)");
  await notes.call("all");
  other.exec("INSERT INTO elsewhere VALUES (1)");
  await notes.call("add", "mine");
  other.exec("INSERT INTO elsewhere VALUES (2)");
  await notes.call("all");
  assertEquals(changed, []);
  await notes.call("overtaken", "theirs");
  await notes.call("all");
  assertEquals(changed.splice(0), ["notes"]);
  other.exec("INSERT INTO elsewhere VALUES (3)");
  await notes.call("all");
  assertEquals(changed, []);
  other.close();
});
