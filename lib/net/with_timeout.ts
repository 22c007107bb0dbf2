/**
 * Waits for a promise, with a time limit.
 *
 * @module
 */

import { afterReading, type Clock, READING_TURNS, systemClock } from "./deadline.ts";

/** A timer that is more than this many milliseconds late shows that the process did not run. */
const LATE_MS = 20;
/**
 * Turns to read in when the timer was on time: a socket's bytes may arrive together with the timer.
 */
const ON_TIME_TURNS = 2;

/**
 * Waits for `promise` for at most `ms` milliseconds, and does not cancel it. Never rejects. The
 * sockets are read once more before the time is over, because a process that was stopped continues
 * with timers that are due and sockets that are unread.
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
