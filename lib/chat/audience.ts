/**
 * Who receives an event of which type: several users, all connections of one, or the one that
 * asked.
 *
 * @module
 */

import type { ChatEvent, SharedEvent, UserEvent } from "./event.ts";

/** Every type of a shared event: the compiler requires one that is new. */
const SHARED_TYPES: { readonly [Type in SharedEvent["type"]]: true } = {
  joined: true,
  left: true,
  said: true,
  emoted: true,
  tagged: true,
  kicked: true,
  modes_changed: true,
  topic_set: true,
  channel_renamed: true,
  redacted: true,
  invite_seen: true,
  away_seen: true,
  renamed: true,
  quit: true,
  away: true,
  host_changed: true,
  realname_changed: true,
  account_changed: true,
};
const SHARED: ReadonlySet<string> = new Set(Object.keys(SHARED_TYPES));

/**
 * Whether `event` is a shared one, which a user receives singly when it caused it or is the only
 * one to know.
 */
export function isShared(event: ChatEvent): event is SharedEvent {
  return SHARED.has(event.type);
}

/**
 * Events that all connections of a user receive, also if one of them caused it. Any other answers
 * the one that asked.
 */
const FOR_ALL: ReadonlySet<string> = new Set<UserEvent["type"]>([
  "entered",
  "channel_moved",
  "logged_in",
  "logged_out",
  "dm",
  "dm_sent",
  "dm_redacted",
  "dm_redaction_sent",
  "user_tagged",
  "user_tag_sent",
  "invited",
  "removed",
  "user_modes_changed",
  "became_operator",
  "notice",
  "metadata_later",
  "killed",
  "closing",
]);

/** Whether `event` is for all connections of its user, and not only for the one that asked. */
export function isForAllConnections(event: ChatEvent): boolean {
  if (event.type === "marker") return event.isForAll === true;
  if (event.type === "metadata") return event.why === "change";
  return FOR_ALL.has(event.type);
}
