/**
 * The facts about one server, from the settings with which it was started.
 *
 * @module
 */

import {
  CommandTally,
  DEFAULT_FACTS,
  extendFacts,
  type ServerFacts,
} from "../protocol/protocol.ts";
import type { Limits } from "./limits.ts";
import type { ServeOptions } from "./serve_options.ts";

/** The facts of a server whose TLS port, if it has one, is `tlsPort`. */
export function servedFacts(
  { facts, history, tls }: ServeOptions,
  { maxJoined, historyPage }: Limits,
  tlsPort: number | undefined,
): ServerFacts {
  return extendFacts({
    ...DEFAULT_FACTS,
    startedAt: Date.now(),
    maxJoined,
    ...(history && { historyLimit: historyPage, canSearch: history.isSearchable }),
    tally: new CommandTally(),
    ...(tls?.sts !== undefined && tlsPort !== undefined && {
      sts: { port: tlsPort, duration: tls.sts },
    }),
  }, facts);
}
