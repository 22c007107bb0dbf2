/**
 * Events for one user as lines of IRC: answers to its commands, and other news for it alone. Long
 * lists stand in `irc_reply_lists.ts`, refusals in `irc_refusals.ts`.
 *
 * @module
 */

import { FLAGS } from "../chat/channel.ts";
import type { UserEvent } from "../chat/event.ts";
import type { HistoryAnswer } from "../chat/history.ts";
import { foldHandle } from "../chat/handles.ts";
import { fullName } from "../chat/person.ts";
import type { Seen, ServerBan } from "../chat/query.ts";
import { CHANREG, type IrcConnection } from "./irc_connection.ts";
import { FLAG_LETTER, joinBodies, kickBody, LETTER_OF, LIST_LETTER } from "./irc_events.ts";
import { formatBody, MAX_BODY_BYTES } from "./irc_message.ts";
import { packWords } from "./irc_caps.ts";
import { lettersOf } from "./irc_modes.ts";
import { formatChannelName } from "./irc_names.ts";
import { markerBody } from "./irc_history.ts";
import { refusalBodies } from "./irc_refusals.ts";
import {
  channelLines,
  memberLines,
  nameLines,
  whoisLines,
  whoLines,
  whowasLines,
} from "./irc_reply_lists.ts";
import { serviceNotice } from "./irc_service_notice.ts";
import { loggedInBody } from "./irc_sasl.ts";
import { dialectOf } from "./irc_tags.ts";
import { welcomeLines } from "./irc_welcome.ts";

/** The bodies of the lines of one reply: made as they are sent, where there are many. */
export type Bodies = Iterable<string>;

type Of<Type extends UserEvent["type"]> = Extract<UserEvent, { type: Type }>;

/** Events with tags of their own, which the codec encodes like those of channels. */
export type Message =
  | "dm_redacted"
  | "dm_redaction_sent"
  | "dm"
  | "dm_sent"
  | "user_tagged"
  | "user_tag_sent"
  | "metadata"
  | "metadata_later"
  | "metadata_keys"
  | HistoryAnswer["type"];

const NOTHING: Bodies = [];

