/**
 * The servers that are attacked, each with its defaults: a checkout of Parlance, and
 * InspIRCd where it is installed.
 *
 * @module
 */

import { type Children, type Command, freePort } from "../compare/children.ts";
import { findProgram } from "../compare/peers.ts";
import { GENERATOR_CORE, SERVER_CORE } from "../compare/programs.ts";
import {
  type Checkout,
  serverCommand,
  startAnnounced,
  type StartedServer,
  startSilent,
} from "../compare/servers.ts";
import { tlsFlags } from "../tls_flags.ts";

/** The honest users' address. */
export const BYSTANDER_ADDRESS = "127.0.0.3";

const CONNECTIONS = 10_000;
const PER_ADDRESS = 5_000;

const BOTH_CORES = `${SERVER_CORE},${GENERATOR_CORE}`;

/** Real-time scheduling, at the lowest priority, in which a server starts. */
const REAL_TIME = ["-r", "1"];
/**
 * The priority of the server's main thread once it listens; `bystander.c` has a higher one. The
 * threads of its start keep the lower one: V8's main thread waits for those that collect garbage,
 * up to 200 ms where other work comes before them. Threads that are made later, such as one that
 * derives a key from a password, get no real-time priority (`-R`): with it, they would keep the
 * only core for 100 ms at a time.
 */
const MAIN_REAL_TIME = ["-R", "-r", "-p", "2"];

/** What a kind asks of Parlance; other servers do not have it. */
export interface TargetNeeds {
  /** Further flags. */
  readonly flags?: readonly string[];
  /** Whether it has a TLS port. */
  readonly tls?: boolean;
}

/** A server that can be attacked. */
export interface Target {
  /** As in the table. */
  readonly name: string;
  /** Whether it is attacked over IRC, and its honest users speak IRC. */
  readonly irc: boolean;
  /** Whether it is another project's, which is not held to the promises. */
  readonly isPeer?: true;
  /** Starts it; it listens on 127.0.0.1 when this resolves. `folder` is for its files. */
  start(children: Children, folder: string, needs?: TargetNeeds): Promise<StartedServer>;
}

/** A checkout of Parlance. It writes its log as always, to a null device. */
export function parlance({ name, path }: Checkout): Target {
  return {
    name,
    irc: false,
    async start(children, folder, { flags = [], tls = false } = {}) {
      const more = tls ? [...flags, ...await tlsFlags(folder)] : flags;
      const command = serverCommand(path, ["--host=127.0.0.1", ...more, "0"]);
      return preferMain(await startAnnounced(children, preferred(command), "null"));
    },
  };
}

/** The same checkout, attacked over IRC. */
export function parlanceOverIrc(checkout: Checkout): Target {
  const target = parlance(checkout);
  return { ...target, name: `${target.name} irc`, irc: true };
}

/** InspIRCd, or `undefined` when it is not installed. */
export function inspircd(): Target | undefined {
  const program = findProgram("inspircd");
  if (program === undefined) return undefined;
  return {
    name: "InspIRCd",
    irc: true,
    isPeer: true,
    async start(children, folder) {
      const port = freePort();
      const path = `${folder}/inspircd-defaults.conf`;
      await Deno.writeTextFile(path, inspircdConfig(port));
      const args = ["--config", path, "--nofork", "--nolog", "--nopid", "--runasroot"];
      return preferMain(await startSilent(children, preferred({ program, args }), port));
    },
  };
}

/**
 * InspIRCd's own defaults except for the number of connections of one address, which
 * would end most attacks at the third. The honest users have no flood control, because
 * they ask 160 times a second.
 */
function inspircdConfig(port: number): string {
  return `<config format="xml">
<server name="bench.localhost" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@bench.localhost">
<bind address="127.0.0.1" port="${port}" type="clients">
<connect name="honest" allow="${BYSTANDER_ADDRESS}" limit="${CONNECTIONS}" localmax="${PER_ADDRESS}"
         globalmax="${PER_ADDRESS}" maxconnwarn="no" fakelag="no" threshold="4000000" commandrate="4000000000"
         resolvehostnames="no" useident="no" timeout="60">
<connect name="all" allow="*" limit="${CONNECTIONS}" localmax="${PER_ADDRESS}" globalmax="${PER_ADDRESS}"
         maxconnwarn="no" resolvehostnames="no" useident="no" timeout="60">
<performance softlimit="${CONNECTIONS}">
`;
}

/**
 * Returns the command with real-time priority on its core, where the system allows it: other
 * work there would be measured as an answer that came late. (`nice` does not help against the
 * work of other sessions.)
 */
function preferred({ program, args }: Command): Command {
  return canPrefer()
    ? { program: "chrt", args: [...REAL_TIME, program, ...args] }
    : { program, args };
}

/**
 * Gives the main thread of `server` priority over its others, where the system allows it. The
 * others may run on both cores: while V8 waits for its helper threads, the main thread polls for
 * them without a pause, and on its core they would never run.
 */
async function preferMain(server: StartedServer): Promise<StartedServer> {
  if (!canPrefer()) return server;
  chrt(...MAIN_REAL_TIME, String(server.pid));
  for await (const { name } of Deno.readDir(`/proc/${server.pid}/task`)) {
    if (name !== String(server.pid)) run("taskset", ["-p", "-c", BOTH_CORES, name]);
  }
  return server;
}

/** Whether the system has real-time priority for this process. */
export function canPrefer(): boolean {
  return findProgram("chrt") !== undefined && chrt(...REAL_TIME, "true");
}

function chrt(...args: readonly string[]): boolean {
  return run("chrt", args);
}

function run(program: string, args: readonly string[]): boolean {
  return new Deno.Command(program, { args: [...args], stderr: "null" }).outputSync().success;
}
