/**
 * Copies of the database that fail; those that succeed are in `server/history_command_test.ts`.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { backUp } from "../../lib/data/backup.ts";
import { DataError } from "../../lib/data/data_error.ts";
import { connect, openDatabase } from "../../lib/data/database.ts";
import { Place, PLAN } from "./plan.ts";

Deno.test("backup: one that fails leaves no file behind", async () => {
  using place = new Place();
  openDatabase(place.file("parlance.db"), PLAN);
  const database = connect(place.file("parlance.db"), { durable: false });
  database.close();
  const file = place.file("copy.db");
  await assertRejects(
    () => backUp(database, file),
    DataError,
    `Cannot write the backup "${file}": `,
  );
  assertEquals(Object.keys(place.contents()), ["parlance.db"]);
});
