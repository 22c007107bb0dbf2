/**
 * History in the database. Rows wait for a moment in memory, and are written by the thread that
 * owns the database, one batch after the other. The event loop never waits for a disk.
 *
 *   append -> batch --25 ms, or when it is full--> thread: one transaction -> next batch
 *
 * 1. A row MUST be written at most 100 ms after it was appended, as long as the disk keeps up.
 * 2. Rows that cannot be written wait, up to a bound. Rows that are lost beyond it MUST be logged,
 *    and stand as gaps in their conversations.
 *
 * @module
 */

import type { DataPort } from "../data/client.ts";
import { foldHandle } from "../chat/handles.ts";
import type { Kept } from "../chat/history.ts";
import { makeMsgid, timeOfMsgid } from "../chat/msgid.ts";
import { Batch, type BatchData, type Cell, type ReadPeople, unpack, WIDTH } from "./batch.ts";
import { isLasting } from "./conversation.ts";
import {
  type DirectConversation,
  type EarlierConversation,
  HistoryError,
  type HistoryStore,
  type Row,
  type Slice,
} from "./contract.ts";
import { type HistoryCalls, READ_WIDTH, storedRow, type StoredSlice } from "./history_module.ts";
import { Lost } from "./lost.ts";
import { Markers } from "./markers.ts";

/** The settings of a store. */
export interface SqliteStoreOptions {
  /** Calls the module of the history. */
  readonly port: DataPort<HistoryCalls>;
  /** How long rows are kept, in milliseconds. */
  readonly ageMs: number;
  /** Messages of one conversation that are kept, and as many events. */
  readonly rows: number;
  /** Whether messages can be found by their words. */
  readonly isSearchable?: boolean;
  /** Receives what an operator should know: that writing fails, works again, or has lost rows. */
  readonly onTrouble?: (text: string) => void;
  /** Rows that may wait for the disk. */
  readonly maxWaiting?: number;
  /** Milliseconds of Unix time. */
  readonly now?: () => number;
  /** Calls `act` in `ms` milliseconds unless the function that it returns is called before. */
  readonly setTimer?: SetTimer;
}

/** Sets a timer, and returns the function that cancels it. */
export type SetTimer = (act: () => void, ms: number) => () => void;

const setSystemTimer: SetTimer = (act, ms) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};

/** Milliseconds that a row waits for others, so that they are written together. */
const BATCH_MS = 25;
/** Rows that are written at once: a page that is asked for meanwhile should not wait for long. */
const BATCH_ROWS = 2_000;
/** Rows that wait for a disk that is full, locked or slow: minutes of a busy server. */
const MAX_WAITING_ROWS = 100_000;
/** UTF-16 units of their texts. */
const MAX_WAITING_UNITS = 32 * 1024 * 1024;
/** Milliseconds before writing is tried again after it has failed. */
const RETRY_MS = 1_000;
/** Milliseconds between two passes of cleaning, and between two steps of one. */
const CLEAN_MS = 60_000;
const CLEAN_ON_MS = 100;
const DAY_MS = 86_400_000;

/** Keeps rows in the database. */
export class SqliteStore implements HistoryStore {
  readonly newest?: string;
  readonly isSearchable: boolean;
  readonly #options: SqliteStoreOptions;
  readonly #port: DataPort<HistoryCalls>;
  readonly #now: () => number;
  readonly #setTimer: SetTimer;
  readonly #batch = new Batch();
  readonly #lost = new Lost();
  // Markers of users without an account: nobody reads them after the end of the connection.
  readonly #passing = new Markers();
  // The batch that is being written, or must be written again.
  #failed: BatchData | undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;
  #isClosed = false;
  // Functions that cancel the timers.
  #forgetTimer: (() => void) | undefined;
  #forgetCleaner: (() => void) | undefined;

  private constructor(options: SqliteStoreOptions, newest: string) {
    this.#options = options;
    this.#port = options.port;
    this.isSearchable = options.isSearchable === true;
    this.#now = options.now ?? Date.now;
    this.#setTimer = options.setTimer ?? setSystemTimer;
    if (newest !== "") this.newest = newest;
    this.#cleanAfter(CLEAN_MS);
  }

