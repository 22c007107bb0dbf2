/**
 * Waiting for something, but not for ever.
 *
 * @module
 */

/**
 * Waits for `promise`, for at most `ms` milliseconds; it goes on in any case. Never rejects.
 *
 * @returns whether it was settled in that time.
 */
export async function withTimeout(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), ms));
  const done = promise.then(() => true, () => true);
  const inTime = await Promise.race([done, late]);
  clearTimeout(timer);
  return inTime;
}
