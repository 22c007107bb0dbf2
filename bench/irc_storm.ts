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

import { connect, type Socket } from "node:net";
import { fromRoot, startServer } from "./server_process.ts";

const CHANNELS = 10;
const PER_ADDRESS = 10;
const END_OF_NAMES = / 366 /g;
/** Milliseconds after which the storm has failed. */
const PATIENCE_MS = 60_000;

const clients = Number(Deno.args[0] ?? 1000);
const server = await startServer([fromRoot("server.ts"), "--host=127.0.0.1", "--log=quiet"]);
try {
  const bystander = new Worker(import.meta.resolve("./irc_bystander.ts"), { type: "module" });
  const registered = told(bystander);
  bystander.postMessage(server.port);
  await registered;
  const begin = performance.now();
  const sockets = await Promise.all(
    Array.from({ length: clients }, (_, i) => comeBack(server.port, i)),
  );
  const lastMs = performance.now() - begin;
  const reported = told(bystander);
  bystander.postMessage("end");
  const answers = (await reported as number[]).sort((a, b) => a - b);
  bystander.terminate();
  const at = (share: number) => answers[Math.floor(share * (answers.length - 1))] ?? NaN;
  console.log(JSON.stringify({ clients, lastMs, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1) }));
  for (const socket of sockets) socket.destroy();
} finally {
  await server.stop();
}

/** What the bystander says next. */
function told(bystander: Worker): Promise<unknown> {
  return new Promise((resolve) => {
    bystander.onmessage = ({ data }) => resolve(data);
  });
}

/** Registers and joins; resolves when all names are there. */
function comeBack(port: number, index: number): Promise<Socket> {
  const network = Math.floor(index / PER_ADDRESS);
  const localAddress = `127.0.${1 + Math.floor(network / 250)}.${1 + (network % 250)}`;
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  const names = Array.from({ length: CHANNELS }, (_, i) => `#storm${(index + i) % 100}`);
  socket.write(`NICK storm${index}\r\nUSER storm 0 * :storm\r\nJOIN ${names.join(",")}\r\n`);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Client ${index} waits`)), PATIENCE_MS);
    let ends = 0;
    let rest = "";
    socket.on("error", reject);
    socket.on("data", (bytes) => {
      const text = rest + bytes.toString("latin1");
      const cut = text.lastIndexOf("\n") + 1;
      rest = text.slice(cut);
      ends += text.slice(0, cut).match(END_OF_NAMES)?.length ?? 0;
      if (ends < CHANNELS) return;
      clearTimeout(late);
      resolve(socket);
    });
  });
}
