/**
 * The table of IRC's commands, which are carried out in files grouped by what they act on.
 *
 * @module
 */

import { ON_ACCOUNTS } from "./irc_on_accounts.ts";
import { ON_BATCHES } from "./irc_on_batches.ts";
import { ON_CHANNELS } from "./irc_on_channels.ts";
import { ON_CONNECTION } from "./irc_on_connection.ts";
import { ON_HISTORY } from "./irc_on_history.ts";
import { ON_MESSAGES } from "./irc_on_messages.ts";
import { ON_METADATA } from "./irc_on_metadata.ts";
import { ON_MODES } from "./irc_on_modes.ts";
import { ON_OPERATORS } from "./irc_on_operators.ts";
import { ON_SERVER } from "./irc_on_server.ts";
import { ON_USERS } from "./irc_on_users.ts";
import { ON_STATS } from "./irc_on_stats.ts";
import type { CommandTable } from "./irc_connection.ts";

/** Every command, by its name in upper case. */
export const COMMANDS: CommandTable = new Map([
  ...ON_CONNECTION,
  ...ON_ACCOUNTS,
  ...ON_MESSAGES,
  ...ON_BATCHES,
  ...ON_CHANNELS,
  ...ON_HISTORY,
  ...ON_METADATA,
  ...ON_MODES,
  ...ON_USERS,
  ...ON_SERVER,
  ...ON_OPERATORS,
  ...ON_STATS,
]);
