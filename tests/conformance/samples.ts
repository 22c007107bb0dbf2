/**
 * One of every command and every event, with every refusal: what the conformance suite sends through each
 * protocol. The types make it fail to compile when a kind is missing.
 *
 * @module
 */

import type { Command } from "../../lib/chat/command.ts";
import type { ChannelEvent, ChatEvent, Refusal, UserEvent } from "../../lib/chat/event.ts";

/** The user at the client's end. */
export const NICK = "pat";
const channel = "lobby";

const commandSamples: { [Type in Command["type"]]: Extract<Command, { type: Type }>[] } = {
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
  list: [{ type: "list" }],
  names: [{ type: "names" }],
  quit: [{ type: "quit" }],
  invalid: [{ type: "invalid", refusal: { code: "unknown_command", word: "/foo" } }],
};

/** Every command. */
export const COMMANDS: readonly Command[] = Object.values(commandSamples).flat();

const refusalSamples: { [Code in Refusal["code"]]: Extract<Refusal, { code: Code }> } = {
  unknown_command: { code: "unknown_command", word: "/foo" },
  invalid_registration: { code: "invalid_registration" },
  invalid_nick: { code: "invalid_nick" },
  nick_too_long: { code: "nick_too_long", limit: 32 },
  nick_in_use: { code: "nick_in_use", nick: NICK },
  no_such_nick: { code: "no_such_nick", nick: "chris" },
  ambiguous_nick: { code: "ambiguous_nick", nick: "chris" },
  channel_name_missing: { code: "channel_name_missing", verb: "join" },
  channel_name_too_long: { code: "channel_name_too_long", limit: 128 },
  no_such_channel: { code: "no_such_channel", channel: "den" },
  channel_exists: { code: "channel_exists", channel: "den" },
  too_many_channels: { code: "too_many_channels", limit: 10 },
  not_in_channel: { code: "not_in_channel" },
};

const channelEventSamples: {
  [Type in ChannelEvent["type"]]: Extract<ChannelEvent, { type: Type }>[];
} = {
  joined: [{ type: "joined", nick: "bob", channel }],
  left: [{ type: "left", nick: "bob", channel }],
  said: [
    { type: "said", nick: "bob", channel, text: "hello" },
    { type: "said", nick: "bob", channel, text: "a: b, [c] d" },
    { type: "said", nick: "bob", channel, text: 'héllo 日本 😀 "quoted" \\ /' },
    { type: "said", nick: "bob", channel, text: "DISCONNECT CHAT/1.0" },
    { type: "said", nick: "bob of the hills", channel, text: "hello" },
    { type: "said", nick: "bob] x", channel, text: "hello" },
    { type: "said", nick: "bob: x", channel, text: "hello" },
  ],
  emoted: [{ type: "emoted", nick: "bob", channel, text: "goes out" }],
};

/** Everything that the members of a channel are told. */
export const CHANNEL_EVENTS: readonly ChannelEvent[] = Object.values(channelEventSamples).flat();

const userEventSamples: { [Type in UserEvent["type"]]: Extract<UserEvent, { type: Type }>[] } = {
  registered: [{ type: "registered", nick: NICK }],
  entered: [{ type: "entered", channel: "den" }],
  dm: [{ type: "dm", nick: "bob", to: NICK, text: "psst" }],
  channels: [{ type: "channels", channels: ["lobby", "den"] }],
  names: [{ type: "names", channel: "lobby", nicks: ["bob", NICK] }],
  refused: Object.values(refusalSamples).map((refusal) => ({ type: "refused", refusal })),
  notice: [{ type: "notice", text: "The server is tired" }],
  stopping: [{ type: "stopping" }],
};

/** Everything that one user is told. */
export const USER_EVENTS: readonly UserEvent[] = Object.values(userEventSamples).flat();

/** For a test's name. */
export function describe(sample: Command | ChatEvent): string {
  return Object.values(sample)
    .map((value) => typeof value === "object" ? Object.values(value).join(" ") : value)
    .join(" ");
}
