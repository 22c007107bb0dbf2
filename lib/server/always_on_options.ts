/**
 * The options of accounts that are always on.
 *
 * @module
 */

import { type AlwaysOnLimits, DEFAULT_ALWAYS_ON } from "../chat/always_on.ts";
import { type Option, UsageError } from "../cli/options.ts";

const DAY_MS = 86_400_000;
const DEFAULT_EXPIRY_DAYS = 90;
const LONGEST_DAYS = 3_650;
const NEVER = "never";

/** The values of the options. */
export interface AlwaysOnChoices {
  /** How many there may be, and who decides it. */
  readonly limits: AlwaysOnLimits;
  /**
   * Milliseconds of absence after which an account becomes an ordinary one; never when it
   * is left out.
   */
  readonly expiryMs?: number;
}

/** The rows of these options. */
export const ALWAYS_ON_OPTIONS: readonly Option[] = [
  {
    name: "always-on",
    value: "WHO",
    check: (text) => parseAlwaysOn({ "always-on": text }),
    help:
      "Who says that an account is always on, which keeps its user in its channels without a client: open (every " +
      "user of its own), closed (only server account always-on) (default open)",
  },
  {
    name: "always-on-max",
    value: "N",
    check: (text) => parseAlwaysOn({ "always-on-max": text }),
    help: "Accounts that may be always on by their users' own decision " +
      `(default ${DEFAULT_ALWAYS_ON.maxAccounts})`,
  },
  {
    name: "always-on-expiry",
    value: "AGE",
    check: (text) => parseAlwaysOn({ "always-on-expiry": text }),
    help:
      `Days after which an account that nobody has used is always on no longer, such as 30d, or ${NEVER} ` +
      `(default ${DEFAULT_EXPIRY_DAYS}d)`,
  },
];

/**
 * Reads these options.
 *
 * @throws {UsageError} when one of them is wrong.
 */
export function parseAlwaysOn(values: Readonly<Record<string, string>>): AlwaysOnChoices {
  const who = values["always-on"] ?? "open";
  if (who !== "open" && who !== "closed") {
    throw new UsageError(`Always-on must be open or closed, got "${who}"`);
  }
  const max = values["always-on-max"] ?? String(DEFAULT_ALWAYS_ON.maxAccounts);
  if (!/^\d{1,6}$/.test(max)) {
    throw new UsageError(`Always-on accounts must be a number up to 999999, got "${max}"`);
  }
  const expiryMs = parseExpiry(values["always-on-expiry"] ?? `${DEFAULT_EXPIRY_DAYS}d`);
  return {
    limits: { ...DEFAULT_ALWAYS_ON, isOpen: who === "open", maxAccounts: Number(max) },
    ...(expiryMs !== undefined && { expiryMs }),
  };
}

function parseExpiry(text: string): number | undefined {
  if (text === NEVER) return undefined;
  const [, days = ""] = /^(\d{1,4})d$/.exec(text) ?? [];
  if (Number(days) >= 1 && Number(days) <= LONGEST_DAYS) return Number(days) * DAY_MS;
  throw new UsageError(
    `Expiry of always-on accounts must be days from 1d to ${LONGEST_DAYS}d, or ${NEVER}, got "${text}"`,
  );
}
