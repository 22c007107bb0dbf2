/**
 * Capabilities: what an IRC client may ask for beyond the old protocol, and the state of one
 * connection's negotiation (IRCv3 capability-negotiation).
 *
 *   CAP LS 302            the registration waits from here on ..
 *   CAP REQ :batch -away  all of them or none
 *   CAP END               .. to here
 *
 * @module
 */

import type { Login } from "../accounts/login.ts";
import { MECHANISMS } from "../sasl/mechanisms.ts";
import {
  MAX_METADATA_KEYS,
  MAX_METADATA_SUBSCRIPTIONS,
  MAX_METADATA_VALUE_BYTES,
} from "../chat/metadata.ts";
import { utf8Length } from "../chat/names.ts";
import { MAX_MULTILINE_BYTES, MAX_MULTILINE_LINES, MULTILINE } from "./irc_multiline.ts";
import { MAX_BODY_BYTES } from "./irc_message.ts";
import type { ServerFacts } from "./protocol.ts";

/** One capability of the server. */
export interface Capability {
  /** As on the wire. */
  readonly name: string;
  /** Sent to clients of version 302 and later. */
  readonly value?: string;
}

const MULTILINE_LIMITS = `max-bytes=${MAX_MULTILINE_BYTES},max-lines=${MAX_MULTILINE_LINES}`;

const METADATA_LIMITS =
  `max-subs=${MAX_METADATA_SUBSCRIPTIONS},max-keys=${MAX_METADATA_KEYS},max-value-bytes=${MAX_METADATA_VALUE_BYTES}`;
/** The capability of metadata: what users and channels say of themselves to programs. */
export const METADATA = "draft/metadata-3";

const VALUES: Readonly<Record<string, string>> = {
  [MULTILINE]: MULTILINE_LIMITS,
  [METADATA]: METADATA_LIMITS,
};

/** Every capability that all servers have, in the order in which they are listed. */
export const CAPABILITIES: readonly Capability[] = [
  "account-notify",
  "account-tag",
  "away-notify",
  "batch",
  "cap-notify",
  "chghost",
  "echo-message",
  "extended-join",
  "extended-monitor",
  "invite-notify",
  "labeled-response",
  "message-tags",
  "multi-prefix",
  "no-implicit-names",
  "server-time",
  "setname",
  "standard-replies",
  "userhost-in-names",
  "draft/channel-rename",
  METADATA,
  MULTILINE,
].map((name) => ({ name, ...(VALUES[name] !== undefined && { value: VALUES[name] }) }));

/** The capabilities of a server that keeps a history. */
const OF_HISTORY: readonly Capability[] = [
  { name: "draft/chathistory" },
  { name: "draft/event-playback" },
  { name: "draft/message-redaction" },
  { name: "draft/read-marker" },
];

/** Names the TLS port, and how long clients must remember it. No client may ask for it. */
const STS = "sts";

/** The capability of a server that finds messages by their words. */
const SEARCH = "soju.im/search";

/** The capabilities of a server with these facts, whose accounts are `login`'s. */
export function capabilitiesOf(
  facts: ServerFacts,
  login?: Login,
): readonly Capability[] {
  const { historyLimit, canSearch } = facts;
  return [
    ...CAPABILITIES,
    ...(historyLimit === undefined ? [] : OF_HISTORY),
    ...(historyLimit !== undefined && canSearch === true ? [{ name: SEARCH }] : []),
    ...(login === undefined ? [] : accountCapabilities(login)),
    ...strictTransport(facts),
  ];
}

/**
 * A client learns the port in plain text, and the time over TLS alone: what stands in plain text
 * may be an attacker's.
 */
function strictTransport({ sts, isSecure }: ServerFacts): readonly Capability[] {
  if (sts === undefined) return [];
  return [{ name: STS, value: isSecure ? `duration=${sts.duration}` : `port=${sts.port}` }];
}

function accountCapabilities({ registration }: Login): readonly Capability[] {
  const sasl = { name: "sasl", value: MECHANISMS.join(",") };
  const name = "draft/account-registration";
  switch (registration) {
    case "closed":
      return [sasl];
    case "open":
      return [{ name }, sasl];
    case "before-connect":
      return [{ name, value: registration }, sasl];
  }
}

/** Enabled by version 302, for good. */
const CAP_NOTIFY = "cap-notify";
/** The version that has values, several lines and cap-notify. */
const MODERN_VERSION = 302;

/** The server's reaction to a CAP command. */
export type CapAnswer =
  /**
   * Send `CAP <nick> <subcommand> [*] :<words>` for each of `lines`; the `*` stands in all but the
   * last where `continues`.
   */
  | {
    readonly do: "send";
    readonly subcommand: "LS" | "LIST" | "ACK" | "NAK" | "NEW" | "DEL";
    readonly lines: readonly string[];
    readonly continues: boolean;
  }
  /** Send 410: there is no such subcommand. */
  | { readonly do: "refuse"; readonly subcommand: string }
  /** Send 461: there is no subcommand at all. */
  | { readonly do: "need_more" }
  /** The negotiation has ended: complete the registration if nothing else is missing. */
  | { readonly do: "proceed" }
  | { readonly do: "nothing" };