  /**
   * A store on a database that is open.
   *
   * @throws {HistoryError} when it cannot be read.
   */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    return new SqliteStore(options, await guarded(options.port.call("newest")));
  }

  /** Rows that are not written yet, but for those that are being written. */
  get waiting(): number {
    return this.#batch.size;
  }

  /** Takes `row`, to be written soon. */
  append(row: Row): void {
    if (this.#isClosed) return;
    if (this.#isFull || this.#batch.units >= MAX_WAITING_UNITS) {
      this.#lost.add(row);
      return;
    }
    this.#batch.add(row);
    this.#soon();
  }

  /** Notes that an account has entered a channel. */
  enter(conversation: string, identity: string): void {
    this.#move(conversation, identity);
  }

  /** Notes that an account has left a channel. */
  leave(conversation: string, identity: string, until: string): void {
    this.#move(conversation, identity, until);
  }

  /** Notes that a channel has another name. Unlike a row, this is never lost for want of room. */
  rename(from: string, to: string): void {
    if (this.#isClosed) return;
    this.#batch.rename(from, to);
    this.#soon();
  }

  #move(conversation: string, identity: string, until?: string): void {
    if (this.#isClosed || this.#isFull) return;
    this.#batch.move(conversation, identity, until);
    this.#soon();
  }

  /** The rows of `conversation` in `slice`. */
  async slice(conversation: string, slice: Slice): Promise<readonly Kept[]> {
    const stored = this.#storedSlice(conversation, slice);
    await this.#catchUp(stored.to);
    return keptOf(conversation, await guarded(this.#port.call("slice", stored)));
  }

  /** The slice without rows that are too old and wait only to be removed. */
  #storedSlice(
    key: string,
    { from = "", to = "~", limit, units = Infinity, take, events }: Slice,
  ): StoredSlice {
    const oldest = this.#oldest;
    const lowest = from > oldest ? from : oldest;
    return { key, from: lowest, to, limit, units, isLast: take === "last", kinds: events ? 1 : 0 };
  }

  /** One row with its author. */
  async find(conversation: string, msgid: string): Promise<Row | undefined> {
    await this.#catchUp();
    const cells = await guarded(this.#port.call("find", conversation, msgid));
    if (cells === undefined) return undefined;
    const author = String(cells[READ_WIDTH]);
    return { ...keptAt(conversation, cells, 0), conversation, author, payer: "" };
  }

  /** The msgids of the last messages. */
  async latest(conversations: readonly string[]): Promise<readonly (string | undefined)[]> {
    await this.#catchUp();
    const last = await guarded(this.#port.call("latest", conversations));
    return last.map((msgid) => msgid ?? undefined);
  }

  /** The conversations of `identity`. */
  async directs(identity: string, limit: number): Promise<readonly DirectConversation[]> {
    await this.#catchUp();
    const cells = await guarded(this.#port.call("directs", identity, limit));
    const found: DirectConversation[] = [];
    for (let at = 0; at < cells.length; at += 4) {
      const [conversation, other, handle, last] = cells.slice(at, at + 4) as [
        string,
        string,
        string,
        string,
      ];
      found.push({ conversation, peer: { identity: other, handle }, last });
    }
    return found;
  }

  /** Conversations in channels of one name. */
  async earlier(identity: string, name: string): Promise<readonly EarlierConversation[]> {
    await this.#catchUp();
    const cells = await guarded(this.#port.call("earlier", identity, foldHandle(name)));
    const found: EarlierConversation[] = [];
    for (let at = 0; at < cells.length; at += 2) {
      const [conversation, until] = cells.slice(at, at + 2) as [string, string | null];
      found.push({ conversation, ...(until !== null && { until }) });
    }
    return found;
  }

  /** Messages by their words. */
  async search(conversation: string, words: string, slice: Slice): Promise<readonly Kept[]> {
    if (!this.isSearchable) return [];
    const stored = this.#storedSlice(conversation, slice);
    await this.#catchUp(stored.to);
    return keptOf(conversation, await guarded(this.#port.call("search", words, stored)));
  }

  /** Up to when `identity` has read `target`. */
  marker(identity: string, target: string): Promise<number | undefined> {
    return isLasting(identity)
      ? guarded(this.#port.call("marker", identity, target))
      : Promise.resolve(this.#passing.get(identity, target));
  }

  /** All markers of `identity`. */
  markers(identity: string): Promise<readonly (readonly [string, number])[]> {
    return guarded(this.#port.call("markers", identity));
  }

  /** Notes that `identity` has read `target` up to `at`. */
  mark(identity: string, target: string, at: number): Promise<number> {
    return isLasting(identity)
      ? guarded(this.#port.call("mark", identity, target, at))
      : Promise.resolve(this.#passing.set(identity, target, at));
  }

  /** Removes one row. */
  async remove(conversation: string, msgid: string): Promise<void> {
    await this.#catchUp();
    await guarded(this.#port.call("remove", conversation, msgid));
  }

  /** Removes what `identity` has said. */
  async forget(identity: string): Promise<void> {
    await this.#catchUp();
    await guarded(this.#port.call("forget", identity));
  }

  /** Writes all rows that wait, and tries a last time those that could not be written. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#forgetTimer?.();
    this.#forgetCleaner?.();
    await this.#writing;
    await this.#write();
    while (!this.#isFailing && this.#batch.size > 0) await this.#write();
    const left = this.#batch.size + (this.#failed?.rows.length ?? 0) / WIDTH.rows;
    if (this.#isFailing) this.#report(`lost at the end: ${left} messages and events`);
  }

  get #isFull(): boolean {
    return this.#batch.size >= (this.#options.maxWaiting ?? MAX_WAITING_ROWS);
  }

  /** The lowest msgid that is kept. */
  get #oldest(): string {
    return makeMsgid(Math.max(0, this.#now() - this.#options.ageMs), 0, 0);
  }

  #soon(): void {
    if (this.#isFailing) return;
    if (this.#batch.size >= BATCH_ROWS) this.#start();
    else this.#forgetTimer ??= this.#setTimer(() => this.#start(), BATCH_MS);
  }

  #start(): void {
    this.#forgetTimer?.();
    this.#forgetTimer = undefined;
    // Rows that come meanwhile are written next.
    if (this.#writing !== undefined || this.#isClosed) return;
    this.#writing = this.#write().then(() => {
      this.#writing = undefined;
      if (this.#isClosed) return;
      if (this.#isFailing) this.#forgetTimer ??= this.#setTimer(() => this.#start(), RETRY_MS);
      else if (this.#batch.size > 0) this.#soon();
    });
  }

  /** Writes one batch: the one that has failed before, if there is one. Never rejects. */
  async #write(): Promise<void> {
    const batch = this.#failed ?? this.#batch.take();
    if (batch.rows.length + batch.moves.length + batch.renames.length === 0) return;
    const day = Math.floor(this.#now() / DAY_MS);
    const outcome = await this.#port.call("write", batch, this.isSearchable, day).catch((error) =>
      ({ isWritten: false, fault: String(error.message), isTransient: true }) as const
    );
    if (outcome.isWritten) {
      this.#failed = undefined;
      if (this.#isFailing) this.#report("is written again");
      this.#isFailing = false;
      this.#addGaps();
      return;
    }
    if (!this.#isFailing) this.#report(`cannot be written: ${outcome.fault}`);
    // A batch that is wrong in itself must not keep all others from the disk.
    this.#failed = outcome.isTransient ? batch : undefined;
    if (!outcome.isTransient) this.#lost.addBatch(batch);
    this.#isFailing = outcome.isTransient;
  }

  /** Adds a gap to each conversation that has lost rows. */
  #addGaps(): void {
    const { total, gaps } = this.#lost.take();
    if (total === 0) return;
    this.#report(`has a gap: ${total} messages and events are lost`);
    for (const { conversation, lost, msgid } of gaps) {
      const stamp = { time: timeOfMsgid(msgid), msgid };
      // The bound of the queue does not hold for these.
      this.#batch.add({
        conversation,
        stamp,
        event: { type: "gap", lost },
        author: "",
        payer: "",
      });
    }
  }

  #report(text: string): void {
    this.#options.onTrouble?.(text);
  }

  /**
   * Sends all appended rows to the thread, which takes one call after the other. While they cannot
   * be written, only what lies before `to` can be read.
   */
  async #catchUp(to = "~"): Promise<void> {
    if (this.#batch.size > 0 && !this.#isFailing) await this.#writing;
    if (this.#isFailing && to === "~") {
      throw new HistoryError(`Cannot write the history: ${this.#batch.size} rows wait for it`);
    }
    if (this.#batch.size > 0 && !this.#isFailing) this.#start();
  }

  #cleanAfter(ms: number): void {
    this.#forgetCleaner = this.#setTimer(async () => {
      const hasMore = await this.#clean();
      if (!this.#isClosed) this.#cleanAfter(hasMore ? CLEAN_ON_MS : CLEAN_MS);
    }, ms);
  }

  /** One step of cleaning. A disk that cannot be written is reported elsewhere. */
  async #clean(): Promise<boolean> {
    const { rows, ageMs } = this.#options;
    const day = Math.floor((this.#now() - ageMs) / DAY_MS) - 1;
    const limits = { from: this.#oldest, rows, day };
    return await this.#port.call("clean", limits).catch(() => false);
  }
}

function keptOf(conversation: string, cells: readonly Cell[]): Kept[] {
  const kept: Kept[] = [];
  const people: ReadPeople = new Map();
  for (let at = 0; at < cells.length; at += READ_WIDTH) {
    kept.push(keptAt(conversation, cells, at, people));
  }
  return kept;
}

function keptAt(
  conversation: string,
  cells: readonly Cell[],
  at: number,
  people?: ReadPeople,
): Kept {
  const row = storedRow(cells, at);
  const { msgid } = row;
  return { event: unpack(conversation, row, people), stamp: { time: timeOfMsgid(msgid), msgid } };
}

async function guarded<Value>(answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch (error) {
    throw new HistoryError((error as Error).message);
  }
}
