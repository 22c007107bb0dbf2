/**
 * One of every command and every event, with every refusal: what the conformance suite sends through each
 * protocol. The types make it fail to compile when a kind is missing.
 *
 * @module
 */

import type { ChatEvent, Refusal, SharedEvent, UserEvent } from "../../lib/chat/event.ts";
import type { Kept } from "../../lib/chat/history.ts";
import type { ClientCommand } from "../../lib/protocol/protocol.ts";
import { people, person } from "../support/events.ts";

/** The user at the client's end. */
export const NICK = "pat";
const channel = "lobby";
/** The id of a message in the history. */
const MSGID = "01jd8k3q7v000000000z7hq2mc";

const commandSamples: {
  [Type in ClientCommand["type"]]: Extract<ClientCommand, { type: Type }>[];
} = {
  register: [{ type: "register", nick: NICK }],
  say: [
    { type: "say", text: "hello" },
    { type: "say", text: "a: b, [c] d" },
    { type: "say", text: 'héllo 日本 😀 "quoted" \\ /' },
    { type: "say", text: "DISCONNECT CHAT/1.0" },
  ],
  emote: [{ type: "emote", text: "goes out" }],
  dm: [{ type: "dm", to: "chris", text: "psst, you" }],
  create: [{ type: "create", channel: "den" }],
  join: [{ type: "join", channel: "den" }],
  part: [{ type: "part" }],
  kick: [{ type: "kick", whom: "chris" }],
  modes: [{
    type: "modes",
    changes: [{ mode: "right", right: "voice", whom: "chris", set: true }],
  }],
  tag: [{ type: "tag", tags: new Map([["+typing", "active"]]) }],
  tag_user: [{ type: "tag_user", to: "chris", tags: new Map([["+typing", "active"]]) }],
  part_all: [{ type: "part_all" }],
  history: [
    { type: "history", limit: 50, find: "latest" },
    { type: "history", limit: 7, find: "before", anchor: { msgid: MSGID } },
  ],
  history_targets: [{ type: "history_targets", after: 0, before: 1, limit: 5 }],
  marker: [{ type: "marker", target: { channel }, at: 1 }],
  markers: [{ type: "markers", account: NICK }],
  search: [{ type: "search", words: "tea", limit: 5 }],
  redact: [{ type: "redact", target: { channel }, msgid: MSGID }],
  announce_redaction: [{ type: "announce_redaction", channel, msgid: MSGID, isOwn: true }],
  announce_dm_redaction: [{ type: "announce_dm_redaction", to: "chris", msgid: MSGID }],
  invite: [{ type: "invite", whom: "chris" }],
  metadata_set: [{ type: "metadata_set", target: {}, key: "avatar", value: "x" }],
  metadata_clear: [{ type: "metadata_clear", target: { user: "chris" } }],
  metadata_get: [{ type: "metadata_get", target: { channel: "den" }, keys: ["avatar"] }],
  metadata_list: [{ type: "metadata_list", target: {} }],
  metadata_sync: [{ type: "metadata_sync", target: {} }],
  metadata_sub: [{ type: "metadata_sub", keys: ["avatar"] }],
  metadata_unsub: [{ type: "metadata_unsub", keys: ["avatar"] }],
  metadata_subs: [{ type: "metadata_subs" }],
  rename_channel: [{ type: "rename_channel", channel: "den", to: "tea" }],
  realname: [{ type: "realname", realname: "Pat" }],
  user_modes: [{ type: "user_modes", set: ["invisible"], clear: [] }],
  watch: [{ type: "watch", nicks: ["chris"] }],
  unwatch: [{ type: "unwatch", nicks: ["chris"] }],
  unwatch_all: [{ type: "unwatch_all" }],
  oper: [{ type: "oper" }],
  kill: [{ type: "kill", whom: "chris", reason: "spam" }],
  wallops: [{ type: "wallops", text: "hear" }],
  ban_server: [{ type: "ban_server", mask: "chris", reason: "spam" }],
  unban_server: [{ type: "unban_server", mask: "chris" }],
  members_of: [{ type: "members_of" }],
  find_channels: [{ type: "find_channels" }],
  topic_of: [{ type: "topic_of" }],
  modes_of: [{ type: "modes_of" }],
  masks_of: [{ type: "masks_of", list: "ban" }],
  my_modes: [{ type: "my_modes" }],
  my_invites: [{ type: "my_invites" }],
  who: [{ type: "who", mask: "*" }],
  whois: [{ type: "whois", nick: "chris" }],
  whowas: [{ type: "whowas", nick: "chris" }],
  present: [{ type: "present", nicks: ["chris"] }],
  counts: [{ type: "counts" }],
  watched: [{ type: "watched" }],
  watch_status: [{ type: "watch_status" }],
  server_bans: [{ type: "server_bans" }],
  register_channel: [{ type: "register_channel", channel: "den" }],
  drop_channel: [{ type: "drop_channel", channel: "den" }],
  channel_founder: [{ type: "channel_founder", channel: "den", account: "chris" }],
  claim_rights: [{ type: "claim_rights", channel: "den" }],
  channel_info: [{ type: "channel_info", channel: "den" }],
  login: [{ type: "login", account: NICK }],
  logout: [{ type: "logout" }],
  always_on: [{ type: "always_on" }, { type: "always_on", set: true }],
  missed: [{ type: "missed", since: 5 }],
  ghost: [{ type: "ghost", nick: "chris" }],
  topic: [{ type: "topic", text: "tea" }],
  away: [{ type: "away", text: "supper" }],
  raw: [{ type: "raw", line: "hello" }],
  list: [{ type: "list" }],
  names: [{ type: "names" }],
  quit: [{ type: "quit" }],
  invalid: [{ type: "invalid", refusal: { code: "unknown_command", word: "/foo" } }],
};

