/**
 * The accounts of a server: checks passwords, makes and removes accounts, and tells the chat.
 *
 *   protocol --Login--> accounts --AccountStore--> memory | database
 *                          '-----onAdded, onRemoved-----> sequencer
 *
 * 1. MUST keep no password, and compare keys in constant time.
 * 2. MUST take as long for an unknown account as for a wrong password.
 * 3. MUST bound what waits: derivations, and tries of a network.
 * 4. MUST NOT take the proof of one account, or of one password, for the next one of that name.
 *
 * @module
 */

import {
  areSameKeys,
  type ClientFirst,
  deriveKeys,
  hmac,
  isPasswordOf,
  ScramError,
  type ScramKeys,
  ScramServer,
} from "../sasl/scram.ts";
import { type AccountRecord, foldAccount } from "./account_record.ts";
import { type GateLimits, Gates, NETWORK_ACCOUNTS, NETWORK_DERIVATIONS, Pool } from "./gates.ts";
import type {
  AccountInfo,
  Login,
  LoginFault,
  Proven,
  RegisterFault,
  Registration,
  ScramProven,
} from "./login.ts";
import { type Asker, AskersLogin, type Calls } from "./askers_login.ts";
import type { AccountStore } from "./store.ts";
import { Tries } from "./tries.ts";

/** Rounds of PBKDF2 for a new password: 20 to 50 ms of one core. */
export const ITERATIONS = 100_000;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/**
 * Derivations at once: they run in threads of the runtime's own, and leave a processor to
 * the event loop.
 */
const DERIVATIONS_AT_ONCE = Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));
/** Derivations that may wait: about ten seconds of two cores. */
const DERIVATIONS_WAITING = 1_000;
/** The most accounts of a server: their names are in memory. */
const MAX_ACCOUNTS = 100_000;
/** Longest password in bytes: a line of IRC holds no longer one. */
export const MAX_PASSWORD_BYTES = 1024;

/** The settings of the accounts. */
export interface AccountsOptions {
  /** Where they are kept. */
  readonly store: AccountStore;
  /** Who may make accounts. */
  readonly registration: Registration;
  /** Characters that a new password must have. */
  readonly minPassword: number;
  /** Derivations that one network may cause; default: `NETWORK_DERIVATIONS`. */
  readonly derivations?: GateLimits;
  /**
   * 32 secret bytes, the same after a restart: for the salts of unknown accounts, and hashes
   * of networks.
   */
  readonly secret: Uint8Array;
  /** Milliseconds; they never fall. */
  readonly now: () => number;
  /** Whether an account may be called `name`. */
  readonly isName: (name: string) => boolean;
  /** Whether the nick `name` is free, or held by the user `user`. */
  readonly isFree: (name: string, user: number) => boolean;
  /** Number of accounts. */
  readonly count: () => number;
  /** Called when `user` has made an account. */
  readonly onAdded: (name: string, user: number) => void;
  /** Called with an account that somebody logs in to: the chat may not know it yet. */
  readonly onFound: (name: string) => void;
  /** Called when an account is gone. */
  readonly onRemoved: (name: string) => void;
  /** As in `Login`. */
  readonly areChannelsKept: () => Promise<boolean>;
  /**
   * Called when a network has tried in vain; without the name, because many type their
   * password there.
   */
  readonly onRefused: (network: string, why: LoginFault) => void;
  /** Receives why something could not be done; it has no secret in it. */
  readonly onFault: (what: string, error: unknown) => void;
}

