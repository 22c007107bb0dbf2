/**
 * The networks from which accounts were entered lately, with the password that they have now.
 * Guessing from elsewhere does not slow these down.
 *
 * @module
 */

/** The most networks that are remembered for one account. */
const MAX_NETWORKS = 8;
/** The most accounts whose networks are remembered. */
const MAX_ACCOUNTS = 10_000;

/** Remembers the networks of each account. */
export class KnownNetworks {
  readonly #networks = new Map<string, Set<string>>();

  /** Whether `account` was entered from `network`. */
  has(account: string, network: string): boolean {
    return this.#networks.get(account)?.has(network) ?? false;
  }

  /** Notes that `account` was entered from `network`. */
  add(account: string, network: string): void {
    const networks = this.#networks.get(account) ?? new Set<string>();
    networks.delete(network);
    networks.add(network);
    dropOldest(networks, MAX_NETWORKS);
    this.#networks.delete(account);
    this.#networks.set(account, networks);
    dropOldest(this.#networks, MAX_ACCOUNTS);
  }
}

function dropOldest(
  kept: { readonly size: number; keys(): Iterator<string>; delete(key: string): boolean },
  most: number,
): void {
  const oldest = kept.size > most ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
}