/** Every command. */
export const COMMANDS: readonly ClientCommand[] = Object.values(commandSamples).flat();

const refusalSamples: { [Code in Refusal["code"]]: Extract<Refusal, { code: Code }> } = {
  unknown_command: { code: "unknown_command", word: "/foo" },
  invalid_registration: { code: "invalid_registration" },
  invalid_nick: { code: "invalid_nick" },
  nick_too_long: { code: "nick_too_long", limit: 32 },
  nick_in_use: { code: "nick_in_use", nick: NICK },
  nick_reserved: { code: "nick_reserved", nick: NICK },
  need_account: { code: "need_account", channel: "den" },
  always_on_closed: { code: "always_on_closed" },
  too_many_always_on: { code: "too_many_always_on", limit: 1000 },
  too_many_always_on_here: { code: "too_many_always_on_here", limit: 50 },
  channel_registered: { code: "channel_registered", channel: "den" },
  channel_not_registered: { code: "channel_not_registered", channel: "den" },
  not_founder: { code: "not_founder", channel: "den" },
  too_many_registered: { code: "too_many_registered", limit: 20 },
  no_such_account: { code: "no_such_account", account: "chris" },
  not_your_account: { code: "not_your_account", nick: "chris" },
  no_such_nick: { code: "no_such_nick", nick: "chris" },
  ambiguous_nick: { code: "ambiguous_nick", nick: "chris", handles: ["chris", "chris/2"] },
  channel_name_missing: { code: "channel_name_missing", verb: "join" },
  channel_name_too_long: { code: "channel_name_too_long", limit: 128 },
  no_such_channel: { code: "no_such_channel", channel: "den" },
  channel_exists: { code: "channel_exists", channel: "den" },
  too_many_channels: { code: "too_many_channels", limit: 10 },
  too_many_channels_made: { code: "too_many_channels_made", limit: 10 },
  too_many_joined: { code: "too_many_joined", channel: "den", limit: 100 },
  not_a_member: { code: "not_a_member", nick: "chris", channel: "den" },
  not_operator: { code: "not_operator", channel: "den" },
  not_in_channel: { code: "not_in_channel" },
  already_member: { code: "already_member", nick: "chris", channel: "den" },
  channel_full: { code: "channel_full", channel: "den" },
  invite_only: { code: "invite_only", channel: "den" },
  banned: { code: "banned", channel: "den" },
  bad_key: { code: "bad_key", channel: "den" },
  channel_name_in_use: { code: "channel_name_in_use", channel: "den", to: "tea" },
  cannot_rename: { code: "cannot_rename", channel: "den", to: "tea", why: "lobby" },
  metadata: {
    code: "metadata",
    why: "no_permission",
    of: { name: "den", isChannel: true },
    key: "avatar",
  },
  cannot_send: { code: "cannot_send", channel: "den", why: "banned" },
  list_full: { code: "list_full", channel: "den", list: "ban", mask: "a!*@*", limit: 100 },
  invalid_mode: { code: "invalid_mode", channel: "den", mode: "key", value: "a b" },
  invalid_realname: { code: "invalid_realname", limit: 150 },
  watch_full: { code: "watch_full", limit: 100, nicks: ["chris"] },
  not_server_operator: { code: "not_server_operator" },
  banned_from_server: { code: "banned_from_server", reason: "spam" },
  invalid_mask: { code: "invalid_mask", mask: "*" },
  no_such_ban: { code: "no_such_ban", mask: "chris" },
  too_many_bans: { code: "too_many_bans", limit: 1000 },
};

