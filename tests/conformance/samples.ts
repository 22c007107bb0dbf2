/**
 * One of every command and every event, with every refusal: what the conformance suite sends through each
 * protocol. The types make it fail to compile when a kind is missing.
 *
 * @module
 */

import type { ChatEvent, Refusal, SharedEvent, UserEvent } from "../../lib/chat/event.ts";
import type { ClientCommand } from "../../lib/protocol/protocol.ts";
import { people, person } from "../support/events.ts";

/** The user at the client's end. */
export const NICK = "pat";
const channel = "lobby";

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
  grant: [{ type: "grant", whom: "chris", right: "voice", given: true }],
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
  no_such_nick: { code: "no_such_nick", nick: "chris" },
  ambiguous_nick: { code: "ambiguous_nick", nick: "chris", handles: ["chris", "chris/2"] },
  channel_name_missing: { code: "channel_name_missing", verb: "join" },
  channel_name_too_long: { code: "channel_name_too_long", limit: 128 },
  no_such_channel: { code: "no_such_channel", channel: "den" },
  channel_exists: { code: "channel_exists", channel: "den" },
  too_many_channels: { code: "too_many_channels", limit: 10 },
  too_many_channels_made: { code: "too_many_channels_made", limit: 10 },
  too_many_joined: { code: "too_many_joined", limit: 100 },
  not_a_member: { code: "not_a_member", nick: "chris", channel: "den" },
  not_operator: { code: "not_operator", channel: "den" },
  not_in_channel: { code: "not_in_channel" },
};

const bob = person("bob");

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
  granted: [
    { type: "granted", by: bob, whom: person(NICK), channel, right: "operator", given: true },
  ],
  topic_set: [{ type: "topic_set", by: bob, channel, text: "tea" }],
  renamed: [{ type: "renamed", by: bob, now: person("robert") }],
  quit: [{ type: "quit", by: bob, reason: "supper" }],
  away: [{ type: "away", by: bob, text: "supper" }],
};

/** Everything that several users receive. */
export const SHARED_EVENTS: readonly SharedEvent[] = Object.values(sharedEventSamples).flat();

const userEventSamples: { [Type in UserEvent["type"]]: Extract<UserEvent, { type: Type }>[] } = {
  registered: [{ type: "registered", person: person(NICK) }],
  entered: [{ type: "entered", channel: "den" }],
  dm: [{ type: "dm", by: bob, to: person(NICK), text: "psst" }],
  channels: [{ type: "channels", channels: ["lobby", "den"] }],
  names: [{ type: "names", channel: "lobby", members: people(["bob", NICK]) }],
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
