/**
 * HELP: the form of each command and one sentence about it.
 *
 * @module
 */

/** The answer of HELP to one subject. */
export interface HelpText {
  /** The subject as it is shown. */
  readonly subject: string;
  /** At least one line. */
  readonly lines: readonly [string, ...string[]];
}

/** The subject of the answer to a HELP without one. */
const INDEX = "INDEX";

const COMMANDS: Readonly<Record<string, readonly [form: string, meaning: string]>> = {
  ADMIN: ["ADMIN", "Shows who runs this server."],
  AUTHENTICATE: [
    "AUTHENTICATE <mechanism|*|base64>",
    "Logs you in, as your client does it (SASL).",
  ],
  AWAY: ["AWAY [:<message>]", "Marks you as away; without a message, as back."],
  BATCH: [
    "BATCH +<name> draft/multiline <target> | -<name>",
    "Begins and ends a message of several lines.",
  ],
  CAP: ["CAP <LS|LIST|REQ|END> [..]", "Negotiates extensions of the protocol."],
  CHANREG: ["CHANREG REGISTER|DROP <channel>", "Makes a channel your account's, or gives it up."],
  CHANSERV: [
    "CHANSERV <command>",
    "Says something to ChanServ; CHANSERV HELP lists what it knows.",
  ],
  CHATHISTORY: [
    "CHATHISTORY <LATEST|BEFORE|AFTER|AROUND|BETWEEN> <target> <*|timestamp=..|msgid=..> .. <limit>",
    "Shows what was said before; CHATHISTORY TARGETS lists where.",
  ],
  CS: ["CS <command>", "The same as CHANSERV."],
  DLINE: [
    "DLINE [<minutes>] <address|network> [:<reason>]",
    "Bans addresses from the server. For its operators.",
  ],
  HELP: ["HELP [<command>]", "Shows the form of a command."],
  INFO: ["INFO", "Shows what this server is."],
  INVITE: [
    "INVITE [<nick> <channel>]",
    "Invites a user; without parameters, lists your invitations.",
  ],
  ISON: ["ISON <nick> ..", "Tells which of these users are online."],
  JOIN: ["JOIN <channel>{,<channel>} [<key>{,<key>}]", "Enters channels; JOIN 0 leaves all."],
  KICK: ["KICK <channel> <nick>{,<nick>} [:<reason>]", "Removes users from a channel."],
  KILL: ["KILL <nick> [:<reason>]", "Disconnects a user. For operators of the server."],
  KLINE: [
    "KLINE [<minutes>] <user@host> [:<reason>]",
    "Bans users from the server. For its operators.",
  ],
  LINKS: ["LINKS", "Lists the servers of this network."],
  LIST: [
    "LIST [<condition>{,<condition>}]",
    "Lists channels. Conditions: masks, >users, C>minutes (made), T>minutes (topic); also < and !mask.",
  ],
  LUSERS: ["LUSERS", "Counts users and channels."],
  MARKREAD: [
    "MARKREAD <target> [timestamp=<time>]",
    "Shows or sets up to when you have read a channel or a user's messages.",
  ],
  METADATA: [
    "METADATA <target|*> <GET|LIST|SET|CLEAR|SUB|UNSUB|SUBS|SYNC> ..",
    "Shows and sets what users and channels say of themselves to programs.",
  ],
  MODE: ["MODE <channel|nick> [<modes> [<parameter> ..]]", "Shows or changes modes."],
  MONITOR: ["MONITOR <+|-> <nick>{,<nick>} | C | L | S", "Watches whether users are online."],
  MOTD: ["MOTD", "Shows the message of the day."],
  NAMES: ["NAMES <channel>{,<channel>}", "Lists the members of channels."],
  NICK: ["NICK <nick>", "Changes your nick."],
  NICKSERV: [
    "NICKSERV <command>",
    "Says something to NickServ; NICKSERV HELP lists what it knows.",
  ],
  NOTICE: ["NOTICE <target>{,<target>} :<text>", "Sends a text that nothing may answer by itself."],
  NS: ["NS <command>", "The same as NICKSERV."],
  OPER: ["OPER <name> <password>", "Makes you an operator of the server."],
  PART: ["PART <channel>{,<channel>} [:<reason>]", "Leaves channels."],
  PASS: ["PASS <password>", "Gives the server's password, before NICK and USER."],
  PING: ["PING <token>", "Asks the server for a PONG with the same token."],
  PONG: ["PONG <token>", "Answers a PING."],
  PRIVMSG: ["PRIVMSG <target>{,<target>} :<text>", "Sends a text to channels and users."],
  QUIT: ["QUIT [:<reason>]", "Leaves the server."],
  REDACT: [
    "REDACT <target> <msgid> [:<reason>]",
    "Takes back a message of yours, or as an operator of the channel anybody's.",
  ],
  REGISTER: ["REGISTER * * <password>", "Makes your nick an account of yours."],
  REHASH: ["REHASH", "Reads the server's files again. For its operators."],
  RENAME: [
    "RENAME <channel> <new name> [:<reason>]",
    "Gives a channel another name, once a minute. For its operators, or its founder.",
  ],
  SEARCH: [
    "SEARCH <attribute>=<value>{;<attribute>=<value>}",
    "Finds old messages; attributes: text, in, from, after, before, limit.",
  ],
  SETNAME: ["SETNAME :<realname>", "Changes your real name."],
  STATS: ["STATS <u|o|m|k>", "Shows the uptime; to operators of the server, more."],
  TAGMSG: ["TAGMSG <target>{,<target>}", "Sends message tags without a text."],
  TIME: ["TIME", "Shows the server's time."],
  TOPIC: ["TOPIC <channel> [:<topic>]", "Shows or changes the topic of a channel."],
  UNDLINE: [
    "UNDLINE <address|network>",
    "Lifts a ban of addresses from the server. For its operators.",
  ],
  UNKLINE: ["UNKLINE <user@host>", "Lifts a ban from the server. For its operators."],
  USER: ["USER <username> 0 * :<realname>", "Registers, together with NICK."],
  USERHOST: ["USERHOST <nick> ..", "Shows the hosts of up to five users."],
  VERIFY: ["VERIFY <account> <code>", "There is nothing to verify on this server."],
  VERSION: ["VERSION", "Shows the server's version."],
  WALLOPS: ["WALLOPS :<text>", "Sends a text to all who have mode w. For operators of the server."],
  WHO: ["WHO <channel|nick|mask> [o][%<fields>[,<token>]]", "Lists users."],
  WHOIS: ["WHOIS <nick>", "Shows what is known of a user."],
  WHOWAS: ["WHOWAS <nick> [<count>]", "Shows who had a nick before."],
};

/** Words of the index in one line, so that a line fits every screen. */
const WORDS_A_LINE = 8;

/** The commands that have a text, in the order of the alphabet. */
export const HELP_SUBJECTS: readonly string[] = Object.keys(COMMANDS);

/**
 * The text about `subject`, in any case; about all commands without one; `undefined` for an
 * unknown one.
 */
export function helpOn(subject: string | undefined): HelpText | undefined {
  const name = (subject ?? "").toUpperCase();
  if (name === "" || name === INDEX) return index();
  const known = COMMANDS[name];
  if (known === undefined) return undefined;
  return { subject: name, lines: [known[0], known[1]] };
}

function index(): HelpText {
  const lines: string[] = [];
  for (let i = 0; i < HELP_SUBJECTS.length; i += WORDS_A_LINE) {
    lines.push(HELP_SUBJECTS.slice(i, i + WORDS_A_LINE).join(" "));
  }
  return { subject: INDEX, lines: ["HELP <command> shows the form of a command:", ...lines] };
}
