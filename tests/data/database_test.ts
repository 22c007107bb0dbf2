/**
 * Opening the database: migrations, and files that are refused and stay as they are.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { DataError } from "../../lib/data/data_error.ts";
import { DatabaseSync } from "node:sqlite";
import { connect, numberOf, openDatabase } from "../../lib/data/database.ts";
import type { Database, DataPlan } from "../../lib/data/plan.ts";
import { Place, PLAN } from "./plan.ts";

function withMigrations(...migrations: readonly string[]): DataPlan {
  return { migrations, modules: [] };
}

function versionIn(path: string): number {
  const database = connect(path, { durable: true });
  try {
    return numberOf(database, "PRAGMA user_version");
  } finally {
    database.close();
  }
}

/** Opening fails, and every byte in the directory is as it was. */
function assertUnchanged(place: Place, plan: DataPlan): string {
  const before = place.contents();
  const path = place.file("parlance.db");
  const error = assertThrows(() => openDatabase(path, plan), DataError);
  assertEquals(place.contents(), before);
  assertStringIncludes(error.message, `Cannot use the database "${path}": `);
  return error.message;
}

Deno.test("database: a new one has mode 600 and the newest schema", () => {
  using place = new Place();
  const path = place.file("parlance.db");
  openDatabase(path, PLAN);
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  assertEquals(versionIn(path), 2);
});

Deno.test("database: only the migrations that are missing are applied, and data stays", () => {
  using place = new Place();
  const path = place.file("parlance.db");
  const [first = "", second = ""] = PLAN.migrations;
  openDatabase(path, withMigrations(first));
  const database = connect(path, { durable: true });
  database.exec("INSERT INTO notes VALUES (7)");
  database.close();
  openDatabase(path, withMigrations(first, second));
  openDatabase(path, withMigrations(first, second));
  const again = connect(path, { durable: true });
  assertEquals({ ...again.prepare("SELECT * FROM notes").get() }, { id: 7, text: null });
  again.close();
});

Deno.test("database: a migration that fails leaves the schema as it was", () => {
  using place = new Place();
  const path = place.file("parlance.db");
  openDatabase(path, PLAN);
  const broken = "CREATE TABLE more (x) ; INSERT INTO nowhere VALUES (1)";
  const error = assertThrows(
    () => openDatabase(path, withMigrations(...PLAN.migrations, broken)),
    DataError,
  );
  assertMatch(error.message, /no such table: nowhere/);
  assertEquals(versionIn(path), 2);
  openDatabase(path, withMigrations(...PLAN.migrations, "CREATE TABLE more (x)"));
});

Deno.test("database: a newer one is refused, and nothing is changed", () => {
  using place = new Place();
  openDatabase(place.file("parlance.db"), PLAN);
  const message = assertUnchanged(place, withMigrations(PLAN.migrations[0] as string));
  assertMatch(
    message,
    /a newer version of this program has used it \(schema 2, this one knows 1\)/,
  );
});

Deno.test("database: another program's is refused, and nothing is changed", () => {
  using place = new Place();
  const database = connect(place.file("parlance.db"), { durable: true });
  database.exec("PRAGMA application_id = 42; CREATE TABLE t (x)");
  database.close();
  assertMatch(assertUnchanged(place, PLAN), /it belongs to another program$/);
});

Deno.test("database: one of a program that says nothing about itself is another's all the same", () => {
  for (const mode of ["DELETE", "WAL"]) {
    using place = new Place();
    const path = place.file("parlance.db");
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE t (x); INSERT INTO t VALUES (1)`);
    database.close();
    assertMatch(assertUnchanged(place, PLAN), /it belongs to another program$/);
    // Also when the table is only in the log beside the file.
    const open = new DatabaseSync(path);
    open.exec("DROP TABLE t; PRAGMA journal_mode = WAL; CREATE TABLE u (x)");
    const error = assertThrows(() => openDatabase(path, PLAN), DataError);
    assertMatch(error.message, /it belongs to another program$/);
    assertEquals(open.prepare("SELECT name FROM sqlite_schema").all().map(({ name }) => name), [
      "u",
    ]);
    open.close();
  }
});

Deno.test("database: only its log has tables, and no program says that they are its own", () => {
  using place = new Place();
  const path = place.file("parlance.db");
  const empty = new DatabaseSync(path);
  // The header says nothing of tables yet.
  empty.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
  empty.exec("CREATE TABLE t (x)");
  const error = assertThrows(() => openDatabase(path, PLAN), DataError);
  assertMatch(error.message, /it belongs to another program$/);
  assertEquals(numberOf(empty as unknown as Database, "SELECT count(*) FROM sqlite_schema"), 1);
  empty.close();
});

for (
  const [what, bytes] of [
    ["a text", new TextEncoder().encode("hello\n".repeat(100))],
    ["a torn header", new TextEncoder().encode("SQLite format 3\0")],
    ["one byte", new Uint8Array(1)],
    ["zeros", new Uint8Array(4096)],
  ] as const
) {
  Deno.test(`database: ${what} is refused, and nothing is changed`, () => {
    using place = new Place();
    Deno.writeFileSync(place.file("parlance.db"), bytes);
    assertMatch(assertUnchanged(place, PLAN), /it is damaged, or no database; put it aside$/);
  });
}

Deno.test("database: one whose pages are damaged is refused", () => {
  using place = new Place();
  const path = place.file("parlance.db");
  openDatabase(path, PLAN);
  const database = connect(path, { durable: true });
  const add = database.prepare("INSERT INTO notes (text) VALUES (?)");
  for (let i = 0; i < 1000; i++) add.run("x".repeat(100));
  database.close();
  const bytes = Deno.readFileSync(path);
  // All pages but the first, which has the header and the schema.
  bytes.fill(0xa5, 4096);
  Deno.writeFileSync(path, bytes);
  const error = assertThrows(() => openDatabase(path, PLAN), DataError);
  assertMatch(error.message, /it is damaged: .*; put it aside$/s);
  assertEquals(Deno.readFileSync(path), bytes);
});

Deno.test("database: an empty file becomes a database", () => {
  using place = new Place();
  const path = place.file("parlance.db");
  Deno.writeFileSync(path, new Uint8Array());
  openDatabase(path, PLAN);
  assertEquals(versionIn(path), 2);
});

Deno.test("database: one whose log is newer than its header is refused as well", () => {
  using place = new Place();
  const path = place.file("parlance.db");
  openDatabase(path, PLAN);
  const newer = connect(path, { durable: true });
  newer.exec("PRAGMA user_version = 9");
  const error = assertThrows(() => openDatabase(path, PLAN), DataError);
  assertEquals(
    error.message,
    `Cannot use the database "${path}": a newer version of this program has used it ` +
      "(schema 9, this one knows 2); install that version again",
  );
  newer.close();
});

for (const [durable, synchronous] of [[true, 2], [false, 1]] as const) {
  Deno.test(`database: how a connection is set up that is${durable ? "" : " not"} durable`, () => {
    using place = new Place();
    const database = connect(place.file("parlance.db"), { durable });
    const names = ["synchronous", "busy_timeout", "foreign_keys", "secure_delete"];
    const values = names.map((name) => numberOf(database, `PRAGMA ${name}`));
    assertEquals(values, [synchronous, 5000, 1, 1]);
    assertEquals({ ...database.prepare("PRAGMA journal_mode").get() }, { journal_mode: "wal" });
    database.close();
  });
}
