/**
 * The two C programs: they are built from the sources beside this file, and the load generator is run and
 * its line of JSON read.
 *
 * @module
 */

import { type Children, type Command, CompareError } from "./children.ts";
import type { ComparedRun } from "./compared_run.ts";
import { type NamedLoad, PACED_INTERVAL_MS, STALLED_SUBSCRIBERS } from "./loads.ts";
import { findProgram } from "./peers.ts";

/** Server and generator have a core each, and never the same. */
export const SERVER_CORE = 0;
/** See `SERVER_CORE`. */
export const GENERATOR_CORE = 1;

const COMPILER = "gcc";
const COMPILER_OPTIONS = ["-O3", "-Wall", "-Wextra"];
/** The comparison is in plain text; `bench/tls.ts` builds the generator with TLS. */
const WITHOUT_TLS: readonly string[] = ["-DNO_TLS"];
const BUILD_MS = 60_000;
/** How long the generator waits for what does not come, in seconds. */
const DEADLINE_S = 20;
/** When it does not even then end: it is killed, in milliseconds after all that it may take. */
const PATIENCE_MS = 30_000;

/** A paced run is this many times longer: each message gives only one sample of when the last member has it. */
const PACED_TIMES = 4;

/** Paths of the programs that were built. */
export interface Programs {
  readonly load: string;
  readonly relay: string;
}

/** Sources of each, in the folder of this file. */
const SOURCES: { readonly [Name in keyof Programs]: readonly string[] } = {
  load: ["load.c", "load_options.c", "load_connections.c", "load_wires.c", "load_figures.c"],
  relay: ["relay.c"],
};

/** The figures of a run that the generator prints. */
export type Figures = Omit<ComparedRun, "server" | "round" | keyof NamedLoad>;

/** Whether the programs can be built and run here: they need Linux and a C compiler. */
export function canBuild(): boolean {
  return Deno.build.os === "linux" && findProgram(COMPILER) !== undefined;
}

/**
 * Builds both programs into `folder`.
 *
 * @throws {CompareError} when there is no compiler, or it finds a mistake.
 */
export async function buildPrograms(children: Children, folder: string): Promise<Programs> {
  const build = (name: keyof Programs) =>
    buildProgram(children, `${folder}/${name}`, SOURCES[name].map(sourcePath));
  return { load: await build("load"), relay: await build("relay") };
}

/**
 * Builds one C program of `sources` and returns its path. `options` stand behind them.
 *
 * @throws {CompareError} when there is no compiler, or it finds a mistake.
 */
export async function buildProgram(
  children: Children,
  path: string,
  sources: readonly string[],
  options: readonly string[] = WITHOUT_TLS,
): Promise<string> {
  if (!canBuild()) {
    throw new CompareError(`The load generator needs Linux and the C compiler "${COMPILER}"`);
  }
  const args = [...COMPILER_OPTIONS, "-o", path, ...sources, ...options];
  const { success } = await children.output({ program: COMPILER, args }, BUILD_MS);
  if (success) return path;
  throw new CompareError(`${COMPILER} cannot build "${path}", it says why above`);
}

/**
 * `command`, bound to one core.
 *
 * @throws {CompareError} when that is impossible here.
 */
export function pinned(core: number, { program, args }: Command): Command {
  if (findProgram("taskset") === undefined) {
    throw new CompareError('Processes are bound to their core with "taskset", which is missing');
  }
  return { program: "taskset", args: ["-c", String(core), program, ...args] };
}

/** The generator's arguments for one run against the server of process `pid`. */
export function loadArgs(
  load: NamedLoad,
  { proto, channels }: { readonly proto: string; readonly channels: number },
  server: { readonly port: number; readonly pid: number },
  { seconds, verify }: { readonly seconds: number; readonly verify: boolean },
): string[] {
  const measured = load.scenario === "paced" ? seconds * PACED_TIMES : seconds;
  const args: Record<string, string | number> = {
    proto,
    port: server.port,
    pid: server.pid,
    mode: load.scenario === "idle" || load.scenario === "paced" ? load.scenario : "sat",
    subs: load.members,
    senders: load.senders,
    time: measured,
    deadline: DEADLINE_S + measured,
  };
  if (channels > 1) args["channels"] = channels;
  if (load.window > 0) args["window"] = load.window;
  if (load.scenario === "paced") args["interval"] = PACED_INTERVAL_MS;
  if (load.scenario === "stalled") args["stall"] = STALLED_SUBSCRIBERS;
  if (verify) args["verify"] = 1;
  return Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/**
 * Lets the generator run to its end.
 *
 * @throws {CompareError} when it could not load the server at all.
 */
export async function runLoad(
  children: Children,
  command: Command,
  seconds: number,
): Promise<Figures> {
  const limit = PATIENCE_MS + (2 * DEADLINE_S + 2 * PACED_TIMES * seconds) * 1000;
  return readFigures((await children.output(command, limit)).text);
}

/**
 * Reads the generator's line.
 *
 * @throws {CompareError} when it is an error, or no JSON.
 */
export function readFigures(line: string): Figures {
  const printed = parseObject(line);
  if (printed === undefined || printed["error"] !== undefined) {
    throw new CompareError(`The load generator failed: "${printed?.["error"] ?? line.trim()}"`);
  }
  const figure = (name: string) => Number(printed[name] ?? 0);
  return {
    deliveriesPerSecond: figure("del_per_s"),
    cpuMicrosPerDelivery: figure("cpu_us_per_del"),
    p50Micros: figure("p50_us"),
    p99Micros: figure("p99_us"),
    lastP99Micros: figure("last_p99_us"),
    residentKiB: figure(printed["mode"] === "idle" ? "rss_per_conn_kb" : "rss2_kb"),
    lost: figure("lost"),
    orderErrors: figure("order_err"),
  };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function sourcePath(name: string): string {
  return decodeURIComponent(new URL(name, import.meta.url).pathname);
}