const REPLIES: {
  readonly [Type in Exclude<UserEvent["type"], Message>]: (
    event: Of<Type>,
    irc: IrcConnection,
  ) => Bodies;
} = {
  registered: (_event, irc) => welcomeLines(irc),
  entered: formatEntered,
  resumed: formatResumed,
  came_back: () => NOTHING,
  // Answered later, like `channel_registered`.
  always_on_is: () => NOTHING,
  channel_moved: formatMoved,
  logged_in: ({ account }, irc) => [loggedInBody(account, irc)],
  // Answered later, once it is known to be kept.
  channel_registered: () => NOTHING,
  channel_dropped: ({ channel }, irc) =>
    onChannel(channel, (name) => {
      const text = `${name} is nobody's now`;
      return [
        irc.command === CHANREG
          ? formatBody(irc.facts.name, CHANREG, ["SUCCESS", name], text)
          : serviceNotice("ChanServ", text, irc),
      ];
    }),
  channel_info_is: formatChannelInfo,
  logged_out: (_event, irc) => [irc.numeric("RPL_LOGGEDOUT", irc.source)],
  is_away: ({ whom, text }, irc) => [irc.numeric("RPL_AWAY", whom.handle, text)],
  invited: ({ by, channel }, irc) => {
    const name = formatChannelName(channel);
    return name === undefined ? NOTHING : [formatBody(fullName(by), "INVITE", [irc.nick], name)];
  },
  inviting: ({ whom, channel }, irc) =>
    onChannel(channel, (name) => [irc.numeric("RPL_INVITING", whom.handle, name)]),
  removed: ({ by, channel, reason }, irc) =>
    onChannel(channel, (name) => [kickBody(by, irc.nick, name, reason)]),
  now_away: ({ isAway }, irc) => [irc.numeric(isAway ? "RPL_NOWAWAY" : "RPL_UNAWAY")],
  user_modes_changed: formatUserModes,
  became_operator: (_event, irc) => [irc.numeric("RPL_YOUREOPER")],
  wallops: ({ by, text }) => [formatBody(fullName(by), "WALLOPS", [], text)],
  watch_online: ({ persons }, irc) =>
    inTargets(irc, persons.map(fullName), (targets) => irc.numeric("RPL_MONONLINE", targets)),
  watch_offline: ({ nicks }, irc) =>
    inTargets(irc, nicks, (targets) => irc.numeric("RPL_MONOFFLINE", targets)),
  server_ban_set: ({ ban }, irc) => [noticeBody(irc, `${ban.mask} is banned: ${ban.reason}`)],
  server_ban_removed: ({ mask }, irc) => [noticeBody(irc, `${mask} is banned no longer`)],
  killed: ({ by, reason }, irc) => [
    formatBody(fullName(by), "KILL", [irc.nick], reason),
  ],
  closing: ({ reason }) => [errorBody(reason)],
  refused: ({ refusal }, irc) => refusalBodies(refusal, irc),
  notice: ({ text }, irc) => [noticeBody(irc, text)],
  stopping: () => [errorBody("The server stops")],
  channels: () => NOTHING,
  names: ({ channel, members }, irc) =>
    onChannel(channel, (name) => nameLines(irc, name, "=", members.map((person) => ({ person })))),
  members_are: ({ channel, isSecret, members }, irc) =>
    memberLines(irc, formatChannelName(channel) ?? "*", isSecret, members),
  channels_found: ({ channels, next }, irc) => channelLines(irc, channels, next === undefined),
  topic_is: ({ channel, topic }, irc) =>
    onChannel(
      channel,
      (name) =>
        topic === undefined ? [irc.numeric("RPL_NOTOPIC", name)] : topicBodies(irc, name, topic),
    ),
  modes_are: formatModesAre,
  masks_are: formatMasks,
  user_modes_are: ({ modes }, irc) => [irc.numeric("RPL_UMODEIS", `+${lettersOf(modes)}`)],
  who_found: ({ channel, users, next }, irc) => whoLines(irc, channel, users, next === undefined),
  whois: ({ user }, irc) => whoisLines(irc, user),
  whowas: ({ nick, entries }, irc) => whowasLines(irc, nick, entries),
  present: ({ users }, irc) => formatPresent(users, irc),
  counts: ({ counts }, irc) => {
    const { visible, invisible, operators, unregistered, channels, peak } = counts;
    const users = String(visible + invisible);
    const most = String(peak);
    return [
      irc.numeric(
        "RPL_LUSERCLIENT",
        `There are ${visible} users and ${invisible} invisible on 1 servers`,
      ),
      irc.numeric("RPL_LUSEROP", String(operators)),
      irc.numeric("RPL_LUSERUNKNOWN", String(unregistered)),
      irc.numeric("RPL_LUSERCHANNELS", String(channels)),
      irc.numeric("RPL_LUSERME", `I have ${users} clients and 1 servers`),
      irc.numeric("RPL_LOCALUSERS", users, most, `Current local users ${users}, max ${most}`),
      irc.numeric("RPL_GLOBALUSERS", users, most, `Current global users ${users}, max ${most}`),
    ];
  },
  invitations: ({ channels }, irc) => [
    ...channels.flatMap((
      channel,
    ) => [...onChannel(channel, (name) => [irc.numeric("RPL_INVITELIST", name)])]),
    irc.numeric("RPL_ENDOFINVITELIST"),
  ],
  watching: ({ nicks }, irc) => [
    ...inTargets(irc, nicks, (targets) => irc.numeric("RPL_MONLIST", targets)),
    irc.numeric("RPL_ENDOFMONLIST"),
  ],
  server_bans: ({ bans }, irc) => bans.map((ban) => banLine(ban, irc)),
};

/** The bodies of the reply for `event`. */
export function replyBodies(
  event: Exclude<UserEvent, { type: Message }>,
  irc: IrcConnection,
): Bodies {
  return REPLIES[event.type](event as never, irc);
}

/** The last line of a connection. */
export function errorBody(reason: string): string {
  return formatBody(undefined, "ERROR", [], `Closing link: ${reason}`);
}

/** A text of the server's own. */
export function noticeBody({ facts, nick }: IrcConnection, text: string): string {
  return formatBody(facts.name, "NOTICE", [nick], text);
}

function onChannel(channel: string, format: (name: string) => Bodies): Bodies {
  const name = formatChannelName(channel);
  return name === undefined ? NOTHING : format(name);
}

function formatEntered(
  { channel, topic, isSecret, members }: Of<"entered">,
  irc: IrcConnection,
): Bodies {
  return onChannel(channel, function* (name) {
    if (topic !== undefined) yield* topicBodies(irc, name, topic);
    if (irc.caps.has("draft/read-marker")) yield markerBody(irc, name, irc.takeMarker(name));
    const isWanted = !irc.caps.has("no-implicit-names");
    if (members !== undefined && isWanted) {
      yield* memberLines(irc, name, isSecret === true, members);
    }
  });
}

/**
 * The lines that a connection which joins a user would have received, had it entered the
 * channel itself.
 */
function formatResumed(event: Of<"resumed">, irc: IrcConnection): Bodies {
  const dialect = dialectOf(irc.caps.enabled);
  return onChannel(event.channel, function* () {
    yield* joinBodies(event.by, event.channel, dialect);
    yield* formatEntered({ ...event, type: "entered" }, irc);
  });
}

/**
 * Leaving and entering, for clients that do not know RENAME (IRCv3 channel-rename,
 * "Fallback"). Such a client finds a channel in any case, so it need not know that only the
 * case of the name is another.
 */