/** The accounts of one server. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #tries: Tries;
  readonly #networkAccounts: Gates;
  readonly #networkDerivations: Gates;
  // The proof of each account that was entered, by its folded name; `holds` recognises the account
  // by it. It is dropped together with the account.
  readonly #proofs = new Map<string, Proven>();
  readonly #pool = new Pool(DERIVATIONS_AT_ONCE, DERIVATIONS_WAITING);

  /** Begins without any tries noted. */
  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#tries = new Tries(options);
    this.#networkAccounts = new Gates(NETWORK_ACCOUNTS, options.now);
    this.#networkDerivations = new Gates(
      options.derivations ?? NETWORK_DERIVATIONS,
      options.now,
    );
  }

  /** The accounts as `asker` may use them. */
  loginOf(asker: Asker): Login {
    return new AskersLogin(this.#calls, asker);
  }

  // Made once: an idle connection has only what is its own.
  readonly #calls: Calls = {
    settings: () => this.#options,
    find: (name) => this.#find(name),
    checkPassword: (asker, name, password) => this.#checkPassword(asker, name, password),
    beginScram: (first) => this.#beginScram(first),
    endScram: (asker, exchange, message) => this.#endScram(asker, exchange, message),
    holds: (proven) => this.#holds(proven),
    register: (asker, name, password) => this.#register(asker, name, password),
    changePassword: (asker, proven, password) => this.#changePassword(asker, proven, password),
    drop: (asker, name, password) => this.#drop(asker, name, password),
  };

  /**
   * Notes that other processes have left these accounts and no others: proofs of any other account
   * are void from now on.
   */
  keepOnly(names: readonly string[]): void {
    const kept = new Set(names.map(foldAccount));
    for (const name of this.#proofs.keys()) {
      if (!kept.has(name)) this.#proofs.delete(name);
    }
  }

  #holds(proven: Proven): boolean {
    return this.#proofs.get(foldAccount(proven.account)) === proven;
  }

  async #find(name: string): Promise<AccountInfo | undefined | LoginFault> {
    try {
      const record = await this.#options.store.find(name);
      return record && { name: record.name, registeredAt: record.registeredAt };
    } catch (error) {
      this.#options.onFault("an account could not be read", error);
      return "unavailable";
    }
  }

  #checkPassword(asker: Asker, name: string, password: string): Promise<Proven | LoginFault> {
    return this.#tries.run(asker.network, name, async (record) => {
      if (password === "" || byteLength(password) > MAX_PASSWORD_BYTES) return "wrong";
      const keys = record ?? await this.#keysOfNobody(name);
      const isRight = await this.#derive(asker, () => isPasswordOf(password, keys));
      if (typeof isRight === "string") return isRight;
      return isRight && record !== undefined ? await this.#prove(name, keys) : "wrong";
    });
  }

  async #beginScram(first: ClientFirst): Promise<ScramServer | LoginFault> {
    try {
      const record = await this.#options.store.find(first.account);
      return new ScramServer(first, record ?? await this.#keysOfNobody(first.account));
    } catch (error) {
      this.#options.onFault("an account could not be read", error);
      return "unavailable";
    }
  }

  #endScram(
    asker: Asker,
    exchange: ScramServer,
    message: string,
  ): Promise<ScramProven | LoginFault> {
    const { account, actAs } = exchange.first;
    return this.#tries.run(asker.network, account, async () => {
      let last: string;
      try {
        last = await exchange.answer(message);
      } catch (error) {
        if (error instanceof ScramError) return "wrong";
        throw error;
      }
      const isOwn = actAs === "" || foldAccount(actAs) === foldAccount(account);
      if (!isOwn) return "wrong";
      const proven = await this.#prove(account, exchange.keys);
      return proven === "wrong" ? proven : { proven, last };
    });
  }

  async #register(
    asker: Asker,
    name: string,
    password: string,
  ): Promise<Proven | RegisterFault> {
    const { registration, store, isName, isFree, count } = this.#options;
    if (registration === "closed") return "closed";
    if (!isName(name)) return "bad_name";
    if (this.isWeak(name, password)) return "weak_password";
    if (!isFree(name, asker.user)) return "exists";
    if (count() >= MAX_ACCOUNTS) return "unavailable";
    const end = await this.#networkAccounts.enter(asker.network);
    if (end === undefined) return "throttled";
    let isMade = false;
    try {
      if (await store.find(name) !== undefined) return "exists";
      const keys = await this.#derive(asker, () => makeKeys(password));
      if (typeof keys === "string") return keys;
      // The nick may have been taken meanwhile.
      if (!isFree(name, asker.user)) return "exists";
      isMade = await store.add({ ...keys, name, registeredAt: Date.now() });
      if (!isMade) return "exists";
      this.#options.onAdded(name, asker.user);
      return this.#proofOf(name);
    } catch (error) {
      this.#options.onFault("an account could not be made", error);
      return "unavailable";
    } finally {
      end(isMade);
    }
  }

  async #changePassword(
    asker: Asker,
    proven: Proven,
    password: string,
  ): Promise<Proven | "weak_password" | LoginFault> {
    const { account: name } = proven;
    if (this.isWeak(name, password)) return "weak_password";
    try {
      const keys = await this.#derive(asker, () => makeKeys(password));
      if (typeof keys === "string") return keys;
      if (!this.#holds(proven) || !await this.#options.store.rekey(name, keys)) return "wrong";
      return proven;
    } catch (error) {
      this.#options.onFault("a password could not be changed", error);
      return "unavailable";
    }
  }

  async #drop(asker: Asker, name: string, password: string): Promise<Proven | LoginFault> {
    const proven = await this.#checkPassword(asker, name, password);
    if (typeof proven === "string") return proven;
    try {
      if (!await this.#options.store.remove(name)) return "wrong";
      this.#proofs.delete(foldAccount(name));
      this.#options.onRemoved(proven.account);
      return proven;
    } catch (error) {
      this.#options.onFault("an account could not be removed", error);
      return "unavailable";
    }
  }

  /** Runs a derivation when there is room; each of them costs its network one. */
  async #derive<Result>(
    { network }: Asker,
    run: () => Promise<Result>,
  ): Promise<Result | "throttled" | "unavailable"> {
    const end = await this.#networkDerivations.enter(network);
    if (end === undefined) return "throttled";
    try {
      return await this.#pool.run(run) ?? "unavailable";
    } finally {
      end(true);
    }
  }

  /**
   * MUST 4: makes the proof for a password that was right for `keys`. The account called `name` may
   * be gone by now, or have other keys.
   */
  async #prove(name: string, keys: ScramKeys): Promise<Proven | "wrong"> {
    const record = await this.#options.store.find(name);
    if (record === undefined || !areSameKeys(record, keys)) return "wrong";
    // Tells the chat of the account, because another process may have made it a moment ago.
    this.#options.onFound(record.name);
    return this.#proofOf(record.name);
  }

  #proofOf(account: string): Proven {
    const key = foldAccount(account);
    const proof = this.#proofs.get(key) ?? { account };
    this.#proofs.set(key, proof);
    return proof;
  }

  /** Whether `password` is too weak, or too long, for the account called `name`. */
  isWeak(name: string, password: string): boolean {
    const { length } = [...password];
    return length < this.#options.minPassword || byteLength(password) > MAX_PASSWORD_BYTES ||
      foldAccount(password) === foldAccount(name);
  }

  /** Keys for an unknown account: always the same for a name, and no password is right for them. */
  async #keysOfNobody(name: string): Promise<ScramKeys> {
    const salt = await hmac(this.#options.secret, foldAccount(name));
    const nothing = new Uint8Array(KEY_BYTES);
    return {
      salt: salt.slice(0, SALT_BYTES),
      iterations: ITERATIONS,
      storedKey: nothing,
      serverKey: nothing,
    };
  }
}

/** The keys of a new password. */
export function makeKeys(password: string): Promise<ScramKeys> {
  return deriveKeys(password, crypto.getRandomValues(new Uint8Array(SALT_BYTES)), ITERATIONS);
}

/** A new account. */
export async function makeAccount(name: string, password: string): Promise<AccountRecord> {
  return { ...await makeKeys(password), name, registeredAt: Date.now() };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
