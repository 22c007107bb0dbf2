/**
 * The commands about channels: to enter and leave them, who is in them, and what their
 * operators do.
 *
 * @module
 */

import { cutBytes, MAX_REASON_BYTES, MAX_TOPIC_BYTES } from "../chat/lengths.ts";
import type { CommandTable, IrcConnection, Steps } from "./irc_connection.ts";
import { MAX_TARGETS } from "./irc_isupport.ts";
import { searchOf } from "./irc_list_search.ts";
import { asWord, type IrcMessage } from "./irc_message.ts";
import { isChannelTarget, readChannelName } from "./irc_names.ts";
import type { Step } from "./protocol.ts";
import { sanitizeText } from "./text.ts";

/** The commands. */
export const ON_CHANNELS: CommandTable = new Map([
  ["JOIN", { least: 1, run: join }],
  ["PART", { least: 1, run: part }],
  ["TOPIC", { least: 1, run: topic }],
  ["NAMES", { least: 0, run: names }],
  ["LIST", { least: 0, run: list }],
  ["KICK", { least: 2, run: kick }],
  ["INVITE", { least: 0, run: invite }],
  ["RENAME", { least: 2, run: rename }],
]);

/** Calls `act` with the channel called `name` on the wire, or says that there is none. */
export function onChannel(
  irc: IrcConnection,
  name: string,
  act: (of: { readonly channel: string; readonly fold: true }) => Step,
): Step {
  const channel = readChannelName(name);
  if (channel !== undefined) return act({ channel, fold: true });
  return irc.reply("ERR_NOSUCHCHANNEL", name === "" || name.includes(" ") ? "*" : name);
}

function listOf(text: string): readonly string[] {
  return text.split(",").filter((name) => name !== "");
}

function join({ params: [targets = "", keyList = ""] }: IrcMessage, irc: IrcConnection): Steps {
  if (targets === "0") return partAll(irc);
  const names = listOf(targets);
  if (names.length === 0) return irc.reply("ERR_NEEDMOREPARAMS", "JOIN");
  const keys = keyList.split(",");
  return names.flatMap((name, i) => {
    if (isChannelTarget(name) && readChannelName(name) === undefined) {
      return [irc.reply("ERR_BADCHANMASK", name)];
    }
    const enter = onChannel(irc, name, (of) => ({
      type: "join",
      ...of,
      make: true,
      claim: true,
      ...(keys[i] && { key: keys[i] }),
      ...(!irc.caps.has("no-implicit-names") && { members: true }),
    }));
    if (!irc.caps.has("draft/read-marker") || enter.type !== "join") return [enter];
    // The marker stands between the JOIN and the end of the names, so it must be known before.
    const target = { channel: enter.channel as string };
    return [{ type: "marker", target, isQuiet: true } as const, enter, forgetMarker(irc, name)];
  });
}

/** A step that sends nothing: whoever was refused does not take the marker. */
function forgetMarker(irc: IrcConnection, name: string): Step {
  return irc.answer(() => {
    irc.takeMarker(name);
    return [];
  });
}

/** Channels that are left in one step of `JOIN 0`. */
const LEFT_AT_ONCE = 10;

/**
 * Leaves all channels, in steps of which each is paid for before the next: a hundred crowded
 * channels are too many for one turn.
 */
function partAll({ facts }: IrcConnection): Steps {
  const step = { type: "part_all", most: LEFT_AT_ONCE } as const;
  return Array.from({ length: Math.ceil(facts.maxJoined / LEFT_AT_ONCE) }, () => step);
}

function part({ params: [targets = "", text] }: IrcMessage, irc: IrcConnection): Steps {
  const reason = reasonOf(text);
  return listOf(targets).map((name) =>
    onChannel(irc, name, (of) => ({ type: "part", ...of, ...reason }))
  );
}

/** The reason for a departure or a removal; none for no words. */
export function reasonOf(text: string | undefined): { readonly reason?: string } {
  const reason = cutBytes(sanitizeText(text ?? ""), MAX_REASON_BYTES);
  return reason === "" ? {} : { reason };
}

function topic({ params: [name = "", text] }: IrcMessage, irc: IrcConnection): Steps {
  return onChannel(
    irc,
    name,
    (of) =>
      text === undefined
        ? { type: "topic_of", ...of }
        : { type: "topic", ...of, text: cutBytes(sanitizeText(text), MAX_TOPIC_BYTES) },
  );
}

/** NAMES. Without a channel it would be everybody on the server, which no client needs. */
function names({ params: [targets = ""] }: IrcMessage, irc: IrcConnection): Steps {
  const wanted = listOf(targets);
  if (wanted.length === 0) return irc.reply("RPL_ENDOFNAMES", "*");
  return wanted.map((name) => {
    const channel = readChannelName(name);
    return channel === undefined
      ? irc.reply("RPL_ENDOFNAMES", name)
      : { type: "members_of", channel, fold: true };
  });
}

function list({ params: [conditions = ""] }: IrcMessage, irc: IrcConnection): Steps {
  const search = irc.listed = searchOf(listOf(conditions));
  return { type: "find_channels", ...search, from: { count: 0 } };
}

/** KICK: one channel and several members, or as many channels as members. */
function kick({ params: [names = "", nicks = "", text] }: IrcMessage, irc: IrcConnection): Steps {
  const channels = listOf(names);
  const wanted = listOf(nicks);
  if (channels.length > 1 && channels.length !== wanted.length) {
    return irc.reply("ERR_NEEDMOREPARAMS", "KICK");
  }
  if (wanted.length > MAX_TARGETS.KICK) return irc.reply("ERR_TOOMANYTARGETS", nicks);
  const reason = reasonOf(text);
  const [first = ""] = channels;
  return wanted.map((whom, i) =>
    onChannel(irc, channels[i] ?? first, (of) => ({ type: "kick", ...of, whom, ...reason }))
  );
}

function invite({ params: [whom, name] }: IrcMessage, irc: IrcConnection): Steps {
  if (whom === undefined) return { type: "my_invites" };
  if (name === undefined) return irc.reply("ERR_NEEDMOREPARAMS", "INVITE");
  return onChannel(irc, name, (of) => ({ type: "invite", ...of, whom }));
}

/** RENAME (IRCv3 channel-rename). */
function rename({ params: [name = "", wanted = "", text] }: IrcMessage, irc: IrcConnection): Steps {
  const to = readChannelName(wanted);
  if (to === undefined) {
    const words = "No channel can be called so";
    return irc.fail("CANNOT_RENAME", words, asWord(name), asWord(wanted));
  }
  const reason = reasonOf(text);
  return onChannel(irc, name, (of) => ({ type: "rename_channel", ...of, to, ...reason }));
}
