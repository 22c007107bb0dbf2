/**
 * Waits for a promise, but not for ever.
 *
 * @module
 */

/**
 * Waits at most `ms` milliseconds for `promise` to settle. It does not cancel `promise`. Never rejects.
 *
 * @returns whether `promise` settled in time.
 */
export async function withTimeout(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), ms));
  const done = promise.then(() => true, () => true);
  const inTime = await Promise.race([done, late]);
  clearTimeout(timer);
  return inTime;
}
