/**
 * A server's half of one IRC connection: lines to steps, and what the user receives to lines. The
 * commands stand in a table (`irc_commands.ts`); the answer to one frame is one unit
 * (`irc_unit.ts`).
 *
 * @module
 */

import type { Login } from "../accounts/login.ts";
import { NOTHING } from "../framing/frame.ts";
import { isShared } from "../chat/audience.ts";
import type { PeerEvent, SharedEvent, Stamp, UserEvent } from "../chat/event.ts";
import type { Kept } from "../chat/history.ts";
import type { Person } from "../chat/person.ts";
import type { Frame } from "../framing/frame.ts";
import { LineFraming } from "../framing/line_framing.ts";
import { alwaysOnText } from "./irc_account_words.ts";
import { COMMANDS } from "./irc_commands.ts";
import { IrcConnection, type Steps } from "./irc_connection.ts";
import { internDialect, type IrcDialect, isSpeech } from "./irc_dialect.ts";
import { dmLines, redactionLines, tagLines } from "./irc_events.ts";
import { historyLines, missedLines, recordLines, searchLines } from "./irc_history.ts";
import {
  formatBody,
  type IrcMessage,
  MAX_BODY_BYTES,
  MAX_CLIENT_TAG_BYTES,
  type ParsedLine,
  parseLine,
} from "./irc_message.ts";
import { metadataLines, ownMetadataLines } from "./irc_metadata.ts";
import { MULTILINE } from "./irc_multiline.ts";
import { formatChannelName } from "./irc_names.ts";
import { collect } from "./irc_on_batches.ts";
import { replyBodies } from "./irc_replies.ts";
import { dialectOf, tagsFor } from "./irc_tags.ts";
import { type IrcLine, replyInUnit, ReplyUnit } from "./irc_unit.ts";
import { DEFAULT_FACTS, type Echo, type Reply, type ServerCodec, type Step } from "./protocol.ts";
import type { DialectQuota, ServerFacts } from "./protocol.ts";
import { encodeUtf8 } from "./text.ts";

/** Bytes of one line that are dropped before the connection is: it has no end. */
const DROP_LIMIT = 64 * 1024;

/** Bytes of an answer that lists as many entries; a guess, for its price. */
const BYTES_A_MEMBER = 24;
const BYTES_A_USER = 120;
const BYTES_A_CHANNEL = 80;
const BYTES_BESIDE_A_TEXT = 150;
const BYTES_A_VALUE = 120;

/** The server's half of one connection. */
export class IrcServerCodec implements ServerCodec {
  readonly framing = new LineFraming(MAX_BODY_BYTES + MAX_CLIENT_TAG_BYTES, DROP_LIMIT);
  readonly probe: Uint8Array;
  readonly ignoredCost = 1;
  readonly #irc: IrcConnection;
  #dialect: IrcDialect;
  // The changes of the capabilities when the dialect was chosen.
  #changes = 0;

  /** Nothing has been said yet. */
  constructor(facts: ServerFacts = DEFAULT_FACTS, login?: Login, quota?: DialectQuota) {
    this.#irc = new IrcConnection(facts, login, quota);
    this.#dialect = internDialect(facts.name, 0);
    this.probe = encodeUtf8(formatBody(undefined, "PING", [], facts.name));
  }

  /** The dialect that fits the capabilities of the client. */
  get dialect(): IrcDialect {
    return this.#dialect;
  }

  /** Whether the client has quit, or was turned away. */
  get done(): boolean {
    return this.#irc.isDone;
  }

  /** The steps that a line asks for. */
  decode(frame: Frame): Steps {
    const parsed = parseLine(frame, this.framing.isCut);
    if (parsed === undefined) return undefined;
    this.#irc.begin(parsed.message);
    const steps = this.#obey(parsed);
    const { caps, facts } = this.#irc;
    if (caps.changes !== this.#changes) {
      this.#changes = caps.changes;
      this.#dialect = internDialect(facts.name, dialectOf(caps.enabled));
    }
    return steps;
  }

