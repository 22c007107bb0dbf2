/**
 * An async iterable that a test feeds.
 *
 * @module
 */

/** Values that a test puts in and a loop takes out, until `end`. */
export class Source<T> implements AsyncIterable<T> {
  #waiting: T[] = [];
  #ended = false;
  #more = Promise.withResolvers<void>();

  /** Adds one. */
  put(value: T): void {
    this.#waiting.push(value);
    this.#wake();
  }

  /** No more come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    while (true) {
      while (this.#waiting.length > 0) yield this.#waiting.shift() as T;
      if (this.#ended) return;
      await this.#more.promise;
    }
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}
