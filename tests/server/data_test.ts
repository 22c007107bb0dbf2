/**
 * The server's own data, opened as the server opens it.
 *
 * @module
 */

import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError } from "../../lib/data/data_error.ts";
import { checkData, openData, type ServerData } from "../../lib/server/data.ts";
import { Place } from "../data/plan.ts";
import { DATA_THREAD_MODULE } from "../support/data_thread.ts";

async function opened(place: Place): Promise<ServerData & AsyncDisposable> {
  const data = await openData({
    path: place.path,
    thread: DATA_THREAD_MODULE,
    onFault: (reason) => {
      throw new Error(reason);
    },
  });
  return Object.assign(data, { [Symbol.asyncDispose]: () => data.close() });
}

Deno.test("data: a secret is made once and stays", async () => {
  using place = new Place();
  let first: Uint8Array;
  {
    await using data = await opened(place);
    first = await data.secret("cloak", 16);
    assertEquals(first.length, 16);
    assertEquals(await data.secret("cloak", 16), first);
    assertNotEquals(await data.secret("other", 16), first);
  }
  await using data = await opened(place);
  assertEquals(await data.secret("cloak", 16), first);
});

Deno.test("data: one server at a time, and a refused database frees the directory", async () => {
  using place = new Place();
  {
    await using _data = await opened(place);
    await assertRejects(() => opened(place), DataError, "another server is using it");
  }
  Deno.writeTextFileSync(place.file("parlance.db"), "no database", { mode: 0o600 });
  await assertRejects(() => opened(place), DataError, "it is damaged");
  Deno.removeSync(place.file("parlance.db"));
  await using _data = await opened(place);
});

Deno.test("data: a look at it finds what a start would find, beside a server as well, and changes nothing", async () => {
  using place = new Place();
  checkData(place.file("none"));
  checkData(place.path);
  assertEquals(place.contents(), {});
  {
    await using _data = await opened(place);
    checkData(place.path);
  }
  Deno.writeTextFileSync(place.file("parlance.db"), "no database");
  const before = place.contents();
  assertThrows(() => checkData(place.path), DataError, "it is damaged, or no database");
  Deno.chmodSync(place.file("parlance.db"), 0o644);
  assertThrows(() => checkData(place.path), DataError, "run chmod 600 on it");
  assertEquals(place.contents(), before);
});
