/**
 * Shared events as lines of IRC: those of a channel, and those of a user's peers.
 *
 *   said { by: alice, channel: "x", text: "hi" }  ->  :alice!~alice@<cloak> PRIVMSG #x :hi
 *
 * @module
 */

import type { ListName } from "../chat/channel.ts";
import type { Tags, TextLine } from "../chat/command.ts";
import type { Dm, DmRedaction } from "../chat/dm.ts";
import type { SharedEvent, Stamp } from "../chat/event.ts";
import type { AppliedChange } from "../chat/modes.ts";
import { utf8Length } from "../chat/names.ts";
import { fullName, type Person } from "../chat/person.ts";
import type { Right } from "../chat/rights.ts";
import { formatBody, formatTags, NO_TAGS } from "./irc_message.ts";
import { formatModes, type ModeChange } from "./irc_modes.ts";
import { CONCAT, MAX_MULTILINE_BYTES, MAX_MULTILINE_LINES, MULTILINE } from "./irc_multiline.ts";
import { formatChannelName } from "./irc_names.ts";
import { type Dialect, speaks, tagsFor } from "./irc_tags.ts";
import { fitText, formatAction } from "./irc_text.ts";
import type { IrcLine } from "./irc_unit.ts";

/** The receivers of lines. */
export interface Audience {
  /** The server's name: the source of events without an actor. */
  readonly server: string;
  /** Their capabilities. */
  readonly dialect: Dialect;
}

type Of<Type extends SharedEvent["type"]> = Extract<SharedEvent, { type: Type }>;
type Format<Type extends SharedEvent["type"]> = (
  event: Of<Type>,
  audience: Audience,
) => readonly string[];

const NOTHING: readonly string[] = [];

/** The bodies of the lines of each event. */
const FORMATS: { readonly [Type in SharedEvent["type"]]: Format<Type> } = {
  joined: formatJoined,
  left: ({ by, channel, reason }) =>
    inChannel(channel, (name) => [formatBody(fullName(by), "PART", [name], reason)]),
  said: (event) => inChannel(event.channel, (name) => saidBodies(event, toRank(event.least, name))),
  emoted: (event) =>
    inChannel(
      event.channel,
      (name) => messageBodies({ ...event, action: true }, toRank(event.least, name)),
    ),
  tagged: ({ by, channel, least }, { dialect }) =>
    inChannel(channel, (name) => tagBodies(by, toRank(least, name), dialect)),
  kicked: ({ by, whom, channel, reason }) =>
    inChannel(channel, (name) => [kickBody(by, whom.handle, name, reason)]),
  modes_changed: formatModesChanged,
  channel_renamed: ({ by, channel, now, reason }, { dialect }) =>
    speaks(dialect, "draft/channel-rename")
      ? inChannel(
        channel,
        (name) =>
          inChannel(
            now,
            (fresh) => [formatBody(fullName(by), "RENAME", [name, fresh], reason ?? "")],
          ),
      )
      : NOTHING,
  topic_set: ({ by, channel, text }) =>
    inChannel(channel, (name) => [formatBody(fullName(by), "TOPIC", [name], text)]),
  redacted: ({ by, channel, msgid, reason }, { dialect }) =>
    speaks(dialect, "draft/message-redaction")
      ? inChannel(channel, (name) => [redactBody(by, name, msgid, reason)])
      : NOTHING,
  invite_seen: ({ by, whom, channel }, { dialect }) =>
    speaks(dialect, "invite-notify")
      ? inChannel(channel, (name) => [formatBody(fullName(by), "INVITE", [whom.handle], name)])
      : NOTHING,
  away_seen: ({ by, text }, audience) => awayBodies(by, text, audience),
  renamed: ({ by, now }) => [formatBody(fullName(by), "NICK", [], now.handle)],
  quit: ({ by, reason }) => [formatBody(fullName(by), "QUIT", [], reason ?? "")],
  away: ({ by, text }, audience) => awayBodies(by, text, audience),
  account_changed: ({ by, now }, { dialect }) =>
    speaks(dialect, "account-notify")
      ? [formatBody(fullName(by), "ACCOUNT", [now.account ?? "*"])]
      : NOTHING,
  host_changed: ({ by, now }, { dialect }) =>
    speaks(dialect, "chghost")
      ? [formatBody(fullName(by), "CHGHOST", [now.username, now.host])]
      : NOTHING,
  realname_changed: ({ by, now }, { dialect }) =>
    speaks(dialect, "setname") ? [formatBody(fullName(by), "SETNAME", [], now.realname)] : NOTHING,
};

/** The lines of `event` for `audience`. */
export function eventLines(
  event: SharedEvent,
  stamp: Stamp,
  audience: Audience,
): readonly IrcLine[] {
  if (event.type === "said" && isLong(event) && speaks(audience.dialect, MULTILINE)) {
    return inChannel(event.channel, (name) => [toRank(event.least, name)]).flatMap((target) =>
      blockLines(event, target, stamp, audience.dialect)
    );
  }
  const format = FORMATS[event.type] as Format<typeof event.type>;
  const bodies = format(event as never, audience);
  return tagged(bodies, stamp, audience.dialect, event.by, tagsOf(event), isLasting(event));
}

