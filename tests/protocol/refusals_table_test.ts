/**
 * The words of every refusal in the course dialects (PROTOCOLS, section 5; IRC's are in irc_codec_test.ts).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Refusal, UserEvent } from "../../lib/chat/event.ts";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import { bytesOf } from "../support/events.ts";
import { read } from "./table_cast.ts";

/** What a refusal says beside its code. */
type Rest<Code> = Omit<Extract<Refusal, { code: Code }>, "code">;

/** Every refusal with its words in json16; cs168's are these and a full stop where its document has none. */
const REFUSALS: { readonly [Code in Refusal["code"]]: readonly [Rest<Code>, string, string?] } = {
  unknown_command: [
    { word: "/x" },
    "Unknown command /x",
    "/x is not a valid control message. Valid messages are /create, /list, and /join.",
  ],
  invalid_registration: [{}, "Invalid registration"],
  invalid_nick: [{}, "A nick must have at least one visible character"],
  nick_too_long: [{ limit: 32 }, "A nick has at most 32 characters"],
  nick_in_use: [{ nick: "al" }, "The nick al is in use"],
  nick_reserved: [{ nick: "al" }, "The nick al belongs to an account"],
  need_account: [{ channel: "den" }, "Only users with an account can enter den"],
  always_on_closed: [{}, "The operator of this server says which accounts are always on"],
  too_many_always_on: [
    { limit: 1000 },
    "1000 accounts of this server are always on already, so there is no room for yours",
  ],
  too_many_always_on_here: [
    { limit: 50 },
    "50 users from where you are are always on already, so there is no room for you",
  ],
  channel_registered: [{ channel: "den" }, "den belongs to an account already"],
  channel_not_registered: [{ channel: "den" }, "den belongs to nobody"],
  not_founder: [{ channel: "den" }, "den belongs to somebody else"],
  too_many_registered: [{ limit: 20 }, "Your account has 20 channels already, so drop one first"],
  no_such_account: [{ account: "al" }, "There is no account named al"],
  not_your_account: [{ nick: "al" }, "al is not logged in to your account"],
  no_such_nick: [{ nick: "chris" }, "No user named chris"],
  ambiguous_nick: [
    { nick: "carol", handles: ["carol", "carol/2"] },
    "More than one user is called carol: carol, carol/2",
  ],
  channel_name_missing: [
    { verb: "join" },
    "The name of a channel is missing",
    "/join command must be followed by the name of a channel to join.",
  ],
  channel_name_too_long: [{ limit: 128 }, "Channel names have at most 128 bytes"],
  no_such_channel: [
    { channel: "den" },
    "No channel named den",
    "No channel named den exists. Try '/create den'?",
  ],
  channel_exists: [
    { channel: "den" },
    "The channel den exists already",
    "Room den already exists, so cannot be created.",
  ],
  too_many_channels: [
    { limit: 5 },
    "This server has 5 channels already, so no more can be created",
  ],
  too_many_channels_made: [
    { limit: 5 },
    "Your network has made 5 channels, so it can make no more now",
  ],
  too_many_joined: [
    { channel: "den", limit: 100 },
    "You are in 100 channels already, so leave one first",
  ],
  not_in_channel: [
    {},
    "Not in any channel",
    "Not currently in any channel. Must join a channel before sending messages.",
  ],
  not_a_member: [{ nick: "al", channel: "den" }, "al is not in den"],
  not_operator: [{ channel: "den" }, "You are not an operator of den"],
  already_member: [{ nick: "al", channel: "den" }, "al is in den already"],
  channel_full: [{ channel: "den" }, "den is full"],
  invite_only: [{ channel: "den" }, "Only those who are invited can enter den"],
  banned: [{ channel: "den" }, "You are banned from den"],
  bad_key: [{ channel: "den" }, "den needs a key"],
  channel_name_in_use: [{ channel: "den", to: "tea" }, "There is a channel tea already"],
  cannot_rename: [
    { channel: "den", to: "tea", why: "too_large" },
    "den has too many members to be renamed",
  ],
  metadata: [
    { why: "value_invalid", of: { name: "den", isChannel: true }, key: "avatar" },
    "A value has at most 280 bytes",
  ],
  cannot_send: [{ channel: "den", why: "moderated" }, "Only some may speak in den"],
  list_full: [
    { channel: "den", list: "ban", mask: "al!*@*", limit: 100 },
    "A list of den holds 100 masks already",
  ],
  invalid_mode: [{ channel: "den", mode: "key", value: "a b" }, "a b cannot be the key of den"],
  invalid_realname: [{ limit: 150 }, "A real name has 1 to 150 bytes"],
  watch_full: [{ limit: 100, nicks: ["al"] }, "You watch 100 users already"],
  not_server_operator: [{}, "You are not an operator of this server"],
  banned_from_server: [{ reason: "spam" }, "You are banned from this server: spam"],
  invalid_mask: [{ mask: "*" }, "* cannot be banned"],
  no_such_ban: [{ mask: "al" }, "al is not banned"],
  too_many_bans: [{ limit: 1000 }, "This server has 1000 bans already, so remove one first"],
};

for (const [code, [rest, words, words168]] of Object.entries(REFUSALS)) {
  const refusal = { code, ...rest } as Refusal;
  const event: UserEvent = { type: "refused", refusal };
  Deno.test(`table: refused with ${refusal.code}, in every dialect`, () => {
    assertEquals(read(cs168, bytesOf(cs168, event)), [words168 ?? `${words}.`]);
    assertEquals(read(json16, bytesOf(json16, event)), [
      `{"type": "error", "message": "${words}"}`,
    ]);
    // CHAT/1.0 has an answer to registrations alone.
    const answers: Partial<Record<Refusal["code"], string>> = {
      invalid_registration: "400 Invalid registration",
      nick_in_use: "401 Client already registered",
      nick_reserved: "401 Client already registered",
      banned_from_server: "400 Invalid registration",
    };
    assertEquals(read(chat1, bytesOf(chat1, event)).join(""), answers[refusal.code] ?? "");
  });
}

Deno.test("table: a refusal of a channel that the user named says which", () => {
  const event: UserEvent = { type: "refused", refusal: { code: "not_in_channel", channel: "den" } };
  assertEquals(read(json16, bytesOf(json16, event)), [
    '{"type": "error", "message": "Not in den"}',
  ]);
});

Deno.test("table: of many who hold a nick ten are named", () => {
  const handles = Array.from({ length: 12 }, (_, i) => `al/${i + 2}`);
  const refusal: Refusal = { code: "ambiguous_nick", nick: "al", handles };
  const [packet = ""] = read(json16, bytesOf(json16, { type: "refused", refusal }));
  assert(packet.endsWith('al/10, al/11 and 2 more"}'), packet);
});