const bob = person("bob");
const seen = { person: bob, isAway: false, isOperator: false, idleMs: 0 };
const ban = { mask: "al!*@*", by: "bob", at: 0, reason: "spam" };

const sharedEventSamples: {
  [Type in SharedEvent["type"]]: Extract<SharedEvent, { type: Type }>[];
} = {
  joined: [{ type: "joined", by: bob, channel }],
  left: [{ type: "left", by: bob, channel }],
  said: [
    { type: "said", by: bob, channel, text: "hello" },
    { type: "said", by: bob, channel, text: "a: b, [c] d" },
    { type: "said", by: bob, channel, text: 'héllo 日本 😀 "quoted" \\ /' },
    { type: "said", by: bob, channel, text: "DISCONNECT CHAT/1.0" },
    { type: "said", by: person("bob of the hills"), channel, text: "hello" },
    { type: "said", by: person("bob] x"), channel, text: "hello" },
    { type: "said", by: person("bob: x"), channel, text: "hello" },
  ],
  emoted: [{ type: "emoted", by: bob, channel, text: "goes out" }],
  kicked: [{ type: "kicked", by: person("al"), whom: bob, channel }],
  modes_changed: [
    { type: "modes_changed", by: bob, channel, changes: [{ mode: "limit", limit: 5 }] },
  ],
  tagged: [{ type: "tagged", by: bob, channel, tags: new Map([["+typing", "active"]]) }],
  invite_seen: [{ type: "invite_seen", by: bob, whom: person(NICK), channel }],
  away_seen: [{ type: "away_seen", by: bob, channel, text: "supper" }],
  host_changed: [{ type: "host_changed", by: bob, now: { ...bob, host: "elsewhere.ip" } }],
  realname_changed: [{ type: "realname_changed", by: bob, now: bob }],
  account_changed: [{ type: "account_changed", by: bob, now: { ...bob, account: "bob" } }],
  topic_set: [{ type: "topic_set", by: bob, channel, text: "tea" }],
  channel_renamed: [{ type: "channel_renamed", by: bob, channel: "den", now: "tea" }],
  redacted: [{ type: "redacted", by: bob, channel, msgid: MSGID }],
  renamed: [{ type: "renamed", by: bob, now: person("robert") }],
  quit: [{ type: "quit", by: bob, reason: "supper" }],
  away: [{ type: "away", by: bob, text: "supper" }],
};

/** Everything that several users receive. */
export const SHARED_EVENTS: readonly SharedEvent[] = Object.values(sharedEventSamples).flat();

/** Something that was said before. */
function past(text: string): Kept {
  const event = { type: "said", by: bob, channel, text } as const;
  return { event, stamp: { time: 1_700_000_000_000, msgid: MSGID } };
}

