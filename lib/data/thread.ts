/**
 * The thread that owns the database: the event loop of the server never waits for a disk. It takes
 * one request after the other.
 *
 *   server --DataRequest--> thread --> module's call --> SQLite
 *          <--DataReport---
 *
 * @module
 */

import { DataError, faultOf } from "./data_error.ts";
import { connect, openDatabase } from "./database.ts";
import { DATA_THREAD, type DataReport, type DataRequest } from "./messages.ts";
import { type Database, type DataCalls, type DataPlan, readRow } from "./plan.ts";

/** A module, its connection, and what was last known of it. */
interface Part {
  readonly name: string;
  readonly database: Database;
  readonly calls: DataCalls;
  /** Absent where no other process changes anything. */
  readonly follows: Follows | undefined;
}

/** How changes of a module by other processes are noticed. */
interface Follows {
  /** Raised by every change of the module, whoever makes it. */
  readonly version: () => number;
  /** Changes when another connection has written anything at all; never by what this one writes. */
  readonly foreign: () => number;
  seenVersion: number;
  seenForeign: number;
}

/** The part of a worker's global scope that this file uses. */
interface Scope {
  readonly name?: unknown;
  onmessage: ((event: MessageEvent<DataRequest>) => void) | null;
  postMessage(report: DataReport): void;
  close(): void;
}

const scope = globalThis as unknown as Scope;

/** Whether this code runs in the thread of the database. */
export function isDataThread(): boolean {
  return scope.name === DATA_THREAD && typeof scope.postMessage === "function";
}

/** Serves requests in this thread, with the modules of `plan`. */
export function runDataThread(plan: DataPlan): void {
  let parts = new Map<string, Part>();
  let timer: ReturnType<typeof setInterval> | undefined;
  scope.onmessage = ({ data: request }) => {
    switch (request.type) {
      case "open":
        try {
          parts = openAll(request.path, plan);
        } catch (error) {
          return scope.postMessage({ type: "refused", fault: faultOf(error) });
        }
        timer = setInterval(() => poll(parts.values()), request.pollMs);
        return scope.postMessage({ type: "opened" });
      case "call":
        return scope.postMessage(call(parts.get(request.module), request));
      case "close":
        clearInterval(timer);
        for (const database of new Set(Array.from(parts.values(), (part) => part.database))) {
          database.close();
        }
        scope.postMessage({ type: "closed" });
        return scope.close();
    }
  };
}

/** Durable modules share a connection, and the others share one. */
function openAll(path: string, plan: DataPlan): Map<string, Part> {
  openDatabase(path, plan);
  const connections = new Map<boolean, Database>();
  const parts = new Map<string, Part>();
  for (const module of plan.modules) {
    const { name, durable } = module;
    const database = connections.get(durable) ?? connect(path, { durable });
    connections.set(durable, database);
    const { calls, version } = module.open(database);
    parts.set(name, { name, database, calls, follows: version && follow(database, version) });
  }
  return parts;
}

function follow(database: Database, version: () => number): Follows {
  const read = database.prepare("PRAGMA data_version");
  const foreign = () => Number(readRow(read)?.["data_version"]);
  // This one first: what is written between the two reads is then still to be noticed.
  const seenForeign = foreign();
  return { version, foreign, seenForeign, seenVersion: version() };
}

function call(
  part: Part | undefined,
  { id, module, name, args }: Extract<DataRequest, { type: "call" }>,
): DataReport {
  try {
    const run = part?.calls[name];
    if (part === undefined || run === undefined) {
      throw new DataError(`Nothing is called "${module}.${name}"`);
    }
    look(part);
    const value = run(...args);
    noteOwn(part);
    return { type: "returned", id, value };
  } catch (error) {
    return { type: "failed", id, fault: faultOf(error) };
  }
}

/** Reports the modules that other processes have changed. */
function poll(parts: Iterable<Part>): void {
  for (const part of parts) look(part);
}

/** Reports a module if another connection has changed it since the last look. */
function look({ name, follows }: Part): void {
  if (follows === undefined) return;
  try {
    const foreign = follows.foreign();
    if (foreign === follows.seenForeign) return;
    const version = follows.version();
    follows.seenForeign = foreign;
    if (version === follows.seenVersion) return;
    follows.seenVersion = version;
    report(name);
  } catch {
    // The database is busy or the disk fails. Nothing was noted, so that the next look finds it.
  }
}

/**
 * Notes the version that a call of our own has made, so that no look reports it. A write of another
 * process may have come between the look before the call and the end of the call: which change is
 * whose cannot be told then, and the next look reports both.
 */
function noteOwn({ follows }: Part): void {
  if (follows === undefined) return;
  try {
    // This one first: what is written between the two reads is not noted.
    const version = follows.version();
    if (follows.foreign() === follows.seenForeign) follows.seenVersion = version;
  } catch {
    // As in `look`. The call itself has succeeded.
  }
}

function report(module: string): void {
  scope.postMessage({ type: "changed", module });
}
