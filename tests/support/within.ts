/**
 * Deadlines on waiting: a test whose wait is too long fails, and names what it waited for.
 *
 * @module
 */

/** How long a test waits for anything, in milliseconds: far more than it takes, on a busy machine too. */
export const PATIENCE_MS = 60_000;

/**
 * `promise`, or a failure that names `what` after `ms` milliseconds.
 *
 * @throws {Error} when the time is over.
 */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  ms: number = PATIENCE_MS,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${ms} ms for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets the event loop turn so often, without a look at input or output. */
export async function turn(times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Lets everything run that needs no input or output: promises, and the turns of the write queue. */
export async function settle(): Promise<void> {
  await turn(3);
}

/** Waits until `test` is true of what other connections do. */
export async function until(what: string, test: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!test()) {
    if (performance.now() > end) throw new Error(`Waited ${PATIENCE_MS} ms for ${what}`);
    await turn();
  }
}

/** Whether `promise` has resolved when everything else has run. */
export async function isResolved(promise: Promise<unknown>): Promise<boolean> {
  let resolved = false;
  promise.then(() => resolved = true);
  await settle();
  return resolved;
}
