/**
 * A mutant: one small fault to put into a file on purpose. At least one of the tests that are named for the
 * file must fail because of it; where none does, nothing guards that line.
 *
 * @module
 */

/** A fault: this text of the file, which occurs exactly once, and what stands in its place. */
export type Mutant = readonly [text: string, replacement: string];

/** The faults of one file. */
export interface MutatedFile {
  /** From the project's root. */
  readonly file: string;
  /** The tests that must notice: files or folders, from the project's root. */
  readonly tests: readonly string[];
  /** Each is tried alone. */
  readonly mutants: readonly Mutant[];
}

/**
 * The faults of several files, each by its path from the project's root. `tests` must notice them, or each file's
 * own: those of `lib/a/b.ts` are `tests/a/b_test.ts`.
 */
export function faultsOf(
  tests: readonly string[] | "own",
  faults: Readonly<Record<string, readonly Mutant[]>>,
): MutatedFile[] {
  return Object.entries(faults).map(([file, mutants]) => {
    const own = file.replace("lib/", "tests/").replace(".ts", "_test.ts");
    return { file, tests: tests === "own" ? [own] : tests, mutants };
  });
}

/** `source` with the fault in it; `undefined` unless the mutant's text occurs exactly once. */
export function mutate(source: string, [text, replacement]: Mutant): string | undefined {
  const parts = source.split(text);
  return parts.length === 2 ? parts.join(replacement) : undefined;
}