/** The lines of a message from one user to another. */
export function dmLines(event: Dm, stamp: Stamp, dialect: Dialect): readonly IrcLine[] {
  const target = event.to.handle;
  if (isLong(event) && speaks(dialect, MULTILINE)) return blockLines(event, target, stamp, dialect);
  const bodies = messageBodies(event, target);
  return tagged(bodies, stamp, dialect, event.by, event.tags ?? NO_TAGS);
}

/** The line of tags alone from one user to another. */
export function tagLines(
  event: { readonly by: Person; readonly to: Person; readonly tags: Tags },
  stamp: Stamp,
  dialect: Dialect,
): readonly IrcLine[] {
  const bodies = tagBodies(event.by, event.to.handle, dialect);
  return tagged(bodies, stamp, dialect, event.by, event.tags);
}

/** KICK; without a reason it has the name of the user who kicked. */
export function kickBody(by: Person, whom: string, channel: string, reason?: string): string {
  return formatBody(fullName(by), "KICK", [channel, whom], reason ?? by.handle);
}

/**
 * The line for a message from one user to another that is taken back; none for a client without
 * the capability.
 */
export function redactionLines(
  { by, to, msgid, reason }: DmRedaction,
  stamp: Stamp,
  dialect: Dialect,
): readonly IrcLine[] {
  if (!speaks(dialect, "draft/message-redaction")) return [];
  return tagged([redactBody(by, to.handle, msgid, reason)], stamp, dialect, by, NO_TAGS);
}

function redactBody(by: Person, target: string, msgid: string, reason?: string): string {
  return formatBody(fullName(by), "REDACT", [target, msgid], reason);
}

/** The tags that the sender of a message has added; `undefined` when the event is no message. */
function tagsOf(event: SharedEvent): Tags | undefined {
  switch (event.type) {
    case "said":
    case "emoted":
    case "tagged":
      return event.tags ?? NO_TAGS;
    default:
      return undefined;
  }
}

/** Where an event takes several lines, the first line has its id. */
function tagged(
  bodies: readonly string[],
  stamp: Stamp,
  dialect: Dialect,
  by: Person | undefined,
  clientTags: Tags | undefined,
  hasId = true,
): readonly IrcLine[] {
  return bodies.map((body, i) => ({
    tags: messageTags(stamp, dialect, by, clientTags, hasId && i === 0),
    body,
  }));
}

/** The tags of a line that `by` has caused, `clientTags` among them. */
export function messageTags(
  stamp: Stamp,
  dialect: Dialect,
  by: Person | undefined,
  clientTags: Tags | undefined,
  hasId = true,
): Tags {
  if (dialect === 0) return NO_TAGS;
  return tagsFor(dialect, {
    timeMs: stamp.time,
    msgid: hasId ? stamp.msgid : undefined,
    account: by?.account,
    isBot: by?.bot,
    clientTags,
  });
}

/**
 * Whether an event has an id: those that the history keeps have one. The others tell a user's state
 * at the moment.
 */
function isLasting({ type }: SharedEvent): boolean {
  switch (type) {
    case "invite_seen":
    case "away_seen":
    case "away":
    case "host_changed":
    case "realname_changed":
      return false;
    default:
      return true;
  }
}

/** The bodies for a channel; none when no line can carry its name. */
function inChannel(
  channel: string,
  format: (name: string) => readonly string[],
): readonly string[] {
  const name = formatChannelName(channel);
  return name === undefined ? NOTHING : format(name);
}

function formatJoined({ by, channel }: Of<"joined">, { dialect }: Audience): readonly string[] {
  return joinBodies(by, channel, dialect);
}

/** JOIN, with what extended-join adds to it. */
export function joinBodies(by: Person, channel: string, dialect: Dialect): readonly string[] {
  return inChannel(
    channel,
    (name) =>
      speaks(dialect, "extended-join")
        ? [formatBody(fullName(by), "JOIN", [name, by.account ?? "*"], realnameOf(by))]
        : [formatBody(fullName(by), "JOIN", [name])],
  );
}

/** A user's real name; its nick where its dialect has none. */
export function realnameOf({ realname, nick }: Person): string {
  return realname === "" ? nick : realname;
}

function awayBodies(by: Person, text: string | undefined, { dialect }: Audience) {
  return speaks(dialect, "away-notify") ? [formatBody(fullName(by), "AWAY", [], text)] : NOTHING;
}

/**
 * The target of a message to a channel; behind a right's sign when only members with that
 * right receive it.
 */
function toRank(least: Right | undefined, name: string): string {
  return least === undefined ? name : SIGN_OF[least] + name;
}

/** The sign of each right, before a nick or a target. */
export const SIGN_OF: Readonly<Record<Right, string>> = { founder: "~", operator: "@", voice: "+" };

