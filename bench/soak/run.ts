/**
 * One run: starts the server, starts all clients, waits until everybody has received everything,
 * stops it, and reports.
 *
 * @module
 */

import { hashPassword } from "../../lib/server/secret.ts";
import type { Dialect } from "../../tests/support/wire/wire.ts";
import { tlsFlags } from "../tls_flags.ts";
import { addAccounts, PASSWORD } from "./accounts.ts";
import { HonestClient } from "./honest.ts";
import { IdWitness } from "./id_witness.ts";
import { ACT_NAMES, runHostile } from "./hostile.ts";
import { measureLoopDelay, type Memory, Pinger, Samples, watchMemory } from "./measure.ts";
import { Random } from "./random.ts";
import { ServerProcess } from "./server_process.ts";
import { PATIENCE_MS, Violation } from "./violation.ts";
import { Witness } from "./witness.ts";
import { type Counts, type Ports, type Present, World } from "./world.ts";

/** What to run. */
export interface SoakOptions {
  /** For how long; the end takes a little more. */
  readonly seconds: number;
  /**
   * Messages that must be said at least, beside a hostile act of each kind: the run lasts longer where that takes longer.
   * Default: 0, and nothing is waited for.
   */
  readonly messages?: number;
  /** Honest clients. A tenth as many hostile ones are there at any time, at least one for each three kinds of acts. */
  readonly clients: number;
  /** The same seed makes each client decide the same. */
  readonly seed: number;
  /** The kinds of hostile acts, all of them without it. */
  readonly kinds?: readonly string[];
}

/** The result of a run. */
export interface SoakReport extends Omit<SoakOptions, "messages"> {
  /** The first promise that was broken. */
  readonly failure: Error | undefined;
  /** The last steps of the client to whom. */
  readonly trace: readonly string[];
  /** Channels with a witness each. */
  readonly channels: number;
  /** Messages that were said in them. */
  readonly messages: number;
  /** What honest clients received, each item compared. */
  readonly deliveries: number;
  /** Messages that honest clients have held against the history. */
  readonly recalled: number;
  /** Ids that witnesses have, of all that was said until then. */
  readonly witnessed: number;
  /** How honest clients have ended how many of their connections. */
  readonly lives: Counts;
  /** What hostile ones did. */
  readonly hostilities: Counts;
  /** Why connections have ended, by the server's log. */
  readonly ends: Counts;
  /** The server's. */
  readonly memory: Memory;
  /** How late this program's own timers were, in milliseconds. */
  readonly loopDelays: Samples;
  /** Milliseconds for a request of a client that does nothing else. */
  readonly roundTrips: Samples;
}

const SAMPLE_MS = 50;
const MEMORY_MS = 500;
const CHECK_MS = 500;
/** Members of a channel, on average. */
const CHANNEL_SIZE = 20;
/** Runs the soak, or a part of it when `stop` is aborted. Rejects only when it could not start. */
export async function soak(options: SoakOptions, stop?: AbortSignal): Promise<SoakReport> {
  let world: World | undefined;
  const onFault = (line: string) => world?.fail(new Error(`The server logged: ${line}`));
  const data = await Deno.makeTempDir({ prefix: "parlance-soak-" });
  await addAccounts(data);
  const args = await serverFlags(data);
  const server = await ServerProcess.start(args, onFault, data);
  try {
    world = worldOf(server, options);
    const running = world;
    stop?.addEventListener("abort", () => running.stop(), { once: true });
    return await runOn(server, world, options);
  } finally {
    await server.kill();
    await Deno.remove(data, { recursive: true });
  }
}

/** A page of this origin may open a WebSocket. */
const ORIGIN = "https://chat.example.org";

/**
 * The flags of a server that keeps its data in the directory `data`: every port that there is, an operator of the server
 * whom nobody can be, and a history in which there is more room than is said in any run.
 */
export async function serverFlags(data: string): Promise<string[]> {
  return [
    ...["--data", data, "--history-max", "10000000", "--search", "on"],
    ...["--websocket-port", "0", "--websocket-origin", ORIGIN],
    ...["--oper", `root:${await hashPassword(PASSWORD)}`],
    ...await tlsFlags(data),
  ];
}

/** What the clients of a run share; `present` are those who are in the channels from the beginning. */
export function worldOf(
  ports: Ports,
  { clients }: SoakOptions,
  present?: Present,
): World {
  // All of them have one address, which may do 500 things a second: to speak to a full channel is two.
  const thinkTime = Math.max(250, clients * 10);
  return new World(ports, Math.ceil(clients / CHANNEL_SIZE), thinkTime, present);
}

