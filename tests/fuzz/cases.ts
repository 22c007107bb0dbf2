/**
 * How many cases a fuzz test runs, and from which seed: few and always the same ones among the other
 * tests; with `deno task fuzz [CASES] [--seed N]` as many as asked, from a seed of that moment.
 *
 * @module
 */

const args = Deno.args;
const seedAt = args.indexOf("--seed");
const others = seedAt < 0 ? args : args.toSpliced(seedAt, 2);
const asked = others.at(-1);
const seedAsked = seedAt < 0 ? undefined : Number(args[seedAt + 1]);

/** Among the other tests. */
const USUAL_SEED = 5;

/** What each run begins with; fast-check prints it, with the path of the case, when one fails. */
export const SEED: number = seedAsked ??
  (asked === undefined ? USUAL_SEED : Date.now() % 1_000_000_000);

/** How many cases: what was asked for, or `usual` of them. */
export function cases(usual: number): { numRuns: number; seed: number } {
  return { numRuns: asked === undefined ? usual : Number(asked), seed: SEED };
}

/** For a test's name, so that it can be repeated. */
export function named(what: string, usual: number): string {
  return `fuzz: ${what} (${cases(usual).numRuns} cases, --seed ${SEED})`;
}
