/**
 * Random bytes that are the same for the same seed, so that a failure can be repeated.
 *
 * @module
 */

/** A source of bytes (mulberry32); its seed belongs into the name of the test. */
export function randomBytes(seed: number): (length: number) => Uint8Array<ArrayBuffer> {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) & 0xff;
  };
  return (length) => Uint8Array.from({ length }, next);
}
