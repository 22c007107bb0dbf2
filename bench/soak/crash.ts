/**
 * A run whose server is killed in the middle, and started again on the same data: what was said before is there, under the
 * same ids and in the same order, but for the last moments; and so is what is said after.
 *
 *   server --kill -9--> data --> server       the witnesses of ids have accounts that are always on: they are in their
 *     '- clients             '- clients       channels before their clients come back
 *
 * @module
 */

import { makeMsgid } from "../../lib/chat/msgid.ts";
import { addAccounts, PASSWORD } from "./accounts.ts";
import { checkCrash } from "./id_witness.ts";
import {
  checkHistory,
  closeAll,
  type Crowd,
  crowdOf,
  runHostiles,
  serverFlags,
  settle,
  type SoakOptions,
  stopServer,
  worldOf,
} from "./run.ts";
import { ServerProcess } from "./server_process.ts";
import type { World } from "./world.ts";

/** What to run. */
export interface CrashOptions extends SoakOptions {
  /** Milliseconds before the kill of which messages may be missing. Default: `LOST_MS`. */
  readonly lostMs?: number;
}

/** The result. */
export interface CrashReport extends SoakOptions {
  /** The first promise that was broken. */
  readonly failure: Error | undefined;
  /** The last steps of the client to whom. */
  readonly trace: readonly string[];
  /** Messages that were said before the server was killed, as the witnesses of ids were sent them. */
  readonly before: number;
  /** How many of those are lost. */
  readonly lost: number;
  /** How many the history has that nobody was sent any more. */
  readonly unsent: number;
  /** Honest clients that held what they were sent until then against the history as well. */
  readonly visits: number;
  /** Messages after the server was started again. */
  readonly after: number;
}

/** What was sent to whom before the server was killed. */
interface Before {
  readonly killedAt: number;
  /** By channel. */
  readonly witnessed: ReadonlyMap<string, readonly string[]>;
  /** What honest clients had been sent in the channel that they were in. */
  readonly visits: readonly (readonly [nick: string, channel: string, ids: readonly string[]])[];
}

/** Runs it: half of the time before the server is killed, and half after. Rejects only when it could not start. */
export async function soakOverCrash(
  options: CrashOptions,
  stop?: AbortSignal,
): Promise<CrashReport> {
  const data = await Deno.makeTempDir({ prefix: "parlance-soak-" });
  const worlds: World[] = [];
  const onFault = (line: string) => worlds.at(-1)?.fail(new Error(`The server logged: ${line}`));
  const flags = await serverFlags(data);
  const start = () => ServerProcess.start(flags, onFault, data);
  const [first, second] = [{ before: 0, lost: 0, unsent: 0, visits: 0 }, { after: 0 }];
  let server: ServerProcess | undefined;
  try {
    const { channels } = worldOf({ port: 0, tlsPort: 0, webPort: 0 }, options);
    await addAccounts(data, channels.map((_, i) => `v${i}`));
    server = await start();
    const world = worldOf(server, options);
    worlds.push(world);
    stop?.addEventListener("abort", () => worlds.at(-1)?.stop(), { once: true });
    const before = await runUntilKilled(server, world, options);
    if (world.failure === undefined) {
      server = await start();
      const next = worldOf(server, options, (channel) => [nickOf(world, channel)]);
      worlds.push(next);
      Object.assign(first, await runAfter(server, next, options, before));
      second.after = next.said;
    }
  } finally {
    await server?.kill();
    await Deno.remove(data, { recursive: true });
  }
  const world = worlds.at(-1) as World;
  const { failure } = world;
  return {
    ...options,
    failure,
    trace: failure === undefined ? [] : world.traceOf(failure),
    ...first,
    ...second,
  };
}

/** The witness of ids in `channel`. */
function nickOf(world: World, channel: string): string {
  return `v${world.channels.indexOf(channel)}`;
}

