/**
 * A client's half of the negotiation of capabilities (IRCv3 capability-negotiation): it asks for
 * those of its wishes that the server offers, and lets the registration go on.
 *
 *   C  CAP LS 302              S  CAP * LS * :a b   CAP * LS :c
 *   C  CAP REQ :a c            S  CAP dave ACK :a c
 *   C  CAP END
 *
 * A server that does not know CAP answers 421, or nothing, and registers its user all the same.
 *
 * @module
 */

/** The capabilities that show a client which of its lines arrived, and when others spoke. */
export const WISHES: readonly string[] = [
  "batch",
  "draft/chathistory",
  "echo-message",
  "labeled-response",
  "message-tags",
  "server-time",
  "soju.im/search",
];

/**
 * The capabilities of a user with an account: the login itself, and how far it has read on all
 * its machines.
 */
export const LOGIN_WISHES: readonly string[] = ["draft/read-marker", "sasl"];

/** The state of one connection's negotiation. */
export class ClientCaps {
  readonly #wishes: readonly string[];
  readonly #offered = new Map<string, string>();
  readonly #enabled = new Set<string>();

  /** Asks for those of `wishes` that the server has. */
  constructor(wishes: readonly string[] = WISHES) {
    this.#wishes = wishes;
  }

  /** Number of capabilities that are remembered. */
  get size(): number {
    return this.#offered.size + this.#enabled.size;
  }

  /** Whether the server has granted `name`. */
  has(name: string): boolean {
    return this.#enabled.has(name);
  }

  /** The value of `name`, behind the `=`; "" for none. */
  valueOf(name: string): string {
    return this.#offered.get(name) ?? "";
  }

  /** Takes the parameters of a CAP line; returns the parameters of the answer, if there is one. */
  take([, subcommand = "", ...rest]: readonly string[]): readonly string[] | undefined {
    const words = (rest.at(-1) ?? "").split(" ").filter((word) => word !== "");
    switch (subcommand.toUpperCase()) {
      case "LS":
        for (const word of words) this.#note(nameOf(word), word);
        return rest.length > 1 && rest[0] === "*" ? undefined : this.#ask();
      case "ACK":
        for (const word of words) this.#grant(word);
        return ["END"];
      case "NAK":
        return ["END"];
      case "DEL":
        for (const word of words) this.#enabled.delete(nameOf(word));
        return undefined;
      default:
        return undefined;
    }
  }

  /** A server that never ends its list must not fill the memory. */
  #note(name: string, word: string): void {
    if (this.#wishes.includes(name)) this.#offered.set(name, word.slice(name.length + 1));
  }

  #ask(): readonly string[] {
    const wanted = this.#wishes.filter((name) => this.#offered.has(name));
    return wanted.length === 0 ? ["END"] : ["REQ", wanted.join(" ")];
  }

  #grant(word: string): void {
    if (word.startsWith("-")) this.#enabled.delete(word.slice(1));
    else if (this.#wishes.includes(word)) this.#enabled.add(word);
  }
}

/** The name in `name=value`. */
function nameOf(word: string): string {
  return word.split("=", 1)[0] as string;
}
