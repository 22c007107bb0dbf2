/**
 * The word that somebody meant who mistyped it.
 *
 * @module
 */

/** Bounds the work: longer words are not compared. */
const LONGEST = 32;

/**
 * The first of `words` that begins with `word`, or the one that differs from it by the fewest
 * characters; `undefined` when none is near. A missing, an additional, another and a swapped
 * character count as one.
 */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (word.length < 2 || word.length > LONGEST) return undefined;
  const longer = words.find((each) => each.startsWith(word));
  if (longer !== undefined) return longer;
  const most = word.length <= 3 ? 1 : 2;
  let best: string | undefined;
  let least = most + 1;
  for (const each of words) {
    const distance = distanceOf(word, each);
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
}

/** The distance of Damerau and Levenshtein (optimal string alignment), by rows of its table. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, at(before, j - 2) + 1);
      row.push(cost);
    }
    [before, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
