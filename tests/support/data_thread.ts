/**
 * The thread of the server's database, for servers in a test's own process.
 *
 * @module
 */

import { runServerDataThread } from "../../lib/server/data.ts";

/** This module, to be started as the thread. */
export const DATA_THREAD_MODULE: string = import.meta.url;

runServerDataThread();
