/**
 * What the soak was made to find: somebody received too much, too little, or in another order.
 *
 * @module
 */

/** The server broke a promise to one of its users. */
export class Violation extends Error {
  /** Whom: the nick of the client whose trace tells more. */
  readonly nick: string;

  /** `message` names what was expected and what came. */
  constructor(nick: string, message: string) {
    super(`${nick}: ${message}`);
    this.name = "Violation";
    this.nick = nick;
  }
}

/**
 * Milliseconds within which everything that is due must have come, on a busy machine too. All honest clients have one
 * address. A server that gets a seventh of a processor has twenty turns a second, in each of which a heavy address does
 * one work: answers took up to 20 s then, and came in their order.
 */
export const PATIENCE_MS = 60_000;

/** What went wrong when the client `nick` read `bytes`: a violation, or bytes that it cannot read. */
export function faultOf(error: unknown, nick: string, bytes: Uint8Array): Violation {
  if (error instanceof Violation) return error;
  const text = new TextDecoder().decode(bytes);
  const at = text.indexOf("\ufffd");
  const around = at < 0 ? text.slice(-80) : text.slice(Math.max(0, at - 80), at + 80);
  return new Violation(nick, `${(error as Error).message}, in ${JSON.stringify(around)}`);
}
