/**
 * A crowd: five thousand IRC users in one channel, ten from each address, while one more of them after the other comes,
 * joins, asks who is there with NAMES and WHO, and quits. A bystander in no channel asks for an answer every 10 ms.
 *
 *   deno run $(deno task -q std @std/streams) -A bench/irc_crowd.ts [MEMBERS] [VISITS]
 *
 * Prints one line of JSON: how long a visit took, and what the bystander waited for its answers. The clients run in
 * one process, and read all that the crowd receives.
 *
 * @module
 */

import type { Socket } from "node:net";
import { Beside, enter, numerics } from "./irc_beside.ts";
import { fromRoot, startServer } from "./server_process.ts";

/** Members that enter at the same time. */
const AT_ONCE = 50;

const members = Number(Deno.args[0] ?? 5000);
const visits = Number(Deno.args[1] ?? 50);
const server = await startServer([fromRoot("server.ts"), "--host=127.0.0.1", "--log=quiet"]);
const sockets: Socket[] = [];
try {
  while (sockets.length < members) {
    const count = Math.min(AT_ONCE, members - sockets.length);
    const entering = Array.from({ length: count }, (_, i) => join(sockets.length + i));
    sockets.push(...await Promise.all(entering));
  }
  const beside = await Beside.begin(server.port);
  const begin = performance.now();
  for (let i = 0; i < visits; i++) await visit(members + i);
  const visitMs = (performance.now() - begin) / visits;
  console.log(JSON.stringify({ members, visits, visitMs, ...await beside.end() }));
} finally {
  for (const socket of sockets) socket.destroy();
  await server.stop();
}

function join(index: number): Promise<Socket> {
  const nick = `crowd${index}`;
  return enter(server.port, index, { nick, lines: ["JOIN #crowd"], end: "366", count: 1 });
}

/** Joins, asks, and quits; resolves when the server has closed the connection. */
async function visit(index: number): Promise<void> {
  const socket = await join(index);
  const asked = numerics(socket, "315", 1);
  socket.write("NAMES #crowd\r\nWHO #crowd\r\n");
  await asked;
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write("QUIT :seen\r\n");
  await closed;
}
