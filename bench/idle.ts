/**
 * `deno task idle [CONNECTIONS]`: how much a server carries that nobody talks to. The server is a process
 * of its own; this one holds the idle connections, cs168 users in no channel, and beside them one busy
 * channel whose messages it times, with the idle ones and without.
 *
 * @module
 */

import { cs168Wire } from "../tests/support/wire/cs168.ts";
import { WireReader } from "../tests/support/wire/wire.ts";
import { Samples } from "./soak/measure.ts";
import { inTime, Link } from "./soak/link.ts";
import { ServerProcess } from "./soak/server_process.ts";

const USAGE = "Usage: deno task idle [CONNECTIONS]";
const DEFAULT_CONNECTIONS = 10_000;
const MOST_CONNECTIONS = 15_000;
/** Connections that are being made at once; more would overflow the system's queue. */
const AT_ONCE = 100;
/** In the busy channel. */
const MEMBERS = 100;
const MESSAGES = 1_000;
/** Milliseconds from one message to the next: 50 a second, what one person is admitted by default. */
const EVERY_MS = 20;
const MEBIBYTE = 1024 * 1024;
/** How long the server is left alone before its memory is looked at. */
const REST_MS = 3_000;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const [text = String(DEFAULT_CONNECTIONS), ...extra] = args;
  const count = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (extra.length > 0 || !(count >= 1 && count <= MOST_CONNECTIONS)) {
    console.error(USAGE);
    return 2;
  }
  const all = String(count + MEMBERS + 1);
  const server = await ServerProcess.start(
    ["--max-connections", all, "--max-per-ip", all, "--rate", "0"],
    (line) => console.error(`The server logged: ${line}`),
  );
  const idle: Link[] = [];
  try {
    console.log(`busy channel alone: ${await measureChannel(server)}`);
    await rest();
    const before = await server.memory();
    const rate = await connectAll(server, count, idle);
    await rest();
    const after = await server.memory();
    console.log(`${idle.length} idle connections, registered ${rate.toFixed(0)} a second`);
    console.log(
      `server's memory: ${(before / MEBIBYTE).toFixed(1)} MiB before, ` +
        `${(after / MEBIBYTE).toFixed(1)} MiB with them: ` +
        `${((after - before) / 1024 / idle.length).toFixed(1)} KiB each`,
    );
    console.log(`busy channel beside them: ${await measureChannel(server)}`);
    return 0;
  } finally {
    for (const link of idle) link.close();
    await server.kill();
  }
}

/** Connects and registers `count` users into `links`; returns how many a second. */
async function connectAll(server: ServerProcess, count: number, links: Link[]): Promise<number> {
  const start = performance.now();
  while (links.length < count) {
    const many = Math.min(AT_ONCE, count - links.length);
    const batch = Array.from({ length: many }, (_, i) => enter(server, `i${links.length + i}`));
    links.push(...await Promise.all(batch));
  }
  return count / ((performance.now() - start) / 1000);
}

/** Resolves when the server has answered: it has registered the user then. */
async function enter(
  server: ServerProcess,
  nick: string,
  requests: readonly string[] = [],
  onTold: (text: string) => void = () => {},
): Promise<Link> {
  const reader = new WireReader(cs168Wire);
  const answered = Promise.withResolvers<void>();
  const link = await Link.connect(server.port, (bytes) => {
    for (const text of reader.push(bytes)) {
      if (cs168Wire.isReply(text)) answered.resolve();
      else onTold(text);
    }
  });
  await link.send(cs168Wire.ask({ ask: "register", nick }));
  for (const text of requests) await link.send(cs168Wire.ask({ ask: "say", nick, text }));
  await link.send(cs168Wire.ask({ ask: "barrier" }));
  await inTime(`${nick} to be registered`, answered.promise);
  return link;
}

/** Times each message from its sending to each of its receivers. */
async function measureChannel(server: ServerProcess): Promise<string> {
  const delays = new Samples();
  const sentAt: number[] = [];
  const all = Promise.withResolvers<void>();
  const onTold = (text: string) => {
    const number = /^\[speaker\] (\d+)$/.exec(text)?.[1];
    if (number === undefined) return;
    delays.add(performance.now() - (sentAt[Number(number)] as number));
    if (delays.size === MESSAGES * MEMBERS) all.resolve();
  };
  const speaker = await enter(server, "speaker", ["/create busy", "/join busy"]);
  const members: Link[] = [];
  for (let i = 0; i < MEMBERS; i++) {
    members.push(await enter(server, `m${i}`, ["/join busy"], onTold));
  }
  for (let i = 0; i < MESSAGES; i++) {
    sentAt.push(performance.now());
    await speaker.send(cs168Wire.ask({ ask: "say", nick: "speaker", text: String(i) }));
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  await inTime("the last message", all.promise);
  for (const link of [...members, speaker]) link.close();
  const [p50, p99] = [0.5, 0.99].map((share) => delays.quantile(share).toFixed(2));
  return `${MESSAGES} messages to ${MEMBERS} members, p50 ${p50} ms, p99 ${p99} ms`;
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}
