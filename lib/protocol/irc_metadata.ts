/**
 * Metadata as lines of IRC (IRCv3 metadata, as `draft/metadata-3`): a value is a 761, and one that
 * is not there a 766. An answer is a batch of them; a change comes alone.
 *
 * @module
 */

import {
  isMetadataKey,
  type Metadata,
  type MetadataEntry,
  type MetadataEvent,
  type MetadataName,
  type MetadataRefusal,
} from "../chat/metadata.ts";
import { METADATA } from "./irc_caps.ts";
import type { IrcConnection } from "./irc_connection.ts";
import { inBatch } from "./irc_history.ts";
import { asWord, NO_TAGS } from "./irc_message.ts";
import { formatChannelName } from "./irc_names.ts";
import { formatStandardReply } from "./irc_numerics.ts";
import { INVALID_KEY } from "./irc_on_metadata.ts";
import type { IrcLine } from "./irc_unit.ts";

/** The visibility of a value: everybody who may see its user or channel. */
const ALL = "*";

/** The lines of `event`; made as they are sent. */
export function metadataLines(event: MetadataEvent, irc: IrcConnection): Iterable<IrcLine> {
  switch (event.type) {
    case "metadata":
      return valueLines(event, irc);
    case "metadata_later": {
      const name = formatChannelName(event.channel);
      return name === undefined || irc.subscribed.size === 0
        ? []
        : [line(irc.numeric("RPL_METADATASYNCLATER", name))];
    }
    case "metadata_keys":
      return keyLines(event, irc);
  }
}

function line(body: string): IrcLine {
  return { tags: NO_TAGS, body };
}

function valueLines(
  { why, of, entries }: Extract<MetadataEvent, { type: "metadata" }>,
  irc: IrcConnection,
): Iterable<IrcLine> {
  if (why === "answer") {
    return inBatch(irc, ["metadata", of === undefined ? ALL : shown(of)], entryLines(entries, irc));
  }
  if (why === "set") return entryLines(entries, irc);
  // A change that comes while this connection asks for one is its own.
  if (irc.command === "METADATA" || !irc.caps.has(METADATA)) return [];
  return entryLines(entries.filter(({ key }) => irc.subscribed.has(key)), irc);
}

function* entryLines(entries: readonly MetadataEntry[], irc: IrcConnection): Iterable<IrcLine> {
  for (const { key, value, ...of } of entries) {
    const target = shown(of);
    if (!isMetadataKey(key)) yield line(failBody(irc, "KEY_INVALID", [asWord(key)], INVALID_KEY));
    else if (value === undefined) yield line(irc.numeric("RPL_KEYNOTSET", target, key));
    else yield line(irc.numeric("RPL_KEYVALUE", target, key, ALL, value));
  }
}

function* keyLines(
  { why, keys, full }: Extract<MetadataEvent, { type: "metadata_keys" }>,
  irc: IrcConnection,
): Iterable<IrcLine> {
  const [first, ...rest] = keys;
  if (why === "list") {
    const lines = first === undefined
      ? []
      : [line(irc.numeric("RPL_METADATASUBS", first, ...rest))];
    return yield* inBatch(irc, ["metadata-subs"], lines);
  }
  if (full !== undefined) {
    yield line(failBody(irc, "TOO_MANY_SUBS", [full], "You have too many subscriptions"));
  }
  if (first === undefined) return;
  const name = why === "sub" ? "RPL_METADATASUBOK" : "RPL_METADATAUNSUBOK";
  yield line(irc.numeric(name, first, ...rest));
}

/** The lines of a client's own metadata at its registration: it also learns that it has none. */
export function ownMetadataLines(
  metadata: Metadata | undefined,
  irc: IrcConnection,
): Iterable<IrcLine> {
  if (!irc.caps.has(METADATA)) return [];
  const entries = [...metadata ?? []].map(([key, value]) => (
    { name: irc.nick, isChannel: false, key, value }
  ));
  return inBatch(irc, ["metadata", irc.nick], entryLines(entries, irc));
}

/** The lines of WHOIS about a user's metadata. */
export function* whoisMetadata(
  irc: IrcConnection,
  nick: string,
  metadata: Metadata | undefined,
): Iterable<string> {
  if (metadata === undefined || !irc.caps.has(METADATA)) return;
  for (const [key, value] of metadata) {
    yield irc.numeric("RPL_WHOISKEYVALUE", nick, key, ALL, value);
  }
}

const FAILURES: Readonly<Record<MetadataRefusal["why"], string>> = {
  invalid_target: "INVALID_TARGET",
  no_permission: "KEY_NO_PERMISSION",
  key_invalid: "KEY_INVALID",
  value_invalid: "INVALID_VALUE",
  not_set: "KEY_NOT_SET",
  limit_reached: "LIMIT_REACHED",
};

/** The body of the line that refuses. `words` are for a person. */
export function metadataRefusal(
  refusal: MetadataRefusal,
  words: string,
  irc: IrcConnection,
): string {
  const { why, of, key } = refusal;
  const target = shown(of);
  switch (why) {
    case "invalid_target":
    case "limit_reached":
      return failBody(irc, FAILURES[why], [target], words);
    case "key_invalid":
    case "value_invalid":
      return failBody(irc, FAILURES[why], [asWord(key)], words);
    default:
      return failBody(irc, FAILURES[why], [target, asWord(key)], words);
  }
}

function failBody(
  { facts }: IrcConnection,
  code: string,
  context: readonly string[],
  words: string,
): string {
  return formatStandardReply(facts.name, "FAIL", "METADATA", code, context, words);
}

function shown({ name, isChannel }: MetadataName): string {
  return asWord(isChannel ? formatChannelName(name) ?? "*" : name);
}