/** One connection's capabilities, and whether its registration waits for `CAP END`. */
export class CapNegotiation {
  readonly #known: ReadonlyMap<string, Capability>;
  readonly #mayHave: (enabled: ReadonlySet<string>) => boolean;
  #enabled = new Set<string>();
  #changes = 0;
  #version = 0;
  #isOpen = false;

  /** `known` are the server's; `mayHave` says whether a client may have some of them together. */
  constructor(
    known: readonly Capability[] = CAPABILITIES,
    mayHave: (enabled: ReadonlySet<string>) => boolean = () => true,
  ) {
    this.#mayHave = mayHave;
    this.#known = new Map(known.map((capability) => [capability.name, capability]));
  }

  /** Whether the registration waits for `CAP END`. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The capabilities that the client has got, in the order of asking. */
  get enabled(): ReadonlySet<string> {
    return this.#enabled;
  }

  /** Rises when `enabled` changes. */
  get changes(): number {
    return this.#changes;
  }

  /** Whether the client has `name`. */
  has(name: string): boolean {
    return this.#enabled.has(name);
  }

  /**
   * Takes the parameters of a CAP command. `headBytes` is the length of a line up to the list of
   * words; `isRegistered` says that there is no registration to wait any more.
   */
  take(params: readonly string[], isRegistered: boolean, headBytes: number): CapAnswer {
    const [name, ...rest] = params;
    if (name === undefined) return { do: "need_more" };
    const subcommand = name.toUpperCase();
    if (subcommand === "LS" || subcommand === "REQ") this.#isOpen = !isRegistered;
    switch (subcommand) {
      case "LS":
        return this.#list(rest[0], headBytes);
      case "LIST":
        return this.#answer("LIST", [...this.#enabled], headBytes);
      case "REQ":
        return this.#request(rest.join(" "), headBytes);
      case "END":
        return this.#end();
      default:
        return { do: "refuse", subcommand: name };
    }
  }

  #list(version: string | undefined, headBytes: number): CapAnswer {
    // A client that has once said 302 keeps what comes with it.
    if (/^\d{1,9}$/.test(version ?? "")) this.#version = Math.max(this.#version, Number(version));
    const isModern = this.#version >= MODERN_VERSION;
    if (isModern && this.#known.has(CAP_NOTIFY)) this.#enabled.add(CAP_NOTIFY);
    this.#changes++;
    // To an old client, which gets no values, `sts` says nothing.
    const known = [...this.#known.values()].filter(({ name }) => isModern || name !== STS);
    const words = known.map(({ name, value }) =>
      isModern && value !== undefined ? `${name}=${value}` : name
    );
    return this.#answer("LS", words, headBytes);
  }

  #request(list: string, headBytes: number): CapAnswer {
    const words = list.split(" ").filter((word) => word !== "");
    const refusal = {
      do: "send",
      subcommand: "NAK",
      lines: [words.join(" ")],
      continues: false,
    } as const;
    if (!words.every((word) => this.#allows(word))) return refusal;
    const enabled = new Set(this.#enabled);
    for (const word of words) {
      if (word.startsWith("-")) enabled.delete(word.slice(1));
      else enabled.add(word);
    }
    if (!this.#mayHave(enabled)) return refusal;
    this.#enabled = enabled;
    this.#changes++;
    return this.#answer("ACK", words, headBytes);
  }

  #allows(word: string): boolean {
    const isRemoval = word.startsWith("-");
    const name = isRemoval ? word.slice(1) : word;
    const isFixed = name === CAP_NOTIFY && this.#version >= MODERN_VERSION;
    return this.#known.has(name) && name !== STS && !(isRemoval && isFixed);
  }

  #end(): CapAnswer {
    if (!this.#isOpen) return { do: "nothing" };
    this.#isOpen = false;
    return { do: "proceed" };
  }

  /** An old client takes one line only; the server's list is short enough for that. */
  #answer(subcommand: "LS" | "LIST" | "ACK", words: string[], headBytes: number): CapAnswer {
    const isModern = this.#version >= MODERN_VERSION;
    const lines = isModern || subcommand === "ACK"
      ? packWords(words, headBytes)
      : [words.join(" ")];
    return { do: "send", subcommand, lines, continues: subcommand !== "ACK" };
  }
}

/**
 * Words in as few lines as hold them, each behind `headBytes` bytes; one empty line for no words.
 */
export function packWords(words: readonly string[], headBytes: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && headBytes + utf8Length(longer) > MAX_BODY_BYTES) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line);
  return lines;
}
