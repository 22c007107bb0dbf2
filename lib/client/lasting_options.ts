/**
 * The settings of a client that stays, and the connections that it uses one after the other.
 *
 * @module
 */

import type { Clock } from "../net/deadline.ts";
import type { Received } from "../protocol/protocol.ts";
import type { ChatClient } from "./chat_client.ts";
import type { Look } from "./look.ts";

/** One connection, as the client uses it; `ChatClient` is one. */
export type OneConnection =
  & Pick<
    ChatClient,
    | "send"
    | "probe"
    | "answered"
    | "receipt"
    | "hasHistory"
    | "canSearch"
    | "given"
    | "taken"
    | "drain"
    | "reason"
    | "leave"
    | "abandon"
    | "close"
  >
  & AsyncIterable<readonly Received[]>;

/** The settings of a client that stays. */
export interface LastingOptions {
  /** Makes a connection, and registers its user. */
  readonly connect: () => Promise<OneConnection>;
  /** The look of the protocol. */
  readonly look: Look;
  /** The name of its user. */
  readonly nick: string;
  /** Channels to enter on the first connection. */
  readonly channels?: readonly string[];
  /** Whether a lost connection is made again. */
  readonly reconnects: boolean;
  /**
   * Whether the news have the user's own texts where the server does not send them back;
   * default: true.
   */
  readonly repeats?: boolean;
  /** Time and timers; default: the system's. */
  readonly clock?: Clock;
  /** Numbers from 0 up to 1; default: `Math.random`. */
  readonly random?: () => number;
}
