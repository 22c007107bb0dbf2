/**
 * `deno task mutants [WORD]`: puts each fault of the tables into a copy of the project, alone, and runs the
 * tests that guard its file. Reports the faults that no test notices, and exits with status 1 when there is one;
 * with 2, before any fault, when a fault's text is no longer found or the tests fail without it. Names the faults
 * that make the tests hang: their tests have noticed them, but take long. WORD limits the run to files whose path
 * contains it.
 *
 * @module
 */

import { childOptions } from "../../tools/imports.ts";
import { type Mutant, mutate, type MutatedFile } from "./mutant.ts";
import { ALL, outdated } from "./tables.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const COPIED = ["deno.json", "server.ts", "client.ts", "lib", "tests", "tools", "bench"];
/** Seconds of processor time after which a fault has made its tests hang, however busy the machine is. */
const MOST_CPU_SECONDS = 60;
/** The same for tests that wait for ever and use no time. */
const PATIENCE_MS = 600_000;
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
    return (await this.#test(tests)).status === 0;
  }

  async try({ target, mutant }: Trial): Promise<Verdict> {
    const path = `${this.#root}/${target.file}`;
    const source = await Deno.readTextFile(path);
    const mutated = mutate(source, mutant);
    if (mutated === undefined) return "NOT FOUND";
    await Deno.writeTextFile(path, mutated);
    const { status, output } = await this.#test(target.tests);
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
  ): Promise<{ status: number | "timed out"; output: string }> {
    await Deno.writeTextFile(`${this.#root}/${ENTRY}`, await entryOf(this.#root, tests));
    const test = ["test", ...childOptions(), "--no-check", "--fail-fast", "-A", ENTRY];
    const child = new Deno.Command("sh", {
      args: ["-c", `ulimit -t ${MOST_CPU_SECONDS}; exec "$0" "$@"`, Deno.execPath(), ...test],
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
    }, PATIENCE_MS);
    const { code, signal, stdout } = await child.output();
    clearTimeout(timer);
    const hangs = late || signal === "SIGXCPU" || signal === "SIGKILL";
    return { status: hangs ? "timed out" : code, output: new TextDecoder().decode(stdout) };
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
  report: (trial: Trial, verdict: Verdict) => void,
): Promise<void> {
  const workshop = await Workshop.open();
  try {
    for (let next; !(next = trials.next()).done;) {
      report(next.value, await workshop.try(next.value));
    }
  } finally {
    await workshop.close();
  }
}

async function failingTests(files: readonly MutatedFile[]): Promise<string[]> {
  const workshop = await Workshop.open();
  try {
    const failing: string[] = [];
    for (const [words, tests] of new Map(files.map(({ tests }) => [tests.join(" "), tests]))) {
      if (!await workshop.passes(tests)) failing.push(words);
    }
    return failing;
  } finally {
    await workshop.close();
  }
}

/** Why a run would tell nothing. */
async function problemWith(
  files: readonly MutatedFile[],
  word: string,
): Promise<string | undefined> {
  if (files.length === 0) return `No mutated file has "${word}" in its path`;
  const complaints = await outdated(files);
  if (complaints.length > 0) return complaints.join("\n");
  const failing = await failingTests(files);
  if (failing.length === 0) return undefined;
  return `These tests fail without any mutant: ${failing.join(", ")}`;
}

async function main([word = ""]: readonly string[]): Promise<number> {
  const files = ALL.filter(({ file }) => file.includes(word));
  const trials = files.flatMap((target) => target.mutants.map((mutant) => ({ target, mutant })));
  const problem = await problemWith(files, word);
  if (problem !== undefined) {
    console.error(problem);
    return 2;
  }
  let bad = 0;
  const iterator = trials.values();
  const report = ({ target, mutant: [text, replacement] }: Trial, verdict: Verdict) => {
    if (verdict === "killed") return;
    if (verdict !== "timed out") bad++;
    console.log(`${verdict}  ${target.file}\n  - ${text}\n  + ${replacement}`);
  };
  await Promise.all(Array.from({ length: WORKERS }, () => work(iterator, report)));
  console.log(`${trials.length} mutants in ${files.length} files, ${trials.length - bad} killed`);
  return bad === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
