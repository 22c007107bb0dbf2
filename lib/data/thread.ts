/**
 * The thread that owns the database: the event loop of the server never waits for a disk. It takes one request
 * after the other.
 *
 *   server --DataRequest--> thread --> module's call --> SQLite
 *          <--DataReport---
 *
 * @module
 */

import { DataError, faultOf } from "./data_error.ts";
import { connect, numberOf, openDatabase } from "./database.ts";
import { DATA_THREAD, type DataReport, type DataRequest } from "./messages.ts";
import type { Database, DataCalls, DataPlan } from "./plan.ts";

/** A module, its connection, and what was last known of it. */
interface Part {
  readonly name: string;
  readonly database: Database;
  readonly calls: DataCalls;
  readonly version: () => number;
  seenVersion: number;
  seenData: number;
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
          return scope.postMessage({ type: "refused", fault: messageOf(error) });
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
    const { calls, version = () => 0 } = module.open(database);
    parts.set(name, {
      name,
      database,
      calls,
      version,
      seenVersion: version(),
      seenData: dataVersion(database),
    });
  }
  return parts;
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
    const before = part.version();
    const value = run(...args);
    const after = part.version();
    // A call changes one thing: what is more was another process, and the next look must not take it for ours.
    if (before !== part.seenVersion || after > before + 1) report(part);
    part.seenVersion = after;
    return { type: "returned", id, value };
  } catch (error) {
    return { type: "failed", id, fault: messageOf(error) };
  }
}

/** Reports what other processes have changed. A call of our own has noted the version that it made. */
function poll(parts: Iterable<Part>): void {
  for (const part of parts) {
    try {
      const data = dataVersion(part.database);
      if (data === part.seenData) continue;
      part.seenData = data;
      const version = part.version();
      if (version === part.seenVersion) continue;
      part.seenVersion = version;
      report(part);
    } catch {
      // Another process is writing, or the disk fails: the next time shows it.
    }
  }
}

function report({ name }: Part): void {
  scope.postMessage({ type: "changed", module: name });
}

/** Changes when another connection has written. */
function dataVersion(database: Database): number {
  return numberOf(database, "PRAGMA data_version");
}

function messageOf(error: unknown): string {
  return error instanceof DataError ? error.message : faultOf(error);
}
