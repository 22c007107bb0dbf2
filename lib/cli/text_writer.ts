/**
 * A queue of text with one writer, for standard output and standard error: it writes text in
 * order, at once when no write is under way, and otherwise in one piece with all text that is
 * queued meanwhile.
 *
 * 1. MUST never block `write`, and never reorder.
 * 2. MUST finish a short write before the next one begins.
 * 3. MUST catch what a write rejects with.
 *
 * The queue itself has no limit; its owner keeps one, by `waiting` (drop text) or by `room` (wait).
 *
 * @module
 */

/** Writes some of `bytes`, at least one; resolves to how many. `Deno.stdout.write` is one. */
export type WriteBytes = (bytes: Uint8Array) => Promise<number>;

/** The UTF-16 units that may wait before `room` makes its caller wait. */
export const ROOM_UNITS: number = 64 * 1024;

/** Text on its way to a terminal, a pipe or a file. */
export class TextWriter {
  readonly #write: WriteBytes;
  readonly #onFailure: (() => void) | undefined;
  readonly #encoder = new TextEncoder();
  #queue = "";
  #inFlight = 0;
  #writing: Promise<void> | undefined;
  #failed = false;
  #room: PromiseWithResolvers<void> | undefined;

  /**
   * Nothing else may write to the same place.
   *
   * @param onFailure called at the first write that fails, after which all text is dropped. Without
   *   it, the text of a failed write is lost and later text is tried again: a disk that was full
   *   may have room by then.
   */
  constructor(write: WriteBytes, onFailure?: () => void) {
    this.#write = write;
    this.#onFailure = onFailure;
  }

  /** The text that has not been written yet, in UTF-16 units. */
  get waiting(): number {
    return this.#queue.length + this.#inFlight;
  }

  /** Queues `text`. A no-op once writing has failed for good. */
  write(text: string): void {
    if (this.#failed || text === "") return;
    this.#queue += text;
    this.#writing ??= this.#writeAll();
  }

  /**
   * Resolves when less than `ROOM_UNITS` wait. A caller without a limit of its own MUST wait for
   * it, so that a slow reader slows the source down instead of filling the memory. Never rejects.
   */
  room(): Promise<void> {
    if (this.waiting < ROOM_UNITS) return Promise.resolve();
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** Resolves when everything written so far is out or lost. Never rejects. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#queue !== "") {
      const text = this.#queue;
      this.#queue = "";
      this.#inFlight = text.length;
      try {
        await this.#writeBytes(this.#encoder.encode(text));
      } catch {
        this.#fail();
      }
      this.#inFlight = 0;
      if (this.waiting < ROOM_UNITS) this.#giveRoom();
    }
    this.#writing = undefined;
  }

  async #writeBytes(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#write(rest));
  }

  #fail(): void {
    if (this.#onFailure === undefined || this.#failed) return;
    this.#failed = true;
    this.#queue = "";
    this.#onFailure();
  }

  #giveRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
