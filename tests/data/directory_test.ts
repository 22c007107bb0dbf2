/**
 * The data directory: what is refused, and that nothing is changed then.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../lib/data/data_error.ts";
import { lockDirectory, prepareDirectory } from "../../lib/data/directory.ts";
import { Place } from "./plan.ts";

/** What may stand in it. */
const FILES = [
  "parlance.db",
  "parlance.db-wal",
  "parlance.db-shm",
  "parlance.db-journal",
  "parlance.lock",
];

function assertRefused(path: string, why: string): void {
  const error = assertThrows(() => prepareDirectory(path), DataError);
  assertEquals(error.message, `Cannot use the data directory "${path}": ${why}`);
}

Deno.test("directory: it is made for this user alone, with those above it", () => {
  using place = new Place();
  const path = place.file("a/b");
  assertEquals(prepareDirectory(path), `${path}/parlance.db`);
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o700);
  assertEquals((Deno.statSync(place.file("a")).mode ?? 0) & 0o777, 0o700);
  assertEquals([...Deno.readDirSync(path)], []);
});

for (const mode of [0o755, 0o750, 0o707, 0o711]) {
  Deno.test(`directory: mode ${mode.toString(8)} is refused`, () => {
    using place = new Place();
    Deno.chmodSync(place.path, mode);
    const shown = mode.toString(8);
    assertRefused(place.path, `its mode is ${shown}, so others can use it; run chmod 700 on it`);
    assertEquals((Deno.statSync(place.path).mode ?? 0) & 0o777, mode);
  });
}

Deno.test("directory: a symbolic link is refused, be it the directory or in it", () => {
  using place = new Place();
  using other = new Place();
  Deno.symlinkSync(other.path, place.file("link"));
  assertRefused(place.file("link"), "it is a symbolic link; name what it points to");
  for (const name of FILES) {
    const target = other.file("victim");
    Deno.writeTextFileSync(target, "precious");
    Deno.symlinkSync(target, place.file(name));
    assertRefused(place.path, `"${name}" in it is a symbolic link; remove it`);
    assertEquals(Deno.readTextFileSync(target), "precious");
    Deno.removeSync(place.file(name));
  }
});

Deno.test("directory: a file in it that others can use is refused, and stays as it is", () => {
  using place = new Place();
  for (const name of FILES) {
    for (const mode of [0o644, 0o620, 0o601]) {
      Deno.writeTextFileSync(place.file(name), "");
      Deno.chmodSync(place.file(name), mode);
      const why = `the mode of "${name}" in it is ${mode.toString(8)}, so others can use it; ` +
        "run chmod 600 on it";
      assertRefused(place.path, why);
      assertEquals((Deno.statSync(place.file(name)).mode ?? 0) & 0o777, mode);
    }
    Deno.removeSync(place.file(name));
  }
});

Deno.test("directory: what is no directory, or no ordinary file in it, is refused", () => {
  using place = new Place();
  Deno.writeTextFileSync(place.file("file"), "");
  assertRefused(place.file("file"), "it is no directory");
  Deno.mkdirSync(place.file("parlance.db"));
  assertRefused(place.path, '"parlance.db" in it is no ordinary file; remove it');
});

Deno.test("directory: another user's is refused", {
  ignore: Deno.uid() !== 0, // only root can give files away
}, () => {
  using place = new Place();
  Deno.chownSync(place.path, 12345, 12345);
  assertRefused(place.path, "it belongs to another user");
  assertEquals(place.contents(), {});
  Deno.chownSync(place.path, 0, 0);
  Deno.writeTextFileSync(place.file("parlance.db"), "");
  Deno.chownSync(place.file("parlance.db"), 12345, 12345);
  assertRefused(place.path, '"parlance.db" in it belongs to another user');
});

Deno.test("directory: one server holds it, and the next one follows", () => {
  using place = new Place();
  const lock = lockDirectory(place.path);
  const error = assertThrows(() => lockDirectory(place.path), DataError);
  assertEquals(
    error.message,
    `Cannot use the data directory "${place.path}": another server is using it`,
  );
  lock.close();
  lockDirectory(place.path).close();
  assert((Deno.statSync(place.file("parlance.lock")).mode ?? 0) % 0o100 === 0);
});
