/**
 * `deno task mutants [WORD]`: puts each fault of the tables into a copy of the project, alone, and runs the
 * tests that guard its file. Reports the faults that no test notices, and exits with status 1 when there is one;
 * with 2, before any fault, when a fault's text is no longer found or the tests fail without it. A fault that makes the
 * tests hang is tried once more at the end, because a machine that is too busy looks the same. WORD limits the run to
 * files whose path contains it.
 *
 * @module
 */

import { childOptions } from "../../tools/imports.ts";
import { type Mutant, mutate, type MutatedFile } from "./mutant.ts";
import { ALL, outdated } from "./tables.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const COPIED = ["deno.json", "server.ts", "client.ts", "lib", "tests", "tools", "bench"];
/** A fault may make a test wait for ever; that is noticed, too, after this many times as long as tests take without one. */
const PATIENCE = 5;
const LEAST_PATIENCE_MS = 60_000;
const WORKERS = 2;
/** Imports all tests of a file: what they load is loaded once. */
const ENTRY = "mutants_test.ts";
const SETUP = 'import "./tests/mutants/no_shrinking.ts";\n';

/** What became of one mutant; only `killed` and `timed out` are good. */
type Verdict = "killed" | "timed out" | "SURVIVED" | "NOT FOUND" | "DOES NOT RUN";

/** One mutant with its file. */
interface Trial {
  readonly target: MutatedFile;
  readonly mutant: Mutant;
}

/** A copy of the project, in which one mutant after the other is tried. */
class Workshop {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(): Promise<Workshop> {
    const root = await Deno.makeTempDir({ prefix: "mutants_" });
    for (const name of COPIED) await copy(`${ROOT}${name}`, `${root}/${name}`);
    return new Workshop(root);
  }

  /** Whether the tests pass without any fault: if they do not, they say nothing about mutants. */
  async passes(tests: readonly string[]): Promise<boolean> {
    return (await this.#test(tests, PATIENCE * LEAST_PATIENCE_MS)).status === 0;
  }

  async try({ target, mutant }: Trial, patienceMs: number): Promise<Verdict> {
    const path = `${this.#root}/${target.file}`;
    const source = await Deno.readTextFile(path);
    const mutated = mutate(source, mutant);
    if (mutated === undefined) return "NOT FOUND";
    await Deno.writeTextFile(path, mutated);
    const { status, output } = await this.#test(target.tests, patienceMs);
    await Deno.writeTextFile(path, source);
    if (status === "timed out") return status;
    if (status === 0) return "SURVIVED";
    // A fault may crash the runtime, too; but one that cannot even be read has tested nothing.
    return /^running \d+ tests? from /m.test(output) ? "killed" : "DOES NOT RUN";
  }

  async close(): Promise<void> {
    await Deno.remove(this.#root, { recursive: true });
  }

  async #test(
    tests: readonly string[],
    patienceMs: number,
  ): Promise<{ status: number | "timed out"; output: string }> {
    await Deno.writeTextFile(`${this.#root}/${ENTRY}`, await entryOf(this.#root, tests));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["test", ...childOptions(), "--no-check", "--fail-fast", "-A", ENTRY],
      cwd: this.#root,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, patienceMs);
    const { code, stdout } = await child.output();
    clearTimeout(timer);
    return { status: late ? "timed out" : code, output: new TextDecoder().decode(stdout) };
  }
}

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await copy(`${from}/${name}`, `${to}/${name}`);
}

/** The text of `ENTRY`. Properties come last: most faults are noticed sooner without them. */
async function entryOf(root: string, tests: readonly string[]): Promise<string> {
  const files: string[] = [];
  for (const path of tests) {
    if (!path.endsWith("/")) files.push(path);
    else for await (const { name } of Deno.readDir(`${root}/${path}`)) files.push(path + name);
  }
  const isLate = (file: string) => Number(file.includes("property"));
  const imports = files.filter((file) => file.endsWith("_test.ts")).sort()
    .sort((one, other) => isLate(one) - isLate(other))
    .map((file) => `import "./${file}";\n`);
  return SETUP + imports.join("");
}

/** Tries everything in `trials`, until none is left; `report` is called for each. */
async function work(
  trials: Iterator<Trial>,
  patienceMs: number,
  report: (trial: Trial, verdict: Verdict) => void,
): Promise<void> {
  const workshop = await Workshop.open();
  try {
    for (let next; !(next = trials.next()).done;) {
      report(next.value, await workshop.try(next.value, patienceMs));
    }
  } finally {
    await workshop.close();
  }
}

/** Runs the tests without any fault. Returns the time that the slowest set of them took, in ms, or what fails. */
async function slowestRun(files: readonly MutatedFile[]): Promise<number | string> {
  const workshop = await Workshop.open();
  try {
    const failing: string[] = [];
    let slowest = 0;
    for (const [words, tests] of new Map(files.map(({ tests }) => [tests.join(" "), tests]))) {
      const begin = performance.now();
      if (!await workshop.passes(tests)) failing.push(words);
      slowest = Math.max(slowest, performance.now() - begin);
    }
    if (failing.length === 0) return slowest;
    return `These tests fail without any mutant: ${failing.join(", ")}`;
  } finally {
    await workshop.close();
  }
}

/** How long a trial may take, in ms; or why a run would tell nothing. */
async function patienceFor(files: readonly MutatedFile[], word: string): Promise<number | string> {
  if (files.length === 0) return `No mutated file has "${word}" in its path`;
  const complaints = await outdated(files);
  if (complaints.length > 0) return complaints.join("\n");
  const slowest = await slowestRun(files);
  if (typeof slowest === "string") return slowest;
  return Math.max(LEAST_PATIENCE_MS, PATIENCE * slowest);
}

async function main([word = ""]: readonly string[]): Promise<number> {
  const files = ALL.filter(({ file }) => file.includes(word));
  const trials = files.flatMap((target) => target.mutants.map((mutant) => ({ target, mutant })));
  const patienceMs = await patienceFor(files, word);
  if (typeof patienceMs === "string") {
    console.error(patienceMs);
    return 2;
  }
  const late: Trial[] = [];
  let bad = 0;
  const report = ({ target, mutant: [text, replacement] }: Trial, verdict: Verdict) => {
    if (verdict === "killed") return;
    if (verdict !== "timed out") bad++;
    console.log(`${verdict}  ${target.file}\n  - ${text}\n  + ${replacement}`);
  };
  const first = (trial: Trial, verdict: Verdict) => {
    if (verdict === "timed out") late.push(trial);
    else report(trial, verdict);
  };
  const iterator = trials.values();
  await Promise.all(Array.from({ length: WORKERS }, () => work(iterator, patienceMs, first)));
  if (late.length > 0) await work(late.values(), patienceMs, report);
  console.log(`${trials.length} mutants in ${files.length} files, ${trials.length - bad} killed`);
  return bad === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
