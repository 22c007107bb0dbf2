/**
 * One measured run of one server under one load: `compare.ts` prints it as a line of JSON, and
 * `report.ts` makes the tables and the chart from such lines.
 *
 * @module
 */

/** What the server was asked to do. */
export interface Load {
  /**
   * `saturated`: as many messages under way as the window allows; `paced`: a message every 10 ms; `stalled`:
   * saturated, while ten of the subscribers do not read; `idle`: connections that say nothing.
   */
  readonly scenario: "saturated" | "paced" | "stalled" | "idle";
  /** Subscribers of the one channel. */
  readonly members: number;
  /** Connections that speak, beside the members. */
  readonly senders: number;
  /** Messages under way at once, of all senders together; 0 when paced or idle. */
  readonly window: number;
}

/** A run and its figures. Those that a scenario does not have are 0. */
export interface ComparedRun extends Load {
  /** As in the tables: `parlance`, `parlance mixed`, `C relay`, `Redis`, .. */
  readonly server: string;
  /** Servers are run in turns; runs of the same round and load are neighbours in time. From 1. */
  readonly round: number;
  readonly deliveriesPerSecond: number;
  /** Processor time of the server, in microseconds for each delivery. */
  readonly cpuMicrosPerDelivery: number;
  /** From send to receipt, in microseconds. */
  readonly p50Micros: number;
  readonly p99Micros: number;
  /** From send to the last subscriber's receipt, in microseconds; of paced runs. */
  readonly lastP99Micros: number;
  /** Resident memory of the server in KiB, at the end of the run; of idle runs, for each connection. */
  readonly residentKiB: number;
  /** Deliveries that did not arrive. */
  readonly lost: number;
  /** Gaps, doubles and echoes that were seen. */
  readonly orderErrors: number;
}
