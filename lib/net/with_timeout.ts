/**
 * Waits for a promise, but not for ever.
 *
 * @module
 */

import { afterReading, type Clock, READING_TURNS, systemClock } from "./deadline.ts";

/** A timer that is called more than this many milliseconds late says that the process did not run. */
const LATE_MS = 20;
/** Turns in which one socket is read, in a process that ran: its timer and its bytes may come together. */
const ON_TIME_TURNS = 2;

/**
 * Waits for `promise`, for at most `ms` milliseconds; it goes on in any case. Never rejects. The
 * sockets are read once more before the time counts as over, because a process that was stopped finds its
 * timers due and its sockets unread.
 *
 * @returns whether `promise` settled in time.
 */
export async function withTimeout(
  promise: Promise<unknown>,
  ms: number,
  clock: Clock = systemClock,
): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const due = clock.now() + ms;
  const end = () => resolve(false);
  let forgetTimer = clock.setTimer(() => {
    const isLate = clock.now() - due > LATE_MS;
    forgetTimer = afterReading(clock, end, isLate ? READING_TURNS : ON_TIME_TURNS);
  }, ms);
  const done = promise.then(() => true, () => true);
  const inTime = await Promise.race([done, late]);
  forgetTimer();
  return inTime;
}
