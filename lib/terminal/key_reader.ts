/**
 * Turns reads of a terminal into batches of keys: the keys of one read come together, so that
 * their owner can apply all of them and draw once. An ESC that nothing follows for a moment is
 * the Escape key.
 *
 * @module
 */

import type { Key } from "./key.ts";
import { KeyDecoder } from "./keys.ts";

/**
 * Milliseconds for which an ESC waits for the rest of a sequence: a network rarely delays
 * it for longer.
 */
const ESCAPE_PAUSE_MS = 50;

/**
 * Calls `callback` after `ms` milliseconds, unless the function that it returns is called before.
 */
export type StartTimer = (callback: () => void, ms: number) => () => void;

const startTimer: StartTimer = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

/**
 * Yields the keys of each read that completes any, until `read` resolves to null. It calls `read`
 * again only when the keys before have been taken, and does not use their bytes any more. `read`
 * MUST NOT reject.
 */
export async function* readKeys(
  read: () => Promise<Uint8Array | null>,
  start: StartTimer = startTimer,
): AsyncGenerator<readonly Key[], void, void> {
  const decoder = new KeyDecoder();
  let reading: Promise<Uint8Array | null> | undefined;
  while (true) {
    reading ??= read();
    const bytes = decoder.pending ? await orPause(reading, start) : await reading;
    if (bytes === null) return;
    if (bytes !== PAUSE) reading = undefined;
    const keys = bytes === PAUSE ? decoder.flush() : decoder.push(bytes);
    if (keys.length > 0) yield keys;
  }
}

const PAUSE = Symbol("pause");

/** Resolves as `reading` does, or to PAUSE after `ESCAPE_PAUSE_MS`. */
async function orPause<T>(reading: Promise<T>, start: StartTimer): Promise<T | typeof PAUSE> {
  let cancel = () => {};
  const pause = new Promise<typeof PAUSE>((resolve) => {
    cancel = start(() => resolve(PAUSE), ESCAPE_PAUSE_MS);
  });
  try {
    return await Promise.race([reading, pause]);
  } finally {
    cancel();
  }
}
