/**
 * The thread of the database and the calls to it.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { DataClient, type DataClientOptions } from "../../lib/data/client.ts";
import { DataError } from "../../lib/data/data_error.ts";
import { connect, openDatabase } from "../../lib/data/database.ts";
import { within } from "../support/within.ts";
import { type NoteCalls, Place, PLAN, THREAD } from "./plan.ts";

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
