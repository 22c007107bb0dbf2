/**
 * A plan with one small module, and the thread that serves it, for the tests of the database.
 *
 * @module
 */

import { connect, numberOf } from "../../lib/data/database.ts";
import type { DataModule, DataPlan } from "../../lib/data/plan.ts";
import { isDataThread, runDataThread } from "../../lib/data/thread.ts";

/** The calls of the module. */
export type NoteCalls = {
  readonly add: (text: string) => number;
  readonly all: () => readonly string[];
  /** Adds `text` as another process would whose write falls into this call, and itself changes nothing. */
  readonly overtaken: (text: string) => void;
  readonly fail: () => never;
  readonly crash: () => void;
};

const NOTES: DataModule = {
  name: "notes",
  durable: true,
  open(database) {
    const add = database.prepare("INSERT INTO notes (text) VALUES (?)");
    const all = database.prepare("SELECT text FROM notes ORDER BY id");
    const count = database.prepare("SELECT count(*) AS n FROM notes");
    return {
      version: () => Number(count.get()?.["n"]),
      calls: {
        add: (text: string) => Number(add.run(text).lastInsertRowid),
        all: () => all.all().map(({ text }) => String(text)),
        overtaken: (text: string) => {
          const other = connect(database.location() as string, { durable: true });
          other.prepare("INSERT INTO notes (text) VALUES (?)").run(text);
          other.close();
        },
        fail: () => {
          database.exec("INSERT INTO nowhere VALUES (1)");
        },
        crash: () => {
          setTimeout(() => {
            throw new Error("a bug");
          });
        },
      },
    };
  },
};

/** The calls of the modules that only say which connection they have. */
export type LookCalls = {
  /** 2 for a connection whose writes are on the disk when they return, 1 for another. */
  readonly synchronous: () => number;
  /** Leaves a sign that only this connection has. */
  readonly sign: () => void;
  /** Whether it has the sign. */
  readonly isSigned: () => boolean;
};

function lookModule(name: string, durable: boolean): DataModule {
  return {
    name,
    durable,
    open: (database) => ({
      // Another process can change it without a table.
      version: () => numberOf(database, "PRAGMA user_version"),
      calls: {
        synchronous: () => Number(database.prepare("PRAGMA synchronous").get()?.["synchronous"]),
        sign: () => database.exec("CREATE TEMP TABLE sign (x)"),
        isSigned: () =>
          database.prepare("SELECT 1 FROM sqlite_temp_schema WHERE name = 'sign'").get() !==
            undefined,
      },
    }),
  };
}

/** Two migrations and four modules. */
export const PLAN: DataPlan = {
  migrations: [
    "CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT",
    "ALTER TABLE notes ADD COLUMN text TEXT",
  ],
  modules: [
    NOTES,
    lookModule("safe", true),
    lookModule("fast", false),
    lookModule("as fast", false),
  ],
};

/** This module, to be started as the thread. */
export const THREAD: string = import.meta.url;

/** A directory of the test's own, removed at its end. */
export class Place implements Disposable {
  /** Its path; it has mode 700. */
  readonly path: string = Deno.makeTempDirSync({ prefix: "parlance-data-" });

  /** The path of a file in it. */
  file(name: string): string {
    return `${this.path}/${name}`;
  }

  /** The bytes of every file in it, by name. */
  contents(): Record<string, string> {
    const names = [...Deno.readDirSync(this.path)].map(({ name }) => name).sort();
    return Object.fromEntries(names.map((name) => {
      const { isFile } = Deno.lstatSync(this.file(name));
      return [name, isFile ? Deno.readFileSync(this.file(name)).toHex() : "no file"];
    }));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

if (isDataThread()) runDataThread(PLAN);
