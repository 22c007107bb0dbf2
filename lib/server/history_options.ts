/**
 * The options of the history.
 *
 * @module
 */

import { type Option, UsageError } from "../cli/options.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../history/history_export.ts";
import { MEMORY_LIMITS } from "../history/memory_store.ts";

/** The settings of the history. */
export interface HistorySettings {
  /** Milliseconds for which the database keeps it. */
  readonly ageMs: number;
  /** Messages of one conversation that are kept; each store has its own default. */
  readonly rows?: number;
  /** Whether messages can be found by their words. */
  readonly isSearchable: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DEFAULT_AGE = "7d";
const LONGEST_DAYS = 3650;
const OFF = "off";

/** The most messages of one conversation in a database. */
export const DATABASE_ROWS = 100_000;

/** Their rows in the table of options. */
export const HISTORY_OPTIONS: readonly Option[] = [
  {
    name: "history",
    value: "AGE",
    check: parseAge,
    help: `How long what was said is kept with --data, such as 12h or 30d; ${OFF}: nothing is, ` +
      `nor in memory (default ${DEFAULT_AGE})`,
  },
  {
    name: "history-max",
    value: "N",
    check: parseRows,
    help: `Messages of one channel that are kept (default ${DATABASE_ROWS}; without --data ` +
      `${MEMORY_LIMITS.rows})`,
  },
  {
    name: "format",
    value: "FORMAT",
    check: parseFormat,
    place: "command line",
    help: "How `history export` prints: jsonl or text (default jsonl)",
  },
  {
    name: "search",
    value: "on|off",
    check: parseSwitch,
    help: "Whether users find old messages by their words (default off)",
  },
];

/**
 * Parses these options.
 *
 * @returns `undefined` where nothing is to be kept.
 * @throws {UsageError} when one of them is wrong.
 */
export function parseHistory(
  values: Readonly<Record<string, string>>,
): HistorySettings | undefined {
  const age = parseAge(values["history"] ?? DEFAULT_AGE);
  const rows = values["history-max"];
  const isSearchable = parseSwitch(values["search"] ?? OFF);
  const settings = { ...(rows !== undefined && { rows: parseRows(rows) }), isSearchable };
  return age === undefined ? undefined : { ageMs: age, ...settings };
}

/**
 * Parses `--format`.
 *
 * @throws {UsageError} when there is no such format.
 */
export function parseFormat(text: string): ExportFormat {
  const known = EXPORT_FORMATS.find((each) => each === text);
  if (known !== undefined) return known;
  throw new UsageError(`Format must be one of ${EXPORT_FORMATS.join(", ")}, got "${text}"`);
}

function parseAge(text: string): number | undefined {
  if (text === OFF) return undefined;
  const [, count = "", unit] = /^(\d{1,6})([hd])$/.exec(text) ?? [];
  const age = Number(count) * (unit === "d" ? DAY_MS : HOUR_MS);
  if (age > 0 && age <= LONGEST_DAYS * DAY_MS) return age;
  throw new UsageError(
    `History must be hours or days up to ${LONGEST_DAYS}d, such as 12h or 30d, or ${OFF}, got "${text}"`,
  );
}

function parseRows(text: string): number {
  const rows = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (rows > 0) return rows;
  throw new UsageError(`Messages of a channel must be a number from 1 on, got "${text}"`);
}

function parseSwitch(text: string): boolean {
  if (text === "on" || text === OFF) return text === "on";
  throw new UsageError(`Search must be on or off, got "${text}"`);
}