async function runOn(
  server: ServerProcess,
  world: World,
  options: SoakOptions,
): Promise<SoakReport> {
  const { seconds, messages = 0, kinds = ACT_NAMES } = options;
  const watch = await watchMemory(server, MEMORY_MS);
  const loop = measureLoopDelay(SAMPLE_MS);
  const checks = setInterval(() => world.check(), CHECK_MS);
  const crowd = crowdOf(world, options);
  const { witnesses, idWitnesses, honest } = crowd;
  let roundTrips = new Samples();
  try {
    for (const each of [...witnesses, ...idWitnesses]) await each.enter();
    const pinger = await Pinger.start(server.port, "pinger", SAMPLE_MS);
    roundTrips = pinger.roundTrips;
    const isEnough = () =>
      messages === 0 || world.said >= messages && world.hostilities.size === kinds.length;
    const end = world.lasts(seconds * 1000, isEnough);
    const running = [...honest.map((client) => client.run()), ...runHostiles(world, options)];
    await end;
    world.stop();
    await Promise.all(running);
    await pinger.end();
    await settle(world, witnesses);
    await checkHistory(world, crowd);
    await watch.end();
    await stopServer(server, world, crowd);
  } catch (error) {
    world.fail(error);
  } finally {
    clearInterval(checks);
    loop.end();
    closeAll(crowd);
    await watch.end().catch(() => {});
  }
  const { failure } = world;
  return {
    ...options,
    failure,
    trace: failure === undefined ? [] : world.traceOf(failure),
    channels: world.logs.size,
    messages: world.said,
    deliveries: world.deliveries,
    recalled: world.recalled,
    witnessed: world.witnessed,
    lives: world.lives,
    hostilities: world.hostilities,
    ends: server.ends,
    memory: watch.memory,
    loopDelays: loop.delays,
    roundTrips,
  };
}

/** All honest ones of one run. */
export interface Crowd {
  /** One for each channel, the lobby first. */
  readonly witnesses: readonly Witness[];
  /** The same for the ids. */
  readonly idWitnesses: readonly IdWitness[];
  readonly honest: readonly HonestClient[];
}

/** What the second of two crowds needs to know of the first. */
export interface CrowdOptions {
  /** The password of the accounts of `idWitnesses`, where they have any. */
  readonly password?: string;
  /** The id below which all is of an earlier run. */
  readonly since?: string;
}

/** The honest clients of a run, who have not connected yet. */
export function crowdOf(
  world: World,
  { seed, clients }: Pick<SoakOptions, "seed" | "clients">,
  { password, since }: CrowdOptions = {},
): Crowd {
  const logs = [...world.logs.values()];
  return {
    witnesses: logs.map((log, i) => new Witness(`w${i}`, log, world, since)),
    idWitnesses: logs.map((log, i) => new IdWitness(`v${i}`, log, world, password)),
    honest: Array.from({ length: clients }, (_, i) => {
      const dialect = dialectOf(i);
      return new HonestClient(dialect, `${INITIALS[dialect]}${i}`, world, new Random(seed, i));
    }),
  };
}

/** Closes what is open. */
export function closeAll({ witnesses, idWitnesses, honest }: Crowd): void {
  for (const each of [...witnesses, ...idWitnesses, ...honest]) each.close();
}

/** Each hostile client has so many kinds of acts to begin with. */
const SHARE = 3;

/** Hostile clients until the run stops: a tenth as many as honest ones, and enough for all kinds of acts. */
export function runHostiles(
  world: World,
  { seed, clients, kinds = ACT_NAMES }: SoakOptions,
): Promise<void>[] {
  const slots = Math.max(Math.ceil(kinds.length / SHARE), Math.ceil(clients / 10));
  return Array.from(
    { length: slots },
    (_, i) => runHostile(i, slots, world, new Random(seed, clients + i), kinds),
  );
}

/** None of them is the mark of hostile ones. */
const INITIALS: Readonly<Record<Dialect, string>> = {
  cs168: "c",
  chat1: "l",
  json16: "j",
  irc: "i",
};

/** One in ten speaks chat1: they are all in the lobby, where each message goes to all of them. */
function dialectOf(index: number): Dialect {
  if (index % 10 === 2) return "chat1";
  if (index % 3 === 0) return "irc";
  return index % 2 === 0 ? "json16" : "cs168";
}

/** A last word in each channel, which all members must receive; nothing may be open then. */
export async function settle(world: World, witnesses: readonly Witness[]): Promise<void> {
  if (world.failure !== undefined) return;
  for (const witness of witnesses) await witness.speak(`${witness.nick}-the-end`);
  const deadline = performance.now() + PATIENCE_MS;
  while (world.failure === undefined && !world.settled) {
    if (performance.now() > deadline) throw new Violation("somebody", world.open);
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    world.check();
  }
}

/**
 * What the history has of each channel is what happened there, under the ids that were sent with it; what is older than
 * the id `since` was before this run.
 */
export async function checkHistory(world: World, crowd: Crowd, since?: string): Promise<void> {
  if (world.failure !== undefined) return;
  for (const [i, witness] of crowd.witnesses.entries()) {
    const idWitness = crowd.idWitnesses[i] as IdWitness;
    const least = idWitness.ids.length;
    idWitness.check(await witness.checkHistory(), since, least);
    world.witnessed += least;
  }
}

/** The server stops in good order, and sends nothing but its farewell. */
export async function stopServer(
  server: ServerProcess,
  world: World,
  { honest, witnesses, idWitnesses }: Crowd,
): Promise<void> {
  if (world.failure !== undefined) return;
  const ends = [...honest, ...witnesses, ...idWitnesses].map((client) => client.serverStops());
  const status = await server.stop();
  await Promise.all(ends);
  if (status !== 0) throw new Error(`The server ended with status ${status}`);
}
