/**
 * The tags that a server puts before a message, and the capabilities that decide how an event
 * looks. Clients with the same of these capabilities speak one dialect: what one of them receives
 * is right for all.
 *
 *   @time=2026-01-02T03:04:05.678Z;msgid=01jx..;account=bob;+typing=active :bob!~bob@host ...
 *
 * @module
 */

import { NO_TAGS, type Tags } from "./irc_message.ts";

/** Capabilities that change the bytes of an event, each with its bit. */
export const DIALECT_BITS = {
  "server-time": 1,
  "message-tags": 2,
  "account-tag": 4,
  "extended-join": 8,
  "away-notify": 16,
  "setname": 32,
  "account-notify": 64,
  "chghost": 128,
  "invite-notify": 256,
  "draft/message-redaction": 512,
  "draft/multiline": 1024,
  "draft/channel-rename": 2048,
} as const;

/** A capability that changes the bytes of an event. */
export type DialectCapability = keyof typeof DIALECT_BITS;

/** A set of these capabilities: the sum of their bits. */
export type Dialect = number;

/** The dialect of a client with these capabilities. */
export function dialectOf(enabled: ReadonlySet<string>): Dialect {
  let dialect = 0;
  for (const [name, bit] of Object.entries(DIALECT_BITS)) if (enabled.has(name)) dialect |= bit;
  // Its messages are batches, which a client must know as well.
  return enabled.has("batch") ? dialect : dialect & ~DIALECT_BITS["draft/multiline"];
}

/** Whether clients of `dialect` have `capability`. */
export function speaks(dialect: Dialect, capability: DialectCapability): boolean {
  return (dialect & DIALECT_BITS[capability]) !== 0;
}

/** The facts in the tags of a message. */
export interface TagFacts {
  /** When it happened, in milliseconds since 1970. */
  readonly timeMs: number;
  /** Its id; undefined where a line is no message that could be answered. */
  readonly msgid?: string | undefined;
  /** The account of its sender. */
  readonly account?: string | undefined;
  /** Whether a bot sent it. */
  readonly isBot?: boolean | undefined;
  /** The tags that its sender put before it; only those whose name begins with `+` are relayed. */
  readonly clientTags?: Tags | undefined;
}

/** The tags of a message for clients of `dialect`. */
export function tagsFor(dialect: Dialect, facts: TagFacts): Tags {
  if (dialect === 0) return NO_TAGS;
  const tags = new Map<string, string>();
  const { timeMs, msgid, account, isBot } = facts;
  const hasTags = speaks(dialect, "message-tags");
  if (speaks(dialect, "server-time")) tags.set("time", formatTime(timeMs));
  if (hasTags && msgid !== undefined) tags.set("msgid", msgid);
  if (speaks(dialect, "account-tag") && account !== undefined) tags.set("account", account);
  if (hasTags && isBot) tags.set("bot", "");
  if (hasTags) { for (const [name, value] of clientOnly(facts.clientTags)) tags.set(name, value); }
  return tags;
}

// The last time that was written. Under load many messages have the same.
let lastMs = 0;
let lastTime = "1970-01-01T00:00:00.000Z";

/** A time as the tag `time` has it: UTC, with milliseconds. */
export function formatTime(timeMs: number): string {
  if (timeMs === lastMs) return lastTime;
  lastMs = timeMs;
  return lastTime = new Date(timeMs).toISOString();
}

/** The tags that are meant for other clients (IRCv3 message-tags, "client-only tags"). */
export function clientOnly(tags: Tags | undefined): Tags {
  if (tags === undefined || tags.size === 0) return NO_TAGS;
  return new Map([...tags].filter(([name]) => /^\+[A-Za-z0-9./-]+$/.test(name)));
}
