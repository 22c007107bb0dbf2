/**
 * The servers of a comparison: what each is called, which loads it takes part in, and how it is started,
 * pinned to a core of its own.
 *
 * @module
 */

import {
  accepting,
  announcedPort,
  type Children,
  type Command,
  freePort,
  linesOf,
} from "./children.ts";
import type { Kind, NamedLoad } from "./loads.ts";
import { findProgram, type Peer, PEERS, preparePeer } from "./peers.ts";
import { pinned, type Programs, SERVER_CORE } from "./programs.ts";

/** A copy of Parlance's source. */
export interface Checkout {
  /** As in the tables. */
  readonly name: string;
  /** Its folder. */
  readonly path: string;
}

/** One server that can be started. */
export interface ComparedServer {
  /** As in the tables. */
  readonly name: string;
  readonly kind: Kind;
  /** What the generator speaks with it. */
  readonly proto: string;
  /** Starts it for `load`; it listens when this resolves. */
  start(load: NamedLoad, context: StartContext): Promise<StartedServer>;
}

/** What a start needs. */
export interface StartContext {
  readonly children: Children;
  readonly programs: Programs;
  /** For configurations, and whatever a server writes. */
  readonly folder: string;
}

/** A server that listens on 127.0.0.1. */
export interface StartedServer {
  readonly port: number;
  readonly pid: number;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/** The dialects of Parlance beside cs168, as they are called behind its name. */
const DIALECTS = ["chat1", "json16", "mixed"];
const RELAYS = [{ name: "C relay", mode: "coal" }, { name: "C relay log", mode: "log" }];

/** Names of all servers, in the order in which they run. */
export const SERVER_NAMES: readonly string[] = [
  "parlance",
  ...DIALECTS.map((dialect) => `parlance ${dialect}`),
  ...RELAYS.map(({ name }) => name),
  ...PEERS.map(({ name }) => name),
];

/** A name as it is typed: small letters, dashes for spaces. */
export function slugOf(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, "-");
}

/** The servers with these names; `onMissing` is told of each that is not installed. */
export function listServers(
  names: readonly string[],
  checkouts: readonly Checkout[],
  onMissing: (name: string) => void,
): ComparedServer[] {
  const parlance = checkouts.flatMap((checkout) => [
    makeParlance(checkout, "parlance", "cs168"),
    ...DIALECTS.map((dialect) => makeParlance(checkout, "dialect", dialect)),
  ]).filter(({ kind, proto }) =>
    names.includes(kind === "parlance" ? "parlance" : `parlance ${proto}`)
  );
  const relays = RELAYS.filter(({ name }) => names.includes(name)).map(makeRelay);
  const peers = PEERS.filter(({ name }) => names.includes(name)).flatMap((peer) => {
    const program = findProgram(peer.program);
    if (program === undefined) onMissing(peer.name);
    return program === undefined ? [] : [makePeer(peer, program)];
  });
  return [...parlance, ...relays, ...peers];
}

function makeParlance(checkout: Checkout, kind: Kind, proto: string): ComparedServer {
  return {
    name: kind === "parlance" ? checkout.name : `${checkout.name} ${proto}`,
    kind,
    proto,
    start: (load, { children }) => startAnnounced(children, parlanceCommand(checkout.path, load)),
  };
}

function parlanceCommand(folder: string, load: NamedLoad): Command {
  const more = load.scenario === "idle" ? ["--max-per-ip=0", "--max-connections=20000"] : [];
  return serverCommand(folder, ["--host=127.0.0.1", "--rate=0", "--log=quiet", ...more]);
}

/** Starts the server of the checkout in `folder`, with the same import map as this process has: JSR may be out of reach. */
export function serverCommand(folder: string, args: readonly string[]): Command {
  const isMapped = !import.meta.resolve("@std/cli/parse-args").startsWith("jsr:");
  const map = isMapped ? [`--import-map=${folder}/tools/npm_imports.json`] : [];
  const options = ["run", "--quiet", "--v8-flags=--max-semi-space-size=2", "--allow-net", ...map];
  return { program: Deno.execPath(), args: [...options, `${folder}/server.ts`, ...args] };
}

function makeRelay({ name, mode }: { name: string; mode: string }): ComparedServer {
  return {
    name,
    kind: "relay",
    proto: "fixed",
    start: (_load, { children, programs }) =>
      startAnnounced(children, { program: programs.relay, args: ["0", mode] }),
  };
}

function makePeer(peer: Peer, program: string): ComparedServer {
  return {
    name: peer.name,
    kind: "peer",
    proto: peer.proto,
    async start(_load, { children, folder }) {
      const port = freePort();
      return await startSilent(children, await preparePeer(peer, program, port, folder), port);
    },
  };
}

/** Starts a server that says nothing, and waits until it accepts connections on `port`. */
export async function startSilent(
  children: Children,
  command: Command,
  port: number,
): Promise<StartedServer> {
  const child = children.spawn(pinned(SERVER_CORE, command), "null");
  const stop = () => children.stop(child);
  try {
    await accepting(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, pid: child.pid, stop };
}

/** Starts a server that names its port; its log goes to `log`. */
export async function startAnnounced(
  children: Children,
  command: Command,
  log: "inherit" | "null" = "inherit",
): Promise<StartedServer> {
  // taskset becomes the program that it starts, so the pid is that of the server.
  const child = children.spawn(pinned(SERVER_CORE, command), "piped", log);
  const lines = linesOf(child).getReader();
  const stop = async () => {
    await children.stop(child);
    await lines.cancel();
  };
  try {
    return { port: await announcedPort(child, lines), pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
