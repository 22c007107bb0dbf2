/**
 * Runs one kind: starts the server, the connections that come first, the honest users, then the attack; all in
 * processes of their own, which end with the run.
 *
 * @module
 */

import { buildProgram, GENERATOR_CORE, pinned } from "../compare/programs.ts";
import { type AnnouncedPorts, type Children, CompareError, linesOf } from "../compare/children.ts";
import type { HostileRun } from "./hostile_run.ts";
import { type Kind, needsTls, type Wave, type Waves } from "./kind.ts";
import { BYSTANDER_ADDRESS, type Target } from "./targets.ts";

/** The honest users are watched before and after the attack too, in milliseconds. */
const BEFORE_MS = 300;
const AFTER_S = 1;
/** A run waits half a minute for what is in flight at its end, and as long for users to enter. */
const PATIENCE_MS = 75_000;
/** How long a wave's first connections may take. */
const READY_MS = 60_000;

/** Paths of the two C programs. */
export interface HostilePrograms {
  readonly attack: string;
  readonly bystander: string;
}

/** What a run needs. */
export interface RunContext {
  readonly children: Children;
  readonly programs: HostilePrograms;
  readonly folder: string;
  /** How long the attack takes. */
  readonly seconds: number;
}

/** Builds both programs into `folder`. */
export async function buildHostile(children: Children, folder: string): Promise<HostilePrograms> {
  const build = (name: string, sources: readonly string[]) =>
    buildProgram(children, `${folder}/${name}`, sources.map(sourcePath));
  return {
    attack: await build("attack", ["attack.c", "../compare/load_figures.c"]),
    bystander: await build("bystander", [
      "bystander.c",
      "honest_users.c",
      "machine.c",
      "../compare/load_figures.c",
      "../compare/load_wires.c",
    ]),
  };
}

/**
 * Runs `kind` against a fresh `target`; `undefined` when it has no counterpart in what the target speaks.
 *
 * @throws {CompareError} when the server does not start, or not all honest users could enter.
 */
export async function runKind(
  kind: Kind,
  target: Target,
  context: RunContext,
): Promise<HostileRun | undefined> {
  const waves: Waves | undefined = target.irc ? kind.irc : kind.ircOnly ? undefined : kind;
  if (waves === undefined) return undefined;
  const { flags = [] } = kind;
  const needs = { flags, tls: needsTls(waves) };
  const server = await target.start(context.children, context.folder, needs);
  const running: Running[] = [];
  try {
    const launch = async (wave: Wave, seconds: number) => {
      const args = await waveArgs(
        wave,
        portFor(wave, server),
        `${context.folder}/${running.length}`,
        seconds,
      );
      running.push(new Running(context.children, context.programs.attack, args));
    };
    for (const wave of waves.before ?? []) await launch(wave, 0);
    for (const wave of running) await wave.line(READY_MS);
    await pause(waves.beforeMs ?? BEFORE_MS);
    const bystander = startBystander(target, server, context);
    running.push(bystander);
    readFigures(await bystander.line(PATIENCE_MS));
    await pause(BEFORE_MS);
    for (const wave of waves.attack) await launch(wave, context.seconds);
    const figures = readFigures(await bystander.line(PATIENCE_MS + context.seconds * 1000));
    const attacks = await Promise.all(
      running.filter((wave) => wave !== bystander).map((wave) => wave.end(context.children)),
    );
    return makeRun(target.name, kind.name, figures, attacks);
  } finally {
    for (const wave of running) await wave.end(context.children);
    await server.stop();
  }
}

/** Where a wave goes. */
function portFor(
  { tls, websocket }: Wave,
  { port, tlsPort, websocketPort }: AnnouncedPorts,
): number {
  return (tls ? tlsPort : websocket ? websocketPort : undefined) ?? port;
}

function startBystander(
  target: Target,
  server: { readonly port: number; readonly pid: number },
  { children, programs, seconds }: RunContext,
): Running {
  return new Running(children, programs.bystander, [
    ...["--port", String(server.port), "--pid", String(server.pid), "--from", BYSTANDER_ADDRESS],
    ...["--seconds", String(BEFORE_MS / 1000 + seconds + AFTER_S)],
    ...target.irc ? ["--irc"] : [],
  ]);
}

