/**
 * What an outbox is made with: where its bytes go, how many may wait, and who learns that it gave
 * up.
 *
 * @module
 */

import type { Clock } from "./deadline.ts";
import type { MemoryCount } from "./outbox_memory.ts";
import type { Writing } from "./write_lane.ts";

/** What an outbox needs of a transport. */
export interface Sink {
  /** Writes some of `bytes`, at least one; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Why an outbox gave up. */
export interface OutboxFailure {
  /** `slow`: a slow consumer, or the fullest of all outboxes; `write`: the socket has failed. */
  readonly kind: "slow" | "write";
  /** The reason for the log, without a full stop. */
  readonly reason: string;
}

/** What an outbox is made with. */
export interface OutboxOptions {
  /** Where the bytes go. */
  readonly sink: Sink;
  /** Decides in which turn of the event loop the next write begins. */
  readonly scheduler: Writing;
  /** Bytes that may wait for a reader that takes none of them, those in flight included. */
  readonly limit: number;
  /** Called once, when the outbox gives up. */
  readonly onFailure: (failure: OutboxFailure) => void;
  /** Counts the memory of all outboxes of a server. */
  readonly memory?: MemoryCount;
  /** The time in milliseconds; asked only while too much waits. */
  readonly now?: () => number;
  /** Times the gaps around separate bytes; the system's when it is left out. */
  readonly clock?: Pick<Clock, "setTimer">;
  /**
   * Calls `check` after the completed writes were reported; at once when it is left out. An event
   * loop that was busy for a second has not looked at its sockets, which is not the reader's fault.
   */
  readonly confirm?: (check: () => void) => void;
}