/** The first half: it ends with the server. */
async function runUntilKilled(
  server: ServerProcess,
  world: World,
  options: SoakOptions,
): Promise<Before> {
  const crowd = crowdOf(world, options, { password: PASSWORD });
  const checks = setInterval(() => world.check(), CHECK_MS);
  let killedAt = 0;
  try {
    for (const each of [...crowd.witnesses, ...crowd.idWitnesses]) await each.enter();
    const running = [...crowd.honest.map((client) => client.run()), ...runHostiles(world, options)];
    const { seconds, messages = 0 } = options;
    const isEnough = () =>
      world.said >= messages &&
      (messages === 0 || [...world.visits.values()].some(({ channel }) => channel !== undefined));
    await world.lasts(seconds * 500, isEnough);
    world.crash();
    killedAt = Date.now();
    await server.crash();
    await Promise.allSettled(running);
  } catch (error) {
    world.fail(error);
  } finally {
    clearInterval(checks);
    closeAll(crowd);
  }
  return { killedAt, ...sentTo(world, crowd) };
}

function sentTo(world: World, { idWitnesses }: Crowd): Omit<Before, "killedAt"> {
  return {
    witnessed: new Map(world.channels.map((name, i) => [name, [...idWitnesses[i]?.ids ?? []]])),
    visits: Array.from(
      world.visits,
      ([view, visit]) => [view.nick, visit.channel ?? "", [...visit.keys]] as const,
    ).filter(([, channel]) => channel !== ""),
  };
}

/** The second half, with a check of the first. */
async function runAfter(
  server: ServerProcess,
  world: World,
  options: CrashOptions,
  before: Before,
): Promise<Pick<CrashReport, "before" | "lost" | "unsent" | "visits">> {
  // Ids are in the order of time, and this server's are above all of the one before.
  const since = makeMsgid(Date.now(), 0, 0);
  const crowd = crowdOf(world, options, { password: PASSWORD, since });
  const checks = setInterval(() => world.check(), CHECK_MS);
  const counts = { before: 0, lost: 0, unsent: 0, visits: 0 };
  try {
    for (const witness of crowd.witnesses) await witness.enter();
    for (const witness of crowd.idWitnesses) await witness.enter(true);
    const end = world.lasts(options.seconds * 500, () => world.said >= (options.messages ?? 0));
    const running = [...crowd.honest.map((client) => client.run()), ...runHostiles(world, options)];
    await end;
    world.stop();
    await Promise.all(running);
    await settle(world, crowd.witnesses);
    await checkHistory(world, crowd, since);
    await checkBefore(world, crowd, before, since, counts, options.lostMs);
    await stopServer(server, world, crowd);
  } catch (error) {
    world.fail(error);
  } finally {
    clearInterval(checks);
    closeAll(crowd);
  }
  return counts;
}

/** What witnesses and honest clients were sent before the server was killed is what the history has of that time. */
async function checkBefore(
  world: World,
  { idWitnesses }: Crowd,
  { killedAt, witnessed, visits }: Before,
  since: string,
  counts: { before: number; lost: number; unsent: number; visits: number },
  lostMs: number | undefined,
): Promise<void> {
  if (world.failure !== undefined) return;
  for (const [i, channel] of world.channels.entries()) {
    const witness = idWitnesses[i];
    if (witness === undefined) continue;
    const kept = (await witness.readHistory()).filter((id) => id < since);
    const sent = witnessed.get(channel) ?? [];
    counts.before += sent.length;
    const lost = checkCrash(witness.nick, sent, kept, killedAt, lostMs);
    counts.lost += lost;
    counts.unsent += Math.max(0, kept.length - (sent.length - lost));
    for (const [nick, where, ids] of visits) {
      if (where !== channel) continue;
      checkCrash(nick, ids, kept, killedAt, lostMs);
      counts.visits++;
    }
  }
}

const CHECK_MS = 500;