/** A C program that prints `ready`, and at its end a line of JSON. */
class Running {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #ended: Promise<string> | undefined;

  constructor(children: Children, program: string, args: readonly string[]) {
    this.#child = children.spawn(pinned(GENERATOR_CORE, { program, args }), "piped");
    this.#lines = linesOf(this.#child).getReader();
  }

  /** The next line; empty when the program ends before, or has to be ended after `ms` milliseconds. */
  async line(ms: number): Promise<string> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), ms);
    const { value = "" } = await this.#lines.read();
    clearTimeout(late);
    return value;
  }

  /** Ends it; resolves to its last line. */
  end(children: Children): Promise<string> {
    return this.#ended ??= this.#end(children);
  }

  async #end(children: Children): Promise<string> {
    const stopped = children.stop(this.#child);
    let last = "";
    for (let next; !(next = await this.#lines.read()).done;) last = next.value;
    await stopped;
    return last;
  }
}

/** The arguments of `attack.c`; the payloads go into files that begin with `path`. */
export async function waveArgs(
  wave: Wave,
  port: number,
  path: string,
  seconds: number,
): Promise<string[]> {
  const args: Record<string, string | number | undefined> = {
    port,
    count: wave.count,
    from: wave.from,
    spread: wave.spread,
    times: wave.times,
    chunk: wave.chunk,
    every: wave.everyMs,
    read: wave.reads,
    settle: wave.settleMs,
    linger: wave.lingerMs,
    hello: await save(`${path}.hello`, wave.hello),
    body: await save(`${path}.body`, wave.body),
    seconds: seconds > 0 ? seconds : undefined,
  };
  const valued = Object.entries(args).filter(([, value]) => value !== undefined);
  const flags = wave.ends === undefined || wave.ends === "close" ? [] : [`--${wave.ends}`];
  if (wave.again) flags.push("--again");
  return [...valued.flatMap(([name, value]) => [`--${name}`, String(value)]), ...flags];
}

async function save(path: string, payload: string | Uint8Array | undefined) {
  if (payload === undefined) return undefined;
  if (typeof payload === "string") await Deno.writeTextFile(path, payload);
  else await Deno.writeFile(path, payload);
  return path;
}

type Figures = Readonly<Record<string, unknown>>;

/** Reads a line of a C program: `ready`, or an object. */
function readFigures(line: string): Figures {
  if (line === "ready") return {};
  let figures: Figures = {};
  try {
    figures = JSON.parse(line);
  } catch {
    throw new CompareError(`A C program ended without its figures, it printed "${line}"`);
  }
  if (figures["error"] === undefined) return figures;
  throw new CompareError(`Honest users: ${figures["error"]}`);
}

function makeRun(
  server: string,
  kind: string,
  figures: Figures,
  attacks: readonly string[],
): HostileRun {
  const figure = (name: string) => Number(figures[name] ?? NaN);
  const attacked = attacks.map((line) => line === "" ? {} : readFigures(line));
  const sum = (name: string) =>
    attacked.reduce((total, attack) => total + Number(attack[name] ?? 0), 0);
  return {
    server,
    kind,
    p50Ms: figure("p50_us") / 1000,
    p99Ms: figure("p99_us") / 1000,
    worstMs: figure("worst_us") / 1000,
    machineMs: figure("machine_us") / 1000,
    lobbyP99Ms: figure("lobby_p99_us") / 1000,
    newcomerMs: figure("welcome_worst_us") / 1000,
    newcomersRefused: figure("refused"),
    readers: figure("readers"),
    readersClosed: figure("readers_closed"),
    othersClosed: figure("others_closed"),
    lost: figure("lost") + figure("order_err"),
    roomLeft: figures["room"] === true,
    peakMiB: figure("peak_kb") / 1024,
    cpu: figure("cpu"),
    attackMB: sum("sent") / 1e6,
    attackConnections: sum("opened"),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function sourcePath(name: string): string {
  return decodeURIComponent(new URL(name, import.meta.url).pathname);
}
