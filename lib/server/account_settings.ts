/**
 * The accounts of one server: the operator's options, and how accounts and chat inform each other.
 *
 * @module
 */

import { Accounts } from "../accounts/accounts.ts";
import type { Registration } from "../accounts/login.ts";
import { type AccountStore, MemoryAccounts } from "../accounts/store.ts";
import { SERVICE_NICKS } from "../chat/accounts.ts";
import { foldHandle, isHandle } from "../chat/handles.ts";
import type { Hub } from "../chat/hub.ts";
import { type Option, UsageError } from "../cli/options.ts";
import type { AlwaysOnSettings } from "./always_on.ts";
import type { AlwaysOnKeeper } from "./always_on_keeper.ts";
import { ALWAYS_ON_OPTIONS, type AlwaysOnChoices, parseAlwaysOn } from "./always_on_options.ts";
import type { Clock } from "../net/deadline.ts";
import type { KeptChannel } from "../chat/snapshot.ts";
import { AccountLog } from "./account_log.ts";
import { ChannelKeeper, type ChannelPort } from "./channel_keeper.ts";
import type { Log } from "./log.ts";
import type { KeptNotes, Sequencer } from "./sequencer.ts";

/** Bytes of the secret that unknown accounts get their salts from. */
export const SALT_SECRET_BYTES = 32;

const REGISTRATIONS: readonly Registration[] = ["open", "before-connect", "closed"];
const DEFAULT_MIN_PASSWORD = 8;
/** A longer minimum would only keep users from registering. */
const MOST_MIN_PASSWORD = 64;

/** The rows of these options. */
export const ACCOUNT_OPTIONS: readonly Option[] = [
  {
    name: "registration",
    value: "WHO",
    check: (text) => parseAccountChoices({ registration: text }),
    help: "Who may make accounts: open (every user), before-connect (also clients that have not " +
      "registered), closed (default open)",
  },
  {
    name: "min-password",
    value: "N",
    check: (text) => parseAccountChoices({ "min-password": text }),
    help: `Characters that the password of an account must have (default ${DEFAULT_MIN_PASSWORD})`,
  },
  ...ALWAYS_ON_OPTIONS,
];

/** The values of the options. */
export interface AccountChoices {
  /** Who may make accounts. */
  readonly registration: Registration;
  /** Characters that a password must have. */
  readonly minPassword: number;
  /** Which of them may be always on. */
  readonly alwaysOn: AlwaysOnChoices;
}

/** How the accounts of a server are kept. */
export interface AccountSettings extends AccountChoices {
  /** Where the accounts are kept. */
  readonly store: AccountStore;
  /** The accounts that are there at the start. */
  readonly names: readonly string[];
  /** `SALT_SECRET_BYTES` secret bytes. */
  readonly secret: Uint8Array;
  /** Where registered channels are kept; in memory alone when it is left out. */
  readonly channelPort?: ChannelPort;
  /** The registered channels that are there at the start. */
  readonly channels: readonly KeptChannel[];
  /** Where always-on users are kept, and who was there; in memory alone when it is left out. */
  readonly alwaysOnKept?: Pick<AlwaysOnSettings, "port" | "atStart">;
}

/** Accounts in memory, none yet. */
export function defaultAccountSettings(): AccountSettings {
  return {
    registration: "open",
    minPassword: DEFAULT_MIN_PASSWORD,
    alwaysOn: parseAlwaysOn({}),
    store: new MemoryAccounts(),
    names: [],
    channels: [],
    secret: crypto.getRandomValues(new Uint8Array(SALT_SECRET_BYTES)),
  };
}

/**
 * Reads these options.
 *
 * @throws {UsageError} when one of them is wrong.
 */
export function parseAccountChoices(values: Readonly<Record<string, string>>): AccountChoices {
  const who = values["registration"] ?? "open";
  const registration = REGISTRATIONS.find((known) => known === who);
  if (registration === undefined) {
    throw new UsageError(`Registration must be one of ${REGISTRATIONS.join(", ")}, got "${who}"`);
  }
  const text = values["min-password"] ?? String(DEFAULT_MIN_PASSWORD);
  const minPassword = /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  if (!(minPassword >= 1 && minPassword <= MOST_MIN_PASSWORD)) {
    throw new UsageError(
      `Minimum of a password must be a number from 1 to ${MOST_MIN_PASSWORD}, got "${text}"`,
    );
  }
  return { registration, minPassword, alwaysOn: parseAlwaysOn(values) };
}

/** Whether an account may be called `name`: as a user may, but not as a service. */
export function isAccountName(name: string): boolean {
  return isHandle(name) && !SERVICE_NICKS.some((nick) => foldHandle(nick) === foldHandle(name));
}

/** The parts of the server that accounts work with. */
export interface AccountWorld {
  /** The chat. */
  readonly hub: Hub;
  /** Receives orders when accounts are made or removed. */
  readonly sequencer: Sequencer;
  /** Receives a line for each fault. */
  readonly log: Log;
  /** The clock of the throttles. */
  readonly clock: Clock;
}

/** Keeps the registered channels of a server, and by `users` its always-on users. */
export function makeKeeper(
  { channelPort }: AccountSettings,
  users: AlwaysOnKeeper,
  log: Log,
): KeptNotes {
  const lines = new AccountLog(log);
  const channels = new ChannelKeeper(channelPort, (name, error) => lines.notKept(name, error));
  return {
    note: (delivery) => {
      if ("account" in delivery || "held" in delivery) users.note(delivery);
      else channels.note(delivery);
    },
    settled: async () => {
      const results = await Promise.all([channels.settled(), users.settled()]);
      return results.every((isKept) => isKept);
    },
  };
}

/** The accounts of a server. */
export function makeAccounts(settings: AccountSettings, world: AccountWorld): Accounts {
  const { hub, sequencer, clock } = world;
  const lines = new AccountLog(world.log);
  return new Accounts({
    ...settings,
    now: () => clock.now(),
    isName: isAccountName,
    isFree: (name, user) => {
      const holder = hub.holderOf(name);
      const isTaken = holder !== undefined && holder !== hub.user(user)?.as;
      return !isTaken && !hub.isReserved(name);
    },
    count: () => hub.accountCount,
    areChannelsKept: () => sequencer.areChannelsKept(),
    onAdded: (name, user) => {
      const keeps = hub.user(user)?.as.id;
      sequencer.order({ type: "account_added", name, ...(keeps !== undefined && { keeps }) });
      lines.made(name);
    },
    onFound: (name) => {
      if (!hub.hasAccount(name)) sequencer.order({ type: "account_added", name });
    },
    onRemoved: (name) => {
      sequencer.order({ type: "account_removed", name });
      lines.removed(name);
    },
    onRefused: (network, why) => lines.refused(network, why),
    onFault: (what, error) => lines.fault(what, error),
  });
}
