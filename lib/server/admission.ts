/**
 * Decides who may connect: counts all connections and those of each address, and returns the reason
 * when there are too many.
 *
 * @module
 */

/** The limits of connections at once. */
export interface AdmissionLimits {
  /** All connections. */
  readonly maxConnections: number;
  /** Connections of one address; 0 means unlimited. */
  readonly maxPerAddress: number;
}

/** The reason why a connection is not admitted. */
export interface NotAdmitted {
  /** Whether the server is full, or only this address has too many. */
  readonly cause: "full" | "address";
  /** The cause in words, for the log. */
  readonly reason: string;
}

/** Counts admitted connections by address. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #perNetwork = new Map<string, number>();
  #total = 0;
  #seen = 0;

  /** Starts with no connection. */
  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** The number of admitted connections. */
  get total(): number {
    return this.#total;
  }

  /** How many have come ever, admitted or not. */
  get seen(): number {
    return this.#seen;
  }

  /** Admits one more connection from `host`, an IP address, or returns why not. */
  enter(host: string): NotAdmitted | undefined {
    this.#seen++;
    const { maxConnections, maxPerAddress } = this.#limits;
    if (this.#total >= maxConnections) {
      return { cause: "full", reason: `more than ${maxConnections} connections` };
    }
    const network = networkOf(host);
    const count = this.#perNetwork.get(network) ?? 0;
    if (maxPerAddress > 0 && count >= maxPerAddress) {
      return { cause: "address", reason: `more than ${maxPerAddress} connections from ${network}` };
    }
    this.#total++;
    this.#perNetwork.set(network, count + 1);
    return undefined;
  }

  /** Counts one connection less from `host`, an IP address or its network. */
  leave(host: string): void {
    const network = networkOf(host);
    const count = (this.#perNetwork.get(network) ?? 0) - 1;
    if (count > 0) this.#perNetwork.set(network, count);
    else this.#perNetwork.delete(network);
    this.#total--;
  }
}

/** An IPv6 address has eight groups of 16 bits; the first four name its network. */
const NETWORK_GROUPS = 4;
const GROUPS = 8;

/**
 * Returns what counts as one address: an IPv4 address (also when mapped into IPv6), or an
 * IPv6 network of 64 bits, because a customer gets all of its addresses. The network of a
 * network is itself.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { networkOf } from "./admission.ts";
 *
 * assertEquals(networkOf("192.0.2.7"), "192.0.2.7");
 * assertEquals(networkOf("::ffff:192.0.2.7"), "192.0.2.7");
 * assertEquals(networkOf("2001:db8::1"), networkOf("2001:db8::2"));
 * ```
 */
export function networkOf(host: string): string {
  if (!host.includes(":")) return host;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host);
  if (mapped) return mapped[1] as string;
  const [head = "", tail] = host.split("%", 1)[0]!.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, GROUPS - before.length - after.length)).fill("0");
  const groups = [...before, ...zeros, ...after].slice(0, NETWORK_GROUPS);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(":")}::/64`;
}
