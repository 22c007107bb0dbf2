/**
 * Everything that the server keeps in its database. To keep something new, add its tables at the
 * end of `migrations`, and its module.
 *
 * @module
 */

import { ACCOUNT_TABLES, ACCOUNTS, NETWORK_TABLES } from "../accounts/account_module.ts";
import { ALWAYS_ON, ALWAYS_ON_TABLES } from "../accounts/always_on_module.ts";
import { CHANNEL_TABLES, CHANNELS } from "../accounts/channel_module.ts";
import type { DataPlan } from "../data/plan.ts";
import { HISTORY, HISTORY_TABLES } from "../history/history_module.ts";

/** The tables and modules of this version. */
export const DATA_PLAN: DataPlan = {
  // In the order of their releases: a released script is never changed or moved.
  migrations: [
    ACCOUNT_TABLES,
    CHANNEL_TABLES,
    HISTORY_TABLES,
    ALWAYS_ON_TABLES,
    NETWORK_TABLES,
  ],
  modules: [ACCOUNTS, CHANNELS, HISTORY, ALWAYS_ON],
};
