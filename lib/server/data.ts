/**
 * The server's own data: the directory, which it holds, and the database in it, which its
 * thread owns.
 *
 * @module
 */

import { type AccountCalls, ACCOUNTS } from "../accounts/account_module.ts";
import { DataClient } from "../data/client.ts";
import { DataError } from "../data/data_error.ts";
import { checkHeader } from "../data/database.ts";
import {
  databaseIn,
  inspectDirectory,
  lockDirectory,
  prepareDirectory,
} from "../data/directory.ts";
import { isDataThread, runDataThread } from "../data/thread.ts";
import { systemClock } from "../net/deadline.ts";
import { DataChanges, type TakeOver } from "./data_changes.ts";
import { DATA_PLAN } from "./data_plan.ts";

/** How the data is opened. */
export interface DataOptions {
  /** The directory. */
  readonly path: string;
  /** The module that calls `runServerDataThread` when it is started as a worker. */
  readonly thread: string | URL;
  /** Receives the reason when the database has failed for good. */
  readonly onFault: (reason: string) => void;
  /** Milliseconds between two looks for other processes' changes. */
  readonly pollMs?: number;
}

/** Data that is open. */
export interface ServerData {
  /** Makes calls of the modules. */
  readonly client: DataClient;
  /** The secret called `name`, of `bytes` random bytes: the same for the life of the database. */
  secret(name: string, bytes: number): Promise<Uint8Array>;
  /**
   * Calls `act` whenever another process has changed what the module called `module` keeps, as
   * `DataChanges` promises.
   */
  onChange(module: string, act: TakeOver): void;
  /** Closes the database after the calls that wait, and lets the next server in. */
  close(): Promise<void>;
}

/**
 * Opens the data in a directory.
 *
 * @throws {DataError} when it cannot be used.
 */
export async function openData(options: DataOptions): Promise<ServerData> {
  const path = prepareDirectory(options.path);
  const lock = lockDirectory(options.path);
  const changes = new DataChanges(systemClock);
  try {
    const client = await DataClient.open({
      ...options,
      path,
      onChange: (module) => changes.note(module),
    });
    return {
      client,
      secret: (name, bytes) => {
        const fresh = crypto.getRandomValues(new Uint8Array(bytes));
        return client.port<AccountCalls>(ACCOUNTS.name).call("secret", name, fresh);
      },
      onChange: (module, act) => changes.listen(module, act),
      close: async () => {
        changes.close();
        await client.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw withAdvice(error);
  }
}

/**
 * Looks at the data in a directory, if there is any, and changes nothing.
 *
 * @throws {DataError} when a server could not use it.
 */
export function checkData(path: string): void {
  if (inspectDirectory(path) !== undefined) checkHeader(databaseIn(path), DATA_PLAN);
}

/** A worker is a module that the runtime reads anew: from source, it must be allowed to. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof DataError) || !/requires read access/i.test(error.message)) return error;
  return new DataError(
    "Cannot start the thread of the database: deno run must be allowed to read the program as " +
      "well as the data directory: --allow-read",
  );
}

/** Serves the database, if this is its thread; false in any other. */
export function runServerDataThread(): boolean {
  if (!isDataThread()) return false;
  runDataThread(DATA_PLAN);
  return true;
}
