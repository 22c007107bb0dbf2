/**
 * The limits that an operator can set on the server's command line.
 *
 * @module
 */

import { type Option, UsageError } from "../cli/options.ts";
import { ADDRESS_FACTOR, DEFAULT_LIMITS, type Limits, SMALLEST_OUTBOX_BYTES } from "./limits.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** A day in seconds: a timer cannot wait for longer than 24 days. */
const LONGEST_TIMEOUT = 86_400;

/** Their rows in the table of options. */
export const LIMIT_OPTIONS: readonly Option[] = [
  {
    name: "max-connections",
    value: "N",
    check: (text) => parseCount("Connections", text, 1),
    help: `Connections at once (default ${DEFAULT_LIMITS.maxConnections})`,
  },
  {
    name: "max-per-ip",
    value: "N",
    check: (text) => parseCount("Connections of one address", text, 0),
    help: "Connections at once from one address, an IPv6 one standing for its /64; " +
      `0: unlimited (default ${DEFAULT_LIMITS.maxPerAddress})`,
  },
  {
    name: "rate",
    value: "N",
    check: parseRate,
    help: `Commands a second from one connection before it is slowed down, after a burst of ` +
      `${DEFAULT_LIMITS.commandBurst}; an address may do ${ADDRESS_FACTOR} times as much; ` +
      `0: unlimited (default ${DEFAULT_LIMITS.commandRate})`,
  },
  {
    name: "outbox",
    value: "SIZE",
    check: (text) => parseSize("Outbox", text),
    help: "Bytes that may wait for one reader before it is closed, such as 512K or 1M " +
      `(default ${DEFAULT_LIMITS.outboxBytes / MIB}M)`,
  },
  {
    name: "outbox-total",
    value: "SIZE",
    check: (text) => parseSize("Outboxes together", text),
    help: "Bytes that may wait for all readers together before the slowest are closed " +
      `(default ${DEFAULT_LIMITS.totalOutboxBytes / MIB}M)`,
  },
  {
    name: "register-timeout",
    value: "SECONDS",
    check: parseTimeout,
    help: "Time for a connection to register " +
      `(default ${DEFAULT_LIMITS.registrationTimeout / 1000})`,
  },
];

/**
 * Parses the limits among the options in `values`.
 *
 * @throws {UsageError} when one of them is wrong.
 */
export function parseLimits(values: Readonly<Record<string, string>>): Partial<Limits> {
  const limits: { -readonly [Name in keyof Limits]?: number } = {};
  const set = (option: string, limit: keyof Limits, parse: (text: string) => number) => {
    const text = values[option];
    if (text !== undefined) limits[limit] = parse(text);
  };
  set("max-connections", "maxConnections", (text) => parseCount("Connections", text, 1));
  set("max-per-ip", "maxPerAddress", (text) => parseCount("Connections of one address", text, 0));
  set("rate", "commandRate", parseRate);
  set("outbox", "outboxBytes", (text) => parseSize("Outbox", text));
  set("outbox-total", "totalOutboxBytes", (text) => parseSize("Outboxes together", text));
  set("register-timeout", "registrationTimeout", parseTimeout);
  checkOutboxes({ ...DEFAULT_LIMITS, ...limits });
  return limits;
}

function checkOutboxes({ outboxBytes, totalOutboxBytes }: Limits): void {
  if (totalOutboxBytes >= outboxBytes) return;
  throw new UsageError(
    `Outboxes together (${totalOutboxBytes} bytes) must hold one outbox (${outboxBytes} bytes): ` +
      `raise "--outbox-total" or lower "--outbox"`,
  );
}

function parseCount(what: string, text: string, least: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (count >= least) return count;
  throw new UsageError(`${what} must be a whole number of at least ${least}, got "${text}"`);
}

function parseRate(text: string): number {
  const rate = parseNumber(text);
  if (Number.isFinite(rate)) return rate;
  throw new UsageError(`Rate must be a number of commands a second, got "${text}"`);
}

/** Parses a number of bytes, or with the suffix K or M of KiB or MiB. */
function parseSize(what: string, text: string): number {
  const [, digits, unit = ""] = /^(\d{1,9})([KM]?)$/i.exec(text) ?? [];
  const factor = { "": 1, K: KIB, M: MIB }[unit.toUpperCase()] ?? NaN;
  const bytes = digits === undefined ? NaN : Number(digits) * factor;
  if (bytes >= SMALLEST_OUTBOX_BYTES) return bytes;
  throw new UsageError(
    `${what} must be a size such as 512K or 1M, at least ${SMALLEST_OUTBOX_BYTES / KIB}K, ` +
      `got "${text}"`,
  );
}

function parseTimeout(text: string): number {
  const seconds = parseNumber(text);
  if (seconds > 0 && seconds <= LONGEST_TIMEOUT) return seconds * 1000;
  throw new UsageError(
    `Time to register must be seconds, more than 0 and at most ${LONGEST_TIMEOUT}, got "${text}"`,
  );
}

function parseNumber(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
}
