/**
 * WHO and its extended form WHOX: which fields a client asks for, and the fields of a reply
 * (IRCv3 WHOX).
 *
 *   WHO #channel %tcuhnfa,42  ->  354 <client> 42 #channel ~bob <cloak> bob H@ 0
 *
 * A reply has the fields that were asked for in the order of the table below, whatever the order of
 * the request.
 *
 * @module
 */

/** A listed user; a reply shows the fields that were asked for. */
export interface WhoEntry {
  /** A channel that the reply is about, or `*`. */
  readonly channel: string;
  /** As in `nick!username@host`. */
  readonly username: string;
  /** The address, for those who may see it; undefined for all others. */
  readonly address?: string;
  /** The cloak. */
  readonly host: string;
  /** The server's name. */
  readonly server: string;
  /** The handle. */
  readonly nick: string;
  /** Whether the user is away. */
  readonly isAway: boolean;
  /** Whether the user is an operator of the server. */
  readonly isOperator: boolean;
  /** Whether the user is marked as a bot. */
  readonly isBot: boolean;
  /** Signs of the rights in `channel`: the highest, or all with multi-prefix. */
  readonly signs: string;
  /** Seconds since the user last spoke. */
  readonly idle: number;
  /** Undefined when the user is not logged in. */
  readonly account?: string;
  /** As the user gives it. */
  readonly realname: string;
}

/** Stands for an address that the client may not see (WHOX). */
const HIDDEN_ADDRESS = "255.255.255.255";
/** The distance in servers: there is only one. */
const HOPS = "0";
/** Operators of channels have no levels here (WHOX). */
const NO_LEVEL = "n/a";
/** Mark of a bot, the letter of its user mode. */
const BOT = "B";
/** The most digits of a token. */
const TOKEN_DIGITS = 3;

const FIELDS: readonly (readonly [string, (entry: WhoEntry) => string])[] = [
  ["c", (entry) => entry.channel],
  ["u", (entry) => entry.username],
  ["i", (entry) => entry.address ?? HIDDEN_ADDRESS],
  ["h", (entry) => entry.host],
  ["s", (entry) => entry.server],
  ["n", (entry) => entry.nick],
  ["f", whoFlags],
  ["d", () => HOPS],
  ["l", (entry) => String(entry.idle)],
  ["a", (entry) => entry.account ?? "0"],
  ["o", () => NO_LEVEL],
  ["r", (entry) => entry.realname],
];

/** A parsed WHO command. */
export interface WhoQuery {
  /** As it was sent: a channel, a nick or a mask. */
  readonly mask: string;
  /** Only operators of the server. */
  readonly operatorsOnly: boolean;
  /** The fields of WHOX; undefined for a plain WHO. */
  readonly fields?: ReadonlySet<string>;
  /** Sent back where the fields hold `t`. */
  readonly token: string;
}

/** Reads the parameters of a WHO command. A missing mask is `*`. */
export function parseWho(params: readonly string[]): WhoQuery {
  const [mask = "*", options = ""] = params;
  const percent = options.indexOf("%");
  const flags = percent < 0 ? options : options.slice(0, percent);
  const query = { mask: mask === "" ? "*" : mask, operatorsOnly: flags.includes("o") };
  if (percent < 0) return { ...query, token: "0" };
  const [letters = "", token = ""] = options.slice(percent + 1).split(",");
  return { ...query, fields: new Set(letters), token: isToken(token) ? token : "0" };
}

function isToken(text: string): boolean {
  return text.length > 0 && text.length <= TOKEN_DIGITS && /^\d+$/.test(text);
}

/**
 * `H` (here) or `G` (gone), then `*` for an operator of the server, the channel's signs, and
 * the bot's mark.
 */
export function whoFlags(entry: WhoEntry): string {
  return (entry.isAway ? "G" : "H") + (entry.isOperator ? "*" : "") + entry.signs +
    (entry.isBot ? BOT : "");
}

/** The parameters of 352, the reply to a plain WHO. */
export function whoReply(
  entry: WhoEntry,
): readonly [string, string, string, string, string, string, string] {
  const { channel, username, host, server, nick, realname } = entry;
  return [channel, username, host, server, nick, whoFlags(entry), `${HOPS} ${realname}`];
}

/**
 * The parameters of 354, the reply to a query with fields; empty when it asks for no field there
 * is.
 */
export function whoxReply(query: WhoQuery, entry: WhoEntry): string[] {
  const { fields } = query;
  if (fields === undefined) return [];
  const values = FIELDS.filter(([letter]) => fields.has(letter)).map(([, value]) => value(entry));
  return fields.has("t") ? [query.token, ...values] : values;
}
