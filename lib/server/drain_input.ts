/**
 * The first step of a server's stop: what its peers had sent before is applied, however fast they
 * had sent it.
 *
 * @module
 */

import { afterReading, systemClock } from "../net/deadline.ts";
import { DRAIN_QUIET_MS } from "./limits.ts";
import type { Session } from "./session.ts";

/**
 * Applies what has arrived for `sessions`, for at most `ms` milliseconds. A session is finished
 * when it has read nothing for a moment in which the sockets were read: a process that gets little
 * time is no quiet peer. The sockets are real, so this time is always the system's. Never rejects.
 */
export async function drainInput(sessions: readonly Session[], ms: number): Promise<void> {
  for (const session of sessions) session.drain();
  const end = systemClock.now() + ms;
  for (let open = sessions; open.length > 0 && systemClock.now() < end;) {
    const steps = open.map((session) => session.steps);
    await quiet();
    open = open.filter((session, i) => session.isBusy || session.steps !== steps[i]);
  }
}

/** Resolves after `DRAIN_QUIET_MS`, when the sockets were read. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    systemClock.setTimer(() => afterReading(systemClock, resolve), DRAIN_QUIET_MS);
  });
}
