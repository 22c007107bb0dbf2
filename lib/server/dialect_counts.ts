/**
 * Bounds the dialects that the connections of one address speak at once. There are thousands of
 * dialects, and a message is encoded once for each that is spoken in its channel: four thousand
 * members of one address, each with other capabilities, would make every message there a hundred
 * times as expensive.
 *
 * @module
 */

import type { DialectQuota } from "../protocol/protocol.ts";

/** The most dialects of one address: a school has clients of a dozen kinds. */
export const MAX_DIALECTS = 64;

/** The dialects of one address, and how many connections speak each. */
export class DialectCounts {
  readonly #speakers = new Map<number, number>();

  /** The part of a new connection, which speaks the plain dialect. */
  connection(): ConnectionDialect {
    return new ConnectionDialect(this.#speakers);
  }
}

/** What one connection speaks. */
export class ConnectionDialect implements DialectQuota {
  readonly #speakers: Map<number, number>;
  #dialect = 0;

  /** `speakers` are those of its address. */
  constructor(speakers: Map<number, number>) {
    this.#speakers = speakers;
  }

  /** See `DialectQuota`. The plain dialect, 0, is always free. */
  take(dialect: number): boolean {
    if (dialect === this.#dialect) return true;
    const speakers = this.#speakers;
    const isAlone = speakers.get(this.#dialect) === 1;
    const others = speakers.size - (isAlone ? 1 : 0);
    if (dialect !== 0 && !speakers.has(dialect) && others >= MAX_DIALECTS) return false;
    this.#leave();
    this.#dialect = dialect;
    if (dialect !== 0) speakers.set(dialect, (speakers.get(dialect) ?? 0) + 1);
    return true;
  }

  /** The connection has ended. */
  release(): void {
    this.#leave();
    this.#dialect = 0;
  }

  #leave(): void {
    const left = (this.#speakers.get(this.#dialect) ?? 0) - 1;
    if (left > 0) this.#speakers.set(this.#dialect, left);
    else this.#speakers.delete(this.#dialect);
  }
}
