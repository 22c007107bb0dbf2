/**
 * The servers that Parlance is compared with: where they are, how they are started, and their
 * configurations. Each gets the freedom that Parlance has with `--rate 0`: no limit of commands, no queue bound
 * that the load could reach, no look-ups of names, no log, nothing on disk.
 *
 * @module
 */

import type { Command } from "./children.ts";

/** Connections that a server must admit from one address. */
const CONNECTIONS = 4_000;

/** One program to compare with. */
export interface Peer {
  /** As in the tables. */
  readonly name: string;
  /** What the generator speaks with it. */
  readonly proto: string;
  /** Looked for in the search path, and in the folders of daemons behind it. */
  readonly program: string;
  /** Name of its configuration's file. */
  readonly file: string;
  /** What stands in that file. `folder` is one that it may write to. */
  config(port: number, folder: string): string;
  /** Its arguments when the configuration stands in `path`. */
  args(path: string): readonly string[];
}

const redis: Peer = {
  name: "Redis",
  proto: "redis",
  program: "redis-server",
  file: "redis.conf",
  // Publish and subscribe alone: no key is ever written, and nothing is saved.
  config: (port, folder) => `
bind 127.0.0.1
port ${port}
dir ${folder}
daemonize no
save ""
appendonly no
loglevel warning
logfile /dev/null
maxclients ${CONNECTIONS}
tcp-backlog 4096
client-output-buffer-limit pubsub 0 0 0
`,
  args: (path) => [path],
};

const nats: Peer = {
  name: "nats-server",
  proto: "nats",
  program: "nats-server",
  file: "nats.conf",
  // A slow consumer is closed at `max_pending` bytes, or when one write takes `write_deadline`.
  config: (port) => `
listen: "127.0.0.1:${port}"
log_file: "/dev/null"
max_connections: ${CONNECTIONS}
max_pending: 1073741824
write_deadline: "30s"
ping_interval: "1h"
`,
  args: (path) => ["--config", path],
};

const inspircd: Peer = {
  name: "InspIRCd",
  proto: "irc",
  program: "inspircd",
  file: "inspircd.conf",
  // A command costs 1,000 of `threshold` x 1,000, and `commandrate` is taken off each second: flood
  // control cannot be switched off, but this is 4 million commands a second, after a burst of as many.
  config: (port) => `
<config format="xml">
<server name="bench.localhost" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@bench.localhost">
<bind address="127.0.0.1" port="${port}" type="clients">
<connect name="bench" allow="*" limit="${CONNECTIONS}" localmax="${CONNECTIONS}"
         globalmax="${CONNECTIONS}" maxconnwarn="no" maxchans="20" timeout="60" pingfreq="1h"
         hardsendq="1G" softsendq="1G" recvq="64M" threshold="4000000" commandrate="4000000000"
         fakelag="no" resolvehostnames="no" useident="no">
<performance netbuffersize="65534" somaxconn="4096" softlimit="${CONNECTIONS}">
`,
  // It refuses to run as root without `--runasroot`; for any other user the option has no effect.
  args: (path) => ["--config", path, "--nofork", "--nolog", "--nopid", "--runasroot"],
};

const ngircd: Peer = {
  name: "ngircd",
  proto: "irc",
  program: "ngircd",
  file: "ngircd.conf",
  // `MaxPenaltyTime` is known since version 25. It reads 2 KiB of a sender at a time and keeps 32 KiB for
  // a reader; both are constants of its source.
  config: (port) => `
[Global]
Name = bench.localhost
Info = bench
AdminInfo1 = bench
AdminEMail = bench@bench.localhost
Listen = 127.0.0.1
Ports = ${port}
MotdPhrase = bench

[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 3600
PongTimeout = 3600

[Options]
DNS = no
Ident = no
PAM = no
`,
  args: (path) => ["--nodaemon", "--config", path],
};

/** All of them, in the order of the tables. */
export const PEERS: readonly Peer[] = [redis, nats, inspircd, ngircd];

/** Where distributions put daemons, which a user's search path often leaves out. */
const DAEMON_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The path of a program, or `undefined` when it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), ...DAEMON_FOLDERS];
  return folders.map((folder) => `${folder}/${name}`).find(isFile);
}

/** Writes the configuration of `peer` into `folder`; returns how it is started. */
export async function preparePeer(
  peer: Peer,
  program: string,
  port: number,
  folder: string,
): Promise<Command> {
  const path = `${folder}/${peer.file}`;
  await Deno.writeTextFile(path, peer.config(port, folder).trimStart());
  return { program, args: peer.args(path) };
}

/** Whether there is a file at `path`. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