  #obey({ message, problem }: ParsedLine): Steps {
    const irc = this.#irc;
    if (problem === "too_long") return irc.reply("ERR_INPUTTOOLONG");
    if (problem === "not_utf8") {
      return irc.fail("INVALID_UTF8", "The line was dropped: send it in UTF-8");
    }
    return this.#run(message, irc);
  }

  #run(message: IrcMessage, irc: IrcConnection): Steps {
    const { command, params } = message;
    if (irc.caps.has(MULTILINE) && message.tags.has("batch")) return collect(message, irc);
    const row = COMMANDS.get(command);
    if (row === undefined) return irc.reply("ERR_UNKNOWNCOMMAND", command);
    if (irc.person === undefined && row.isEarly !== true) return irc.reply("ERR_NOTREGISTERED");
    if (params.length < row.least) return irc.reply("ERR_NEEDMOREPARAMS", command);
    irc.facts.tally?.count(command);
    return row.run(message, irc);
  }

  /** The next part of a search. */
  goOn(): Step | undefined {
    const { next } = this.#irc;
    if (next !== undefined) this.#irc.next = undefined;
    return next;
  }

  /** The rest of the answer to a line. */
  finish(): Uint8Array {
    const last = this.#irc.finish();
    return last === "" ? NOTHING : encodeUtf8(last);
  }

  /** With a label, an event that the user has caused is a part of its answer. */
  echo(event: SharedEvent): Echo {
    const irc = this.#irc;
    switch (event.type) {
      case "invite_seen":
      case "away_seen":
        return "none";
      case "kicked":
        // An operator who kicks itself receives the KICK, as any other kicked user does.
        return event.whom.handle === irc.nick ? "none" : this.#echoed;
    }
    if (isSpeech(event) && !irc.caps.has("echo-message")) return "none";
    return "least" in event && event.least !== undefined ? "own" : this.#echoed;
  }

  get #echoed(): Echo {
    return this.#irc.unit.isLabelled ? "own" : "shared";
  }

  /** Encodes an event that this user alone receives, or that it has caused. */
  encodeReply(event: UserEvent | SharedEvent, stamp: Stamp): Reply {
    this.#note(event);
    const lines = this.#linesOf(event, stamp);
    return replyInUnit(this.#unitOf(event), lines, expectedBytes(event));
  }

  /** Encodes news of a watched user, for clients that asked for more than its presence. */
  encodeWatched(event: PeerEvent, stamp: Stamp): Uint8Array {
    const isShown = this.#irc.caps.has("extended-monitor") &&
      (event.type === "away" || event.type === "realname_changed" ||
        event.type === "host_changed" || event.type === "account_changed");
    return isShown ? this.#dialect.encodeEvent(event, stamp) : NOTHING;
  }

  /** The unit of an event: one that others have caused is no part of an answer. */
  #unitOf(event: UserEvent | SharedEvent): ReplyUnit {
    switch (event.type) {
      case "dm":
      case "dm_redacted":
      case "user_tagged":
      case "invited":
        return OWN_UNIT;
      case "marker":
        return this.#irc.command === "MARKREAD" ? this.#irc.unit : OWN_UNIT;
      case "metadata":
        return event.why === "change" ? OWN_UNIT : this.#irc.unit;
      case "removed":
      case "channel_moved":
        return event.by.handle === this.#irc.nick ? this.#irc.unit : OWN_UNIT;
      default:
        return this.#irc.unit;
    }
  }

  #linesOf(event: UserEvent | SharedEvent, stamp: Stamp): Iterable<IrcLine> {
    const dialect = this.#dialect.bits;
    switch (event.type) {
      case "dm_sent":
        return this.#isEchoed ? dmLines(event, stamp, dialect) : [];
      case "dm":
        return dmLines(event, stamp, dialect);
      case "user_tag_sent":
        return this.#isEchoed ? tagLines(event, stamp, dialect) : [];
      case "user_tagged":
        return tagLines(event, stamp, dialect);
      case "dm_redaction_sent":
        return this.#isEchoed ? redactionLines(event, stamp, dialect) : [];
      case "dm_redacted":
        return redactionLines(event, stamp, dialect);
      case "history":
      case "history_targets":
      case "history_refused":
        return historyLines(event, this.#irc, dialect);
      case "found":
      case "search_refused":
        return searchLines(event, this.#irc, dialect);
      case "marker":
      case "record_refused":
        return recordLines(event, this.#irc);
      case "markers":
        return [];
      case "metadata":
      case "metadata_later":
      case "metadata_keys":
        return metadataLines(event, this.#irc);
      case "registered":
        return this.#welcome(event, stamp);
      case "missed":
        return missedLines(event, this.#irc, dialect);
      // Their user receives other lines for it, or none.
      case "quit":
      case "away":
      case "host_changed":
        return [];
    }
    if (isShared(event)) return this.#dialect.linesOf(event, stamp);
    const facts = { timeMs: stamp.time, ...senderOf(event) };
    return timed(replyBodies(event, this.#irc), tagsFor(dialect, facts));
  }

  *#welcome(event: Extract<UserEvent, { type: "registered" }>, stamp: Stamp): Iterable<IrcLine> {
    const tags = tagsFor(this.#dialect.bits, { timeMs: stamp.time });
    yield* timed(replyBodies(event, this.#irc), tags);
    yield* ownMetadataLines(event.metadata, this.#irc);
  }

  /**
   * Whether the user receives its own messages: those of its other connections are new to this one,
   * whatever its client has asked for.
   */
  get #isEchoed(): boolean {
    return this.#irc.caps.has("echo-message") || this.#irc.command === "";
  }

  /** Notes the user's name and rights as events change them. */
  #note(event: UserEvent | SharedEvent): void {
    const irc = this.#irc;
    switch (event.type) {
      case "registered":
        irc.person = event.person;
        break;
      case "user_modes_changed":
        irc.isOperator = event.set.includes("operator") ||
          irc.isOperator && !event.clear.includes("operator");
        break;
      case "channel_registered":
        irc.confirmed = {
          channel: event.channel,
          text: `${formatChannelName(event.channel) ?? "*"} belongs to ${event.founder} now`,
        };
        break;
      case "came_back":
        if (!irc.caps.has("draft/chathistory")) irc.missedSince = event.since;
        break;
      case "always_on_is":
        irc.confirmed = { text: alwaysOnText(event.isOn) };
        break;
      case "who_found":
        irc.next = event.next === undefined || event.mask === undefined ? undefined : {
          type: "who",
          mask: event.mask,
          operatorsOnly: irc.whoQuery?.operatorsOnly === true,
          after: event.next,
        };
        break;
      case "channels_found":
        irc.next = event.next && { type: "find_channels", ...irc.listed, from: event.next };
        break;
      case "user_modes_are":
        irc.isOperator = event.modes.includes("operator");
        break;
      case "metadata_keys":
        for (const key of event.why === "list" ? [] : event.keys) {
          if (event.why === "sub") irc.subscribed.add(key);
          else irc.subscribed.delete(key);
        }
        break;
      case "markers":
        for (const [target, at] of event.markers) irc.markers.set(target, at);
        break;
      case "renamed":
      case "account_changed":
      case "realname_changed":
        if (isSame(event.by, irc.person)) irc.person = event.now;
        break;
      case "history":
      case "history_targets":
      case "history_refused":
      case "marker":
      case "record_refused":
      case "found":
      case "search_refused":
      case "missed":
        // Another connection of the user may have asked.
        if (irc.command !== "") irc.recalled();
    }
  }
}

/** The facts for the tags about the user whom the lines come from. */
function senderOf(event: UserEvent): { readonly account?: string; readonly isBot?: boolean } {
  switch (event.type) {
    case "invited":
    case "removed":
    case "wallops":
    case "killed": {
      const { account, bot = false } = event.by;
      return { ...(account !== undefined && { account }), isBot: bot };
    }
    default:
      return {};
  }
}

/** Takes lines that belong to no answer. */
const OWN_UNIT = new ReplyUnit();

function isSame(one: Person, other: Person | undefined): boolean {
  return one.handle === other?.handle;
}

function* timed(bodies: Iterable<string>, tags: IrcLine["tags"]): Iterable<IrcLine> {
  for (const body of bodies) yield { tags, body };
}

function expectedBytes(event: UserEvent | SharedEvent): number {
  switch (event.type) {
    case "members_are":
      return event.members.length * BYTES_A_MEMBER;
    case "channel_moved":
    case "resumed":
    case "entered":
      return (event.members?.length ?? 0) * BYTES_A_MEMBER;
    case "who_found":
      return event.users.length * BYTES_A_USER;
    case "channels_found":
      return event.channels.length * BYTES_A_CHANNEL;
    case "metadata":
      return event.entries.length * BYTES_A_VALUE;
    case "history":
    case "found":
    case "missed":
      return event.kept.reduce((sum, each) => sum + bytesOfKept(each), 0);
    default:
      return 0;
  }
}

function bytesOfKept({ event }: Kept): number {
  let bytes = BYTES_BESIDE_A_TEXT;
  if ("text" in event && event.text !== undefined) bytes += event.text.length;
  if ("tags" in event && event.tags !== undefined) {
    for (const [name, value] of event.tags) bytes += name.length + value.length;
  }
  return bytes;
}
