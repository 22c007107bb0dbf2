/**
 * Where the names at the ends of a chart's lines stand, so that none covers another.
 *
 * @module
 */

/**
 * Moves labels that want to stand at `wanted` apart to at least `height`, no more than that needs, and keeps
 * them between `top` and `bottom` while there is room for all.
 *
 * @returns the position of each, in the order of `wanted`.
 */
export function placeLabels(
  wanted: readonly number[],
  height: number,
  top: number,
  bottom: number,
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) =>
    (wanted[a] as number) - (wanted[b] as number)
  );
  const placed = [...wanted];
  let least = top;
  for (const i of order) {
    placed[i] = Math.max(placed[i] as number, least);
    least = placed[i] + height;
  }
  // What was pushed out at the bottom pushes the others up again.
  let most = Math.max(bottom, top + (wanted.length - 1) * height);
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i] as number, most);
    most = placed[i] - height;
  }
  return placed;
}
