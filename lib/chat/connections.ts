/**
 * The connections of one user, in the order in which they came. Nearly every user has one, and an
 * idle user should cost little: a set is made for the second one.
 *
 * @module
 */

/** A set of connections. */
export class Connections<Connection> implements Iterable<Connection> {
  #only: Connection | undefined;
  #several: Set<Connection> | undefined;

  /** Begins with one connection. */
  constructor(only: Connection) {
    this.#only = only;
  }

  /** The one connection, where there is no other. */
  get only(): Connection | undefined {
    return this.#only;
  }

  /** Number of connections. */
  get size(): number {
    return this.#several?.size ?? (this.#only === undefined ? 0 : 1);
  }

  /** Whether `connection` is one of them. */
  has(connection: Connection): boolean {
    return this.#several?.has(connection) ?? this.#only === connection;
  }

  /** Adds a connection, behind the others. */
  add(connection: Connection): void {
    this.#hold([...this, connection]);
  }

  /** Removes a connection. */
  delete(connection: Connection): void {
    this.#hold([...this].filter((each) => each !== connection));
  }

  /** Removes all of them. */
  clear(): void {
    this.#hold([]);
  }

  /** In the order in which they came. */
  [Symbol.iterator](): Iterator<Connection> {
    const { only } = this;
    const all = this.#several ?? (only === undefined ? [] : [only]);
    return all[Symbol.iterator]();
  }

  #hold(all: readonly Connection[]): void {
    this.#several = all.length === 1 ? undefined : new Set(all);
    this.#only = all.length === 1 ? all[0] : undefined;
  }
}
