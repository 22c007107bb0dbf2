/**
 * How often passwords may be tried (`gates.ts`). Each try counts for its network and for the
 * password that it is about; a network from which the account was entered with that password counts
 * for itself alone.
 *
 * 1. MUST take as long for an unknown account as for any other.
 * 2. MUST give a new password all of its tries, and no network its privilege, whoever has set it.
 *
 * @module
 */

import { hmac } from "../sasl/scram.ts";
import { type AccountRecord, foldAccount } from "./account_record.ts";
import { ACCOUNT_TRIES, Gates, NETWORK_TRIES } from "./gates.ts";
import { KnownNetworks } from "./known_networks.ts";
import type { LoginFault } from "./login.ts";
import type { AccountStore } from "./store.ts";

/** Characters of a name that count: nobody fills the memory with long ones. */
const MAX_KEY_CHARACTERS = 64;
/** Bytes of the hash of a network. */
const MARK_BYTES = 16;

/** The settings of tries. */
export interface TriesOptions {
  /** Where accounts are kept, and their known networks. */
  readonly store: AccountStore;
  /** 32 secret bytes, the same after a restart. */
  readonly secret: Uint8Array;
  /** Milliseconds; they never fall. */
  readonly now: () => number;
  /** Called when a network has tried in vain. */
  readonly onRefused: (network: string, why: LoginFault) => void;
  /** Receives why a password could not be checked. */
  readonly onFault: (what: string, error: unknown) => void;
}

/** Checks a password, or a proof of it, of an account that may not exist. */
export type Check<Result> = (record: AccountRecord | undefined) => Promise<Result | LoginFault>;

/** The tries of all networks and accounts. */
export class Tries {
  readonly #options: TriesOptions;
  readonly #ofNetworks: Gates;
  readonly #ofPasswords: Gates;
  readonly #known = new KnownNetworks();

  /** Begins without tries. */
  constructor(options: TriesOptions) {
    this.#options = options;
    this.#ofNetworks = new Gates(NETWORK_TRIES, options.now);
    this.#ofPasswords = new Gates(ACCOUNT_TRIES, options.now);
  }

  /**
   * Runs `check` for the account called `name`, if its network and its password have a try left.
   * Never rejects.
   */
  async run<Result extends object>(
    network: string,
    name: string,
    check: Check<Result>,
  ): Promise<Result | LoginFault> {
    const result = await this.#runOnce(network, name, check);
    if (typeof result === "string") this.#options.onRefused(network, result);
    return result;
  }

  async #runOnce<Result extends object>(
    network: string,
    name: string,
    check: Check<Result>,
  ): Promise<Result | LoginFault> {
    try {
      return await tryOnce(this.#ofNetworks, network, () => this.#check(network, name, check));
    } catch (error) {
      this.#options.onFault("a password could not be checked", error);
      return "unavailable";
    }
  }

  async #check<Result extends object>(
    network: string,
    name: string,
    check: Check<Result>,
  ): Promise<Result | LoginFault> {
    const record = await this.#options.store.find(name);
    const key = passwordKey(name, record);
    const isKnown = await this.#isKnown(key, name, network);
    const result = isKnown
      ? await check(record)
      : await tryOnce(this.#ofPasswords, key, () => check(record));
    if (typeof result !== "string") await this.#know(key, name, network);
    return result;
  }

  /**
   * Whether an account was entered from `network` with its present password, also before a restart.
   */
  async #isKnown(key: string, name: string, network: string): Promise<boolean> {
    if (this.#known.has(key, network)) return true;
    return await this.#options.store.knows(name, await this.#markOf(key, network));
  }

  /**
   * Notes that an account was entered from `network`. If that cannot be written, strangers can slow
   * down the owner after the next restart.
   */
  async #know(key: string, name: string, network: string): Promise<void> {
    const isNew = !this.#known.has(key, network);
    this.#known.add(key, network);
    if (!isNew) return;
    try {
      await this.#options.store.know(name, await this.#markOf(key, network));
    } catch (error) {
      this.#options.onFault("a network could not be noted", error);
    }
  }

  /**
   * The form in which a network is kept: a keyed hash, which is another one for each account
   * and password.
   */
  async #markOf(key: string, network: string): Promise<string> {
    const hash = await hmac(this.#options.secret, `network ${network} ${key}`);
    return hash.slice(0, MARK_BYTES).toHex();
  }
}

/** Runs `check` if `gates` have a try left for `key`, which a wrong password uses up. */
async function tryOnce<Result extends object>(
  gates: Gates,
  key: string,
  check: () => Promise<Result | LoginFault>,
): Promise<Result | LoginFault> {
  const end = await gates.enter(key);
  if (end === undefined) return "throttled";
  let isWrong = false;
  try {
    const result = await check();
    isWrong = result === "wrong";
    return result;
  } finally {
    end(isWrong);
  }
}

/**
 * Stands for the present password of the account called `name`: a new one has a salt of its own.
 */
function passwordKey(name: string, record: AccountRecord | undefined): string {
  return `${record?.salt.toHex() ?? ""} ${foldAccount(name).slice(0, MAX_KEY_CHARACTERS)}`;
}