const userEventSamples: { [Type in UserEvent["type"]]: Extract<UserEvent, { type: Type }>[] } = {
  registered: [{ type: "registered", person: person(NICK) }],
  entered: [{ type: "entered", channel: "den" }],
  resumed: [{ type: "resumed", by: person(NICK), channel: "den", members: [] }],
  came_back: [{ type: "came_back", since: 5 }],
  missed: [{ type: "missed", kept: [] }],
  always_on_is: [{ type: "always_on_is", isOn: true }],
  channel_moved: [
    { type: "channel_moved", by: bob, whom: person(NICK), channel: "den", now: "tea", members: [] },
  ],
  metadata: [
    {
      type: "metadata",
      why: "change",
      entries: [{ name: "den", isChannel: true, key: "avatar", value: "x" }],
    },
  ],
  metadata_later: [{ type: "metadata_later", channel: "den" }],
  metadata_keys: [{ type: "metadata_keys", why: "sub", keys: ["avatar"] }],
  channel_registered: [{ type: "channel_registered", channel: "den", founder: NICK }],
  channel_dropped: [{ type: "channel_dropped", channel: "den" }],
  channel_info_is: [{ type: "channel_info_is", channel: "den", founder: NICK, at: 0 }],
  logged_in: [{ type: "logged_in", account: NICK }],
  logged_out: [{ type: "logged_out" }],
  dm: [{ type: "dm", by: bob, to: person(NICK), text: "psst" }],
  dm_sent: [{ type: "dm_sent", by: person(NICK), to: bob, text: "psst" }],
  user_tagged: [{ type: "user_tagged", by: bob, to: person(NICK), tags: new Map() }],
  user_tag_sent: [{ type: "user_tag_sent", by: person(NICK), to: bob, tags: new Map() }],
  is_away: [{ type: "is_away", whom: bob, text: "supper" }],
  invited: [{ type: "invited", by: bob, channel }],
  inviting: [{ type: "inviting", whom: bob, channel }],
  now_away: [{ type: "now_away", isAway: true }],
  user_modes_changed: [{ type: "user_modes_changed", set: ["bot"], clear: [] }],
  became_operator: [{ type: "became_operator" }],
  wallops: [{ type: "wallops", by: bob, text: "hear" }],
  watch_online: [{ type: "watch_online", persons: [bob] }],
  watch_offline: [{ type: "watch_offline", nicks: ["bob"] }],
  server_ban_set: [{ type: "server_ban_set", ban }],
  server_ban_removed: [{ type: "server_ban_removed", mask: "al!*@*" }],
  killed: [{ type: "killed", by: bob, reason: "spam" }],
  closing: [{ type: "closing", reason: "Killed by bob: spam" }],
  members_are: [{ type: "members_are", channel, isSecret: false, members: [] }],
  channels_found: [{ type: "channels_found", channels: [], examined: 0 }],
  topic_is: [{ type: "topic_is", channel }],
  modes_are: [{ type: "modes_are", channel, modes: { flags: [], hasKey: false, madeAt: 0 } }],
  masks_are: [{ type: "masks_are", channel, list: "ban", entries: [] }],
  user_modes_are: [{ type: "user_modes_are", modes: [] }],
  who_found: [{ type: "who_found", mask: "*", users: [], examined: 0 }],
  whois: [{ type: "whois", user: { ...seen, channels: [], registeredAt: 0 } }],
  whowas: [{ type: "whowas", nick: "bob", entries: [] }],
  present: [{ type: "present", users: [seen] }],
  counts: [{
    type: "counts",
    counts: { visible: 1, invisible: 0, operators: 0, unregistered: 0, channels: 1, peak: 1 },
  }],
  invitations: [{ type: "invitations", channels: [] }],
  watching: [{ type: "watching", nicks: [] }],
  server_bans: [{ type: "server_bans", bans: [ban] }],
  channels: [{ type: "channels", channels: ["lobby", "den"] }],
  names: [{ type: "names", channel: "lobby", members: people(["bob", NICK]) }],
  history: [
    { type: "history", name: channel, isChannel: true, kept: [] },
    { type: "history", name: channel, isChannel: true, kept: [past("hello"), past("hi, [c]")] },
  ],
  history_targets: [{
    type: "history_targets",
    targets: [{ name: channel, isChannel: true, at: 1_700_000_000_000 }],
  }],
  marker: [{ type: "marker", target: { channel }, at: 1 }],
  markers: [{ type: "markers", markers: [["#lobby", 1]] }],
  found: [{ type: "found", kept: [] }],
  search_refused: [{
    type: "search_refused",
    ask: { type: "search", words: "tea", limit: 5 },
    why: "failed",
  }],
  record_refused: [{
    type: "record_refused",
    ask: { type: "redact", target: { channel }, msgid: MSGID },
    why: "forbidden",
  }],
  dm_redacted: [{ type: "dm_redacted", by: bob, to: person(NICK), msgid: MSGID }],
  dm_redaction_sent: [{ type: "dm_redaction_sent", by: person(NICK), to: bob, msgid: MSGID }],
  history_refused: [{
    type: "history_refused",
    ask: { type: "history", find: "latest", limit: 1 },
    why: "failed",
  }],
  refused: Object.values(refusalSamples).map((refusal) => ({ type: "refused", refusal })),
  removed: [{ type: "removed", by: bob, channel, reason: "noise" }],
  notice: [{ type: "notice", text: "The server is tired" }],
  stopping: [{ type: "stopping" }],
};

/** Everything that one user receives. */
export const USER_EVENTS: readonly UserEvent[] = Object.values(userEventSamples).flat();

/** For a test's name. */
export function describe(sample: ClientCommand | ChatEvent): string {
  return Object.values(sample)
    .map((value) => typeof value === "object" ? Object.values(value).join(" ") : value)
    .join(" ");
}
