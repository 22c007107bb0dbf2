/**
 * The members of a channel, by name. Some dialects admit several users of the same name, so each
 * name is counted.
 *
 * @module
 */

/** The members of one channel, as far as the server has named them. */
export class Members {
  readonly #counts = new Map<string, number>();
  #size = 0;

  /** The number of members. */
  get size(): number {
    return this.#size;
  }

  /** Their names, each once. */
  get names(): readonly string[] {
    return [...this.#counts.keys()];
  }

  /** Whether somebody is called `name`. */
  has(name: string): boolean {
    return this.#counts.has(name);
  }

  /** Adds a member called `name`. */
  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    this.#size++;
  }

  /** Removes one of the members called `name`. Returns whether there was one. */
  delete(name: string): boolean {
    const count = this.#counts.get(name);
    if (count === undefined) return false;
    if (count > 1) this.#counts.set(name, count - 1);
    else this.#counts.delete(name);
    this.#size--;
    return true;
  }

  /** Removes all members. */
  clear(): void {
    this.#counts.clear();
    this.#size = 0;
  }
}
