/**
 * `deno task compile`: makes bin/server and bin/client, each one file that runs without Deno and
 * without this source. First choice is `deno compile`. Its base binary, `denort`, has to be
 * downloaded; where that is impossible, the program and the Deno in use are packed into a
 * self-extracting image (pack.ts). Promises: a program is put into bin/ only after it has printed
 * its own version (a compiled server: after it has served with a database), and in one rename; a
 * mistake in the source is reported, never packed. Takes what tools/imports.ts prints as its
 * arguments. Needs: --allow-read --allow-write=bin --allow-run
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };
import { makePayload, packImage, type Payload } from "./pack.ts";

/** One program to make. */
interface Program {
  readonly name: string;
  readonly main: string;
  /** Options that `deno run` and `deno compile` share: the least that it may do, and its heap. */
  readonly options: readonly string[];
  /** Its options whose values name files: what an image asks for before it starts the program. */
  readonly fileOptions: readonly string[];
  /** The one of them that names the file of its settings. */
  readonly settingsOption?: string;
  /** A path below the home directory of its user that it may read. */
  readonly homeFile?: string;
}

/** What is made. The server's flag is that of the task `start`: see `lib/README.md`, "Memory". */
const PROGRAMS: readonly Program[] = [
  {
    name: "server",
    main: "server.ts",
    options: [
      "--allow-net",
      "--allow-env=PARLANCE_*",
      "--v8-flags=--max-semi-space-size=2,--no-allocation-site-pretenuring",
    ],
    fileOptions: [
      "--config",
      "--data",
      "--tls-cert",
      "--tls-key",
      "--motd",
      "--password",
      "--oper",
    ],
    settingsOption: "--config",
  },
  {
    name: "client",
    main: "client.ts",
    options: [
      "--allow-net",
      "--allow-env=TERM,ACCESSIBLE,HOME,PARLANCE_ACCOUNT_PASSWORD",
      "--v8-flags=--max-semi-space-size=2,--optimize-for-size",
    ],
    fileOptions: ["--ca", "--password-file"],
    homeFile: ".config/parlance/client.toml",
  },
];

/** What makes `deno run` behave like a standalone binary: nothing but the program is read. */
const STANDALONE_OPTIONS = [
  "--no-prompt",
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--no-npm",
  "--cached-only",
];

/** Milliseconds for any one step, so that a network that drops everything does not block it. */
const STEP_LIMIT = 60_000;

/** The source, or the machine, is at fault; the message is for the user. */
class CompileError extends Error {
  override name = "CompileError";
}

