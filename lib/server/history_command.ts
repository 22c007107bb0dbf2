/**
 * `server history ..` and `server backup ..`: the operator's own access to the history, in the same
 * directory as a server that may be running.
 *
 * @module
 */

import { UsageError } from "../cli/options.ts";
import { backUp } from "../data/backup.ts";
import { connect, openDatabase } from "../data/database.ts";
import { prepareDirectory } from "../data/directory.ts";
import { type Clock, systemClock } from "../net/deadline.ts";
import { makeMsgid } from "../chat/msgid.ts";
import { historyCalls } from "../history/history_module.ts";
import {
  EXPORT_FORMATS,
  type ExportFormat,
  formatKept,
  readChannel,
} from "../history/history_export.ts";
import { DATA_PLAN } from "./data_plan.ts";
import { DATABASE_ROWS, type HistorySettings, parseFormat } from "./history_options.ts";

/** A command of the operator. */
export type HistoryRequest =
  | { readonly do: "export"; readonly channel: string; readonly format: ExportFormat }
  | { readonly do: "prune" }
  | { readonly do: "backup"; readonly file: string };

const DAY_MS = 86_400_000;

/**
 * Reads `history ..` or `backup ..`; `format` is the value of its option.
 *
 * @throws {UsageError} when it is no command.
 */
export function parseHistoryRequest(
  words: readonly string[],
  format: string = EXPORT_FORMATS[0],
): HistoryRequest {
  const [noun, verb, ...rest] = words;
  if (noun === "backup" && verb !== undefined && rest.length === 0) {
    return { do: "backup", file: verb };
  }
  if (noun === "history" && verb === "prune" && rest.length === 0) return { do: "prune" };
  const [channel, ...extra] = rest;
  if (noun !== "history" || verb !== "export" || channel === undefined || extra.length > 0) {
    throw new UsageError(
      `History command must be history export CHANNEL, history prune or backup FILE, got "${
        words.join(" ")
      }"`,
    );
  }
  return { do: "export", channel: channel.replace(/^#/, ""), format: parseFormat(format) };
}

/**
 * Carries out a command.
 *
 * @throws {DataError} when the directory or the file cannot be used.
 */
export async function runHistoryCommand(
  request: HistoryRequest,
  directory: string,
  settings: HistorySettings | undefined,
  print: (line: string) => void,
): Promise<void> {
  const path = prepareDirectory(directory);
  openDatabase(path, DATA_PLAN);
  const database = connect(path, { durable: false });
  try {
    switch (request.do) {
      case "export":
        for (const line of formatKept(readChannel(database, request.channel), request.format)) {
          print(line);
        }
        return;
      case "prune": {
        const now = Date.now();
        // Without a history, everything is too old.
        const ageMs = settings?.ageMs ?? 0;
        const limits = {
          from: makeMsgid(now - ageMs, 0, 0),
          rows: settings?.rows ?? DATABASE_ROWS,
          day: Math.floor((now - ageMs) / DAY_MS) - 1,
        };
        const { clean } = historyCalls(database);
        await prune(() => clean(limits), systemClock);
        return print("Removed what is too old or too much");
      }
      case "backup":
        await backUp(database, request.file);
        return print(`Copied the database to ${request.file}`);
    }
  } finally {
    database.close();
  }
}

/**
 * Calls `step` until it returns false. After each call it pauses for as long as that took: a step
 * locks the database, and a server that runs beside it has to write as well.
 */
export async function prune(step: () => boolean, clock: Clock): Promise<void> {
  for (;;) {
    const begin = clock.now();
    if (!step()) return;
    const ms = clock.now() - begin;
    await new Promise<void>((resolve) => clock.setTimer(resolve, ms));
  }
}
