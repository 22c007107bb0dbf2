/**
 * The server's end of the database: calls that wait for the thread which owns it (`thread.ts`).
 * Calls are answered in their order.
 *
 * 1. MUST reject calls beyond the bound of the queue instead of keeping them.
 * 2. MUST reject what waits when the thread ends, and everything after that.
 *
 * @module
 */

import { DataError } from "./data_error.ts";
import { DATA_THREAD, type DataReport, type DataRequest } from "./messages.ts";
import type { DataCalls } from "./plan.ts";

/** Calls that may wait at once: some seconds of a slow disk. */
const MAX_WAITING = 10_000;
/** Milliseconds between two looks for changes of other processes. */
const POLL_MS = 1_000;

/** The settings of a client. */
export interface DataClientOptions {
  /** The module that runs `runDataThread` when it is started as a worker. */
  readonly thread: string | URL;
  /** The path of the database, in a directory that is prepared and locked. */
  readonly path: string;
  /** Receives the name of a module whose data another process has changed. */
  readonly onChange?: (module: string) => void;
  /**
   * Receives the reason when the thread has ended by itself: a bug. All calls fail from then on.
   */
  readonly onFault?: (reason: string) => void;
  /** Milliseconds between two looks for others' changes; default: a second. */
  readonly pollMs?: number;
  /** Calls that may wait at once. */
  readonly maxWaiting?: number;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: DataError) => void;
}

/** The calls of one module. */
export interface DataPort<Calls extends DataCalls> {
  /**
   * Calls one of the module's functions.
   *
   * @throws {DataError} when it failed, the queue is full, or the database is closed.
   */
  call<Name extends keyof Calls & string>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>>;
}

/** A database that is open in its thread. */
export class DataClient {
  readonly #worker: Worker;
  readonly #options: DataClientOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #lastId = 0;
  #isOpen = false;
  #ended: string | undefined;

  private constructor(options: DataClientOptions) {
    this.#options = options;
    this.#worker = new Worker(options.thread, { type: "module", name: DATA_THREAD });
    this.#worker.onmessage = ({ data }: MessageEvent<DataReport>) => this.#take(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(event.message);
    };
    this.#send({ type: "open", path: options.path, pollMs: options.pollMs ?? POLL_MS });
  }

  /**
   * Opens the database.
   *
   * @throws {DataError} when it cannot be used.
   */
  static async open(options: DataClientOptions): Promise<DataClient> {
    const client = new DataClient(options);
    await client.#opened.promise;
    return client;
  }

  /** The calls of the module called `module`. */
  port<Calls extends DataCalls>(module: string): DataPort<Calls> {
    return {
      call: (name, ...args) =>
        this.#call(module, name, args) as Promise<ReturnType<Calls[typeof name]>>,
    };
  }

  /** Number of calls that wait for an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Closes the database behind the calls that wait. Idempotent; never rejects. */
  close(): Promise<void> {
    if (this.#ended === undefined) {
      this.#ended = "the database is closed";
      this.#send({ type: "close" });
    }
    return this.#closed.promise;
  }

  #call(module: string, name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(new DataError(failed(this.#ended)));
    if (this.#waiting.size >= (this.#options.maxWaiting ?? MAX_WAITING)) {
      return Promise.reject(new DataError(failed("too many calls wait for it")));
    }
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    this.#send({ type: "call", id, module, name, args });
    return promise;
  }

  #send(request: DataRequest): void {
    this.#worker.postMessage(request);
  }

  #take(report: DataReport): void {
    switch (report.type) {
      case "opened":
        this.#isOpen = true;
        return this.#opened.resolve();
      case "refused":
        this.#end(report.fault);
        return this.#opened.reject(new DataError(report.fault));
      case "returned":
        return this.#settle(report.id)?.resolve(report.value);
      case "failed":
        return this.#settle(report.id)?.reject(new DataError(report.fault));
      case "changed":
        return this.#options.onChange?.(report.module);
      case "closed":
        return this.#end("the database is closed");
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #fail(reason: string): void {
    const wasOpen = this.#isOpen;
    this.#end(reason);
    if (wasOpen) this.#options.onFault?.(reason);
    else this.#opened.reject(new DataError(failed(reason)));
  }

  #end(reason: string): void {
    this.#ended = reason;
    this.#worker.terminate();
    for (const id of [...this.#waiting.keys()]) {
      this.#settle(id)?.reject(new DataError(failed(reason)));
    }
    this.#closed.resolve();
  }
}

function failed(reason: string): string {
  return `Cannot use the database: ${reason}`;
}