/** The letter of each right in MODE. */
export const LETTER_OF: Readonly<Record<Right, string>> = {
  founder: "q",
  operator: "o",
  voice: "v",
};

/** A message, to a channel or a user. */
export type Message = Pick<Dm, "by" | "text" | "action" | "notice" | "ctcp" | "lines" | "tags">;

/** A text of at most this length fits into one line, whoever says it. */
const SHORT_UNITS = 64;

/**
 * Whether a message may take more than one line: then those who know multiline messages
 * receive it as one.
 */
export function isLong({ text, lines, ctcp, action }: Message): boolean {
  return (lines !== undefined || text.length > SHORT_UNITS) && ctcp === undefined && !action;
}

/**
 * A message as one block of lines (IRCv3 multiline). It is one batch whose lines belong together
 * whatever stands around them, so it counts as one line. Its id is free on every connection,
 * because no two blocks are open at once.
 */
function blockLines(
  message: Message,
  target: string,
  stamp: Stamp,
  dialect: Dialect,
): readonly IrcLine[] {
  const { by, notice, tags = NO_TAGS } = message;
  const source = fullName(by);
  const command = notice === true ? "NOTICE" : "PRIVMSG";
  const lines = message.lines ??
    fitText(source, command, target, message.text).map((text, i) => ({ text, joins: i > 0 }));
  const bodies = lines.length > 1 && lines.length <= MAX_MULTILINE_LINES &&
      bytesOf(lines) <= MAX_MULTILINE_BYTES
    ? [blockBody(source, command, target, stamp.msgid, lines)]
    : messageBodies(message, target);
  return tagged(bodies, stamp, dialect, by, tags);
}

function bytesOf(lines: readonly TextLine[]): number {
  return lines.reduce((sum, { text, joins }) => sum + utf8Length(text) + (joins ? 0 : 1), 0);
}

function blockBody(
  source: string,
  command: string,
  target: string,
  id: string,
  lines: readonly TextLine[],
): string {
  let block = formatBody(source, "BATCH", [`+${id}`, MULTILINE, target]);
  for (const { text, joins } of lines) {
    const tags = new Map([["batch", id], ...(joins ? [[CONCAT, ""] as const] : [])]);
    block += formatTags(tags) + formatBody(source, command, [target], text);
  }
  return block + formatBody(source, "BATCH", [`-${id}`]);
}

function saidBodies(event: Message, target: string): readonly string[] {
  return messageBodies(event, target);
}

/**
 * A text that is longer than a line takes several; CTCP other than an action is one line or
 * nothing.
 */
function messageBodies(message: Message, target: string): readonly string[] {
  const { by, text, action = false, notice = false, ctcp, lines } = message;
  const command = notice ? "NOTICE" : "PRIVMSG";
  const source = fullName(by);
  if (ctcp !== undefined) return [formatBody(source, command, [target], text)];
  const isAction = action && !notice;
  if (lines !== undefined) {
    return lines.filter((line) => line.text !== "").flatMap((line) =>
      fitText(source, command, target, line.text).map((part) =>
        formatBody(source, command, [target], part)
      )
    );
  }
  return fitText(source, command, target, text, isAction).map((part) =>
    formatBody(source, command, [target], isAction ? formatAction(part) : part)
  );
}

function tagBodies(by: Person, target: string, dialect: Dialect): readonly string[] {
  return speaks(dialect, "message-tags") ? [formatBody(fullName(by), "TAGMSG", [target])] : NOTHING;
}

function formatModesChanged(
  { by, channel, changes }: Of<"modes_changed">,
  { server }: Audience,
): readonly string[] {
  const source = by === undefined ? server : fullName(by);
  return inChannel(channel, (name) => {
    const headBytes = utf8Length(`:${source} MODE ${name} `);
    return formatModes(changes.map(modeOf), headBytes)
      .map((params) => formatBody(source, "MODE", [name, ...params]));
  });
}

/** The letter of each list in MODE. */
export const LIST_LETTER: Readonly<Record<ListName, string>> = {
  ban: "b",
  exception: "e",
  invite: "I",
};

/** The letter of each flag in MODE. */
export const FLAG_LETTER = {
  invite_only: "i",
  moderated: "m",
  no_external: "n",
  secret: "s",
  topic_locked: "t",
  no_ctcp: "C",
  accounts_only: "R",
} as const;

function modeOf(change: AppliedChange): ModeChange {
  switch (change.mode) {
    case "flag":
      return { set: change.set, mode: FLAG_LETTER[change.flag] };
    case "key":
      return change.key === undefined
        ? { set: false, mode: "k", param: change.was }
        : { set: true, mode: "k", param: change.key };
    case "limit":
      return change.limit === undefined
        ? { set: false, mode: "l" }
        : { set: true, mode: "l", param: String(change.limit) };
    case "list":
      return { set: change.set, mode: LIST_LETTER[change.list], param: change.mask };
    case "right":
      return { set: change.set, mode: LETTER_OF[change.right], param: change.whom.handle };
  }
}