interface Outcome {
  readonly success: boolean;
  readonly late: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command to its end, or to STEP_LIMIT. */
async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), STEP_LIMIT);
  try {
    const output = await new Deno.Command(command, {
      args: [...args],
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      signal: limit.signal,
    }).output();
    return {
      success: output.success,
      late: limit.signal.aborted,
      stdout: new TextDecoder().decode(output.stdout),
      stderr: new TextDecoder().decode(output.stderr),
    };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Says why `deno compile` could not have its base binary, or undefined when it failed for another
 * reason. It checks and collects the program first, so a mistake in the source never gets as far as
 * naming `denort`.
 */
export function whyNoBase(outcome: Pick<Outcome, "late" | "stderr">): string | undefined {
  const { late, stderr } = outcome;
  // Type errors quote source, which may hold any text
  if (/^error: Type checking failed/m.test(stderr)) return undefined;
  if (!/denort|Setting up base binary/i.test(stderr)) return undefined;
  if (late) return `no answer within ${STEP_LIMIT / 1000} s`;
  const causes = stderr.split("Caused by:")[1]?.trimStart().split("\n\n")[0] ?? stderr.trim();
  return causes.split("\n").at(-1)?.replace(/^\s*\d+:\s*/, "") || "no reason given";
}

/** `deno compile` into `file`; says why there is no base binary, or undefined for success. */
async function compile(
  program: Program,
  file: string,
  options: readonly string[],
): Promise<string | undefined> {
  const outcome = await run(Deno.execPath(), [
    "compile",
    "--no-prompt",
    ...options,
    ...program.options,
    // It cannot know the files yet. What nobody has named, the program gives back before it begins.
    "--allow-read",
    "--allow-write",
    "--output",
    file,
    program.main,
  ]);
  if (outcome.success) return undefined;
  const why = whyNoBase(outcome);
  if (why === undefined) throw failed(`compile "${program.main}"`, outcome);
  return why;
}

/** Bundles the program and packs it, with the Deno that runs this, into `file`. */
async function pack(
  program: Program,
  file: string,
  options: readonly string[],
  runtime: Payload,
): Promise<void> {
  const bundle = `${file}.mjs`;
  // Not minified: stack traces stay readable, and the start is no slower for it
  const outcome = await run(Deno.execPath(), [
    "bundle",
    "--check",
    ...options,
    "--output",
    bundle,
    program.main,
  ]);
  if (!outcome.success) throw failed(`bundle "${program.main}"`, outcome);
  const image = packImage({
    name: `parlance-${program.name}`,
    version: config.version,
    program: await makePayload(await Deno.readFile(bundle)),
    runtime,
    runOptions: [...STANDALONE_OPTIONS, ...program.options],
    fileOptions: program.fileOptions,
    ...(program.settingsOption && { settingsOption: program.settingsOption }),
    ...(program.homeFile !== undefined && { homeFile: program.homeFile }),
  }, await Deno.readTextFile(new URL("unpack.sh", import.meta.url)));
  await Deno.writeFile(file, image, { mode: 0o755 });
}

/** Starts `file` twice in a fresh cache; says what is wrong, or undefined for our program. */
async function disprove(
  program: Program,
  file: string,
  cache: string,
): Promise<string | undefined> {
  const expected = `parlance-${program.name} ${config.version}`;
  for (const start of ["first", "second"]) {
    const outcome = await run(file, ["--version"], { XDG_CACHE_HOME: cache });
    const printed = outcome.stdout.split("\n")[0] ?? "";
    if (!outcome.success || printed !== expected) {
      const said = printed || outcome.stderr.trim().split("\n")[0] || "nothing";
      return `its ${start} start printed "${said}", not "${expected}"`;
    }
  }
  return undefined;
}

/**
 * Starts the server `file` with a database in `data`, which must not be there, and stops it: its thread, its modules and
 * its permissions are there or not in ways that no version shows. Says what is wrong, or undefined if nothing is.
 */
export async function disproveServing(
  file: string,
  data: string,
  env: Record<string, string> = {},
): Promise<string | undefined> {
  const child = new Deno.Command(file, {
    args: ["0", "--host=127.0.0.1", `--data=${data}`],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const limit = setTimeout(() => child.kill("SIGKILL"), STEP_LIMIT);
  const complaint = new Response(child.stderr).text();
  let printed = "";
  let isServing = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed += text;
    if (isServing || !/^Listening on .*\n/.test(printed)) continue;
    isServing = true;
    child.kill("SIGTERM");
  }
  const { code } = await child.status;
  clearTimeout(limit);
  if (isServing && code === 0) return undefined;
  const said = (printed || await complaint).trim().split("\n")[0] || "nothing";
  return `with a database it printed "${said}" and ended with status ${code}`;
}

function failed(what: string, outcome: Outcome): CompileError {
  const limit = outcome.late ? ` within ${STEP_LIMIT / 1000} s` : "";
  return new CompileError(`Cannot ${what}${limit}\n${outcome.stderr.trim()}`);
}

/** Makes every program in `scratch` and moves it to bin/. */
async function makeAll(scratch: string, options: readonly string[]): Promise<void> {
  const cache = `${scratch}/cache`;
  let mayCompile = true;
  let runtime: Payload | undefined;
  for (const program of PROGRAMS) {
    const file = `${scratch}/${program.name}`;
    let kind = "compiled";
    if (mayCompile) {
      const why = await compile(program, file, options) ??
        await disprove(program, file, cache) ??
        (program.name === "server" ? await disproveServing(file, `${scratch}/data`) : undefined);
      if (why !== undefined) {
        mayCompile = false;
        console.log(`No standalone binary from deno compile (${why}): packing an image instead`);
      }
    }
    if (!mayCompile) {
      kind = "self-extracting image";
      runtime ??= await makePayload(await Deno.readFile(Deno.execPath()));
      await pack(program, file, options, runtime);
      const why = await disprove(program, file, cache);
      if (why !== undefined) {
        throw new CompileError(`Cannot make "bin/${program.name}": ${why}`);
      }
    }
    const target = `bin/${program.name}`;
    const megabytes = ((await Deno.stat(file)).size / 1e6).toFixed(1);
    await Deno.rename(file, target);
    console.log(`${target}  ${megabytes} MB  ${kind}`);
  }
}

/** Returns the exit status. */
async function main(options: readonly string[]): Promise<number> {
  const unknown = options.find((option) => !option.startsWith("--import-map="));
  if (unknown !== undefined) {
    console.error(`Unknown option "${unknown}"`);
    return 2;
  }
  Deno.chdir(new URL("..", import.meta.url));
  await Deno.mkdir("bin", { recursive: true });
  // In bin/, because a rename does not cross file systems
  const scratch = await Deno.realPath(await Deno.makeTempDir({ dir: "bin", prefix: ".making-" }));
  const clean = () => Deno.removeSync(scratch, { recursive: true });
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(signal, () => {
      clean();
      Deno.exit(code);
    });
  }
  try {
    await makeAll(scratch, options);
    return 0;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    clean();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
