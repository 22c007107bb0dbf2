/**
 * A restart: a thousand IRC clients come back at once, ten from each of a hundred addresses, and join ten
 * channels each, while a bystander asks for an answer every 10 ms. The server has its default limits.
 *
 *   deno run $(deno task -q std @std/streams) -A bench/irc_storm.ts [CLIENTS]
 *
 * Prints one line of JSON: until the last client had the names of all its channels, and what the
 * bystander waited for its answers.
 *
 * @module
 */

import { Beside, enter } from "./irc_beside.ts";
import { fromRoot, startServer } from "./server_process.ts";

const CHANNELS = 10;

const clients = Number(Deno.args[0] ?? 1000);
const server = await startServer([fromRoot("server.ts"), "--host=127.0.0.1", "--log=quiet"]);
try {
  const beside = await Beside.begin(server.port);
  const begin = performance.now();
  const sockets = await Promise.all(Array.from({ length: clients }, (_, i) => comeBack(i)));
  const lastMs = performance.now() - begin;
  console.log(JSON.stringify({ clients, lastMs, ...await beside.end() }));
  for (const socket of sockets) socket.destroy();
} finally {
  await server.stop();
}

/** Registers and joins; resolves when all names are there. */
function comeBack(index: number) {
  const names = Array.from({ length: CHANNELS }, (_, i) => `#storm${(index + i) % 100}`);
  const lines = [`JOIN ${names.join(",")}`];
  return enter(server.port, index, { nick: `storm${index}`, lines, end: "366", count: CHANNELS });
}