function formatMoved(event: Of<"channel_moved">, irc: IrcConnection): Bodies {
  const { whom, channel, now, reason } = event;
  if (irc.caps.has("draft/channel-rename") || foldHandle(channel) === foldHandle(now)) {
    return NOTHING;
  }
  const dialect = dialectOf(irc.caps.enabled);
  return onChannel(channel, function* (was) {
    yield formatBody(fullName(whom), "PART", [was], reason);
    yield* onChannel(now, function* (name) {
      yield* joinBodies(whom, now, dialect);
      if (event.topic !== undefined) yield* topicBodies(irc, name, event.topic);
      if (irc.caps.has("no-implicit-names")) return;
      yield* memberLines(irc, name, event.isSecret === true, event.members);
    });
  });
}

function formatChannelInfo(
  { channel, founder, at, entitled = [] }: Of<"channel_info_is">,
  irc: IrcConnection,
): Bodies {
  return onChannel(channel, (name) => {
    const since = new Date(at).toUTCString();
    const lines = entitled.map(({ account, right }) => `${account} has +${LETTER_OF[right]}`);
    return [`${name} belongs to ${founder} since ${since}`, ...lines]
      .map((line) => serviceNotice("ChanServ", line, irc));
  });
}

function topicBodies(
  irc: IrcConnection,
  name: string,
  { text, by, at }: { readonly text: string; readonly by: string; readonly at: number },
): readonly string[] {
  return [
    irc.numeric("RPL_TOPIC", name, text),
    irc.numeric("RPL_TOPICWHOTIME", name, by, secondsOf(at)),
  ];
}

function secondsOf(ms: number): string {
  return String(Math.floor(ms / 1000));
}

function formatUserModes({ set, clear }: Of<"user_modes_changed">, irc: IrcConnection): Bodies {
  const changes = (set.length > 0 ? `+${lettersOf(set)}` : "") +
    (clear.length > 0 ? `-${lettersOf(clear)}` : "");
  return [formatBody(irc.source, "MODE", [irc.nick, changes])];
}

function formatModesAre({ channel, modes }: Of<"modes_are">, irc: IrcConnection): Bodies {
  return onChannel(channel, (name) => {
    const flags = FLAGS.filter((flag) => modes.flags.includes(flag)).map((flag) =>
      FLAG_LETTER[flag]
    );
    const letters = [...flags, ...(modes.hasKey ? ["k"] : []), ...modes.limit ? ["l"] : []];
    const params = [
      // A stranger learns that there is a key.
      ...(modes.hasKey ? [modes.key ?? "*"] : []),
      ...(modes.limit === undefined ? [] : [String(modes.limit)]),
    ];
    return [
      irc.numeric("RPL_CHANNELMODEIS", name, `+${letters.join("")}`, ...params),
      irc.numeric("RPL_CREATIONTIME", name, secondsOf(modes.madeAt)),
    ];
  });
}

const LIST_NUMERICS = {
  ban: ["RPL_BANLIST", "RPL_ENDOFBANLIST"],
  exception: ["RPL_EXCEPTLIST", "RPL_ENDOFEXCEPTLIST"],
  invite: ["RPL_INVEXLIST", "RPL_ENDOFINVEXLIST"],
} as const satisfies Record<keyof typeof LIST_LETTER, readonly [string, string]>;

function formatMasks({ channel, list, entries }: Of<"masks_are">, irc: IrcConnection): Bodies {
  const [entry, end] = LIST_NUMERICS[list];
  return onChannel(channel, (name) => [
    ...entries.map(({ mask, by, at }) => irc.numeric(entry, name, mask, by, secondsOf(at))),
    irc.numeric(end, name),
  ]);
}

/** ISON asks for nicks, USERHOST for hosts. */
function formatPresent(users: readonly Seen[], irc: IrcConnection): Bodies {
  if (irc.command === "ISON") {
    return [irc.numeric("RPL_ISON", users.map(({ person }) => person.handle).join(" "))];
  }
  const replies = users.map(({ person, isOperator, isAway, address }) =>
    `${person.handle}${isOperator ? "*" : ""}=${isAway ? "-" : "+"}` +
    `${person.username}@${address ?? person.host}`
  );
  return [irc.numeric("RPL_USERHOST", replies.join(" "))];
}

/** When it was set, and for how long: 0 for good. */
function banLine({ mask, by, at, until, reason }: ServerBan, irc: IrcConnection): string {
  const seconds = until === undefined ? "0" : secondsOf(until - at);
  return irc.numeric("RPL_STATSKLINE", "K", mask, secondsOf(at), seconds, by, reason);
}

/** Targets of MONITOR, separated by commas, in as few lines as hold them. */
function inTargets(
  irc: IrcConnection,
  targets: readonly string[],
  format: (targets: string) => string,
): readonly string[] {
  if (targets.length === 0) return [];
  const headBytes = MAX_BODY_BYTES - TARGETS_BYTES + irc.nick.length;
  return packWords(targets, headBytes).map((line) => format(line.replaceAll(" ", ",")));
}

/** Bytes of targets in one line: what is left beside the names of the server and the client. */
const TARGETS_BYTES = 400;
