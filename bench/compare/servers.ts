/**
 * The servers of a comparison: what each is called, which loads it takes part in, and how it is started,
 * pinned to a core of its own.
 *
 * @module
 */

import {
  accepting,
  type AnnouncedPorts,
  announcedPorts,
  type Children,
  type Command,
  freePort,
  linesOf,
} from "./children.ts";
import type { Kind, NamedLoad } from "./loads.ts";
import { findProgram, isFile, type Peer, PEERS, preparePeer } from "./peers.ts";
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
  /** Channels that each member is in, and that are spoken in by turns. */
  readonly channels: number;
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
export interface StartedServer extends AnnouncedPorts {
  readonly pid: number;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/** The dialects of Parlance beside cs168, and mixtures of them, as they are called behind its name. */
const DIALECTS = ["chat1", "json16", "mixed", "mixed with irc", "irc half tagged"];
/** How Parlance keeps its history where it is not in memory, as behind its name. */
const HISTORIES = ["without history", "with data"] as const;
/** What is behind the name of a server whose members are in `MANY_CHANNELS`. */
const IN_MANY = "in 10 channels";
const MANY_CHANNELS = 10;
/** A checkout that has it speaks IRC. */
const IRC_SOURCE = "lib/protocol/irc.ts";
const RELAYS = [{ name: "C relay", mode: "coal" }, { name: "C relay log", mode: "log" }];

/** Names of all servers, in the order in which they run. */
export const SERVER_NAMES: readonly string[] = [
  "parlance",
  ...DIALECTS.map((dialect) => `parlance ${dialect}`),
  ...HISTORIES.map((history) => `parlance ${history}`),
  "parlance irc",
  `parlance irc ${IN_MANY}`,
  ...RELAYS.map(({ name }) => name),
  ...PEERS.map(({ name }) => name),
  ...PEERS.filter(({ proto }) => proto === "irc").map(({ name }) => `${name} ${IN_MANY}`),
];

/** A name as it is typed: small letters, dashes for spaces. */
export function slugOf(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, "-");
}

/** The servers with these names; `onMissing` is called for each that is not installed. */
export function listServers(
  names: readonly string[],
  checkouts: readonly Checkout[],
  onMissing: (name: string) => void,
): ComparedServer[] {
  const parlance = checkouts.flatMap((checkout) => listParlance(checkout, names, onMissing));
  const relays = RELAYS.filter(({ name }) => names.includes(name)).map(makeRelay);
  const peers = PEERS.flatMap((peer) => listPeer(peer, names, onMissing));
  return [...parlance, ...relays, ...peers];
}

/** The wanted ones of a checkout; IRC only where it has it. */
function listParlance(
  checkout: Checkout,
  names: readonly string[],
  onMissing: (name: string) => void,
): ComparedServer[] {
  const all = [
    makeParlance(checkout, "parlance", "", "cs168"),
    ...DIALECTS.map((dialect) => makeParlance(checkout, "dialect", ` ${dialect}`, slugOf(dialect))),
    ...HISTORIES.map((history) => makeParlance(checkout, "dialect", ` ${history}`, "cs168")),
    makeParlance(checkout, "irc", " irc", "irc"),
    makeParlance(checkout, "channels", ` irc ${IN_MANY}`, "irc"),
  ];
  const suffixOf = (server: ComparedServer) => server.name.slice(checkout.name.length);
  return all.filter((server) => names.includes(`parlance${suffixOf(server)}`)).filter((server) => {
    if (!server.proto.includes("irc") || isFile(`${checkout.path}/${IRC_SOURCE}`)) return true;
    onMissing(server.name);
    return false;
  });
}

/** The wanted ones of a peer: itself, and with its members in many channels. */
function listPeer(
  peer: Peer,
  names: readonly string[],
  onMissing: (name: string) => void,
): ComparedServer[] {
  const wanted = ["", ` ${IN_MANY}`].filter((suffix) => names.includes(peer.name + suffix));
  if (wanted.length === 0) return [];
  const program = findProgram(peer.program);
  if (program !== undefined) return wanted.map((suffix) => makePeer(peer, program, suffix));
  onMissing(peer.name);
  return [];
}

function makeParlance(
  checkout: Checkout,
  kind: Kind,
  suffix: string,
  proto: string,
): ComparedServer {
  return {
    name: checkout.name + suffix,
    kind,
    proto,
    channels: kind === "channels" ? MANY_CHANNELS : 1,
    start: (load, { children, folder }) => {
      const kept = suffix === " without history"
        ? ["--history=off"]
        : suffix === " with data"
        ? [`--data=${Deno.makeTempDirSync({ dir: folder, prefix: "data-" })}`]
        : [];
      return startAnnounced(children, parlanceCommand(checkout.path, load, kept));
    },
  };
}

function parlanceCommand(folder: string, load: NamedLoad, kept: readonly string[]): Command {
  const more = load.scenario === "idle" ? ["--max-per-ip=0", "--max-connections=20000"] : [];
  return serverCommand(folder, ["--host=127.0.0.1", "--rate=0", "--log=quiet", ...more, ...kept]);
}

/** Starts the server of the checkout in `folder`, with the same import map as this process has: JSR may be out of reach. */
export function serverCommand(folder: string, args: readonly string[]): Command {
  const isMapped = !import.meta.resolve("@std/cli/parse-args").startsWith("jsr:");
  const map = isMapped ? [`--import-map=${folder}/tools/npm_imports.json`] : [];
  const data = args.find((arg) => arg.startsWith("--data="))?.slice("--data=".length);
  const reads = data !== undefined || args.some((arg) => arg.startsWith("--tls-"));
  const files = [
    ...reads ? ["--allow-read"] : [],
    ...data === undefined ? [] : [`--allow-write=${data}`],
  ];
  const flags = ["--quiet", ...v8FlagsOf(folder), "--allow-net"];
  const options = ["run", ...flags, ...files, ...map];
  return { program: Deno.execPath(), args: [...options, `${folder}/server.ts`, ...args] };
}

/** The options of V8 with which the checkout in `folder` starts its server. */
function v8FlagsOf(folder: string): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${folder}/deno.json`));
  return /--v8-flags=\S+/.exec(tasks.start.command ?? tasks.start)?.slice(0, 1) ?? [];
}

function makeRelay({ name, mode }: { name: string; mode: string }): ComparedServer {
  return {
    name,
    kind: "relay",
    proto: "fixed",
    channels: 1,
    start: (_load, { children, programs }) =>
      startAnnounced(children, { program: programs.relay, args: ["0", mode] }),
  };
}

function makePeer(peer: Peer, program: string, suffix: string): ComparedServer {
  const isInMany = suffix !== "";
  return {
    name: peer.name + suffix,
    kind: isInMany ? "channels" : "peer",
    proto: peer.proto,
    channels: isInMany ? MANY_CHANNELS : 1,
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
    return { ...await announcedPorts(child, lines), pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
