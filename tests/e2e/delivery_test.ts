/**
 * What is piped into the client is delivered, or the exit status says that it was not: real processes, and
 * servers of every temper.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { FarServer, FRAME, frame, Peer } from "../support/cs168.ts";
import { Program } from "../support/process.ts";
import { listenResetting } from "../support/reset.ts";
import { ServerChild } from "../support/server_child.ts";

const LINES = 400;

const lines = Array.from({ length: LINES }, (_, i) => `line ${i}`);

Deno.test("400 lines piped into a throttled server arrive, while somebody else speaks", async () => {
  await using server = await ServerChild.start(["--rate", "100"]);
  await using bob = await Peer.enter(server.port, "bob");
  await bob.sendFrame("/create c");
  await using client = Program.client("alice", "127.0.0.1", `${server.port}`);
  await client.types(["/join c", ...lines].join("\n"));
  await client.endInput();
  assertEquals(await bob.frames(1), ["alice has joined"]);
  for (let heard = 0; heard < LINES;) {
    const [text] = await bob.frames(1);
    assertEquals(text, `[alice] line ${heard++}`);
    // The pauses in what the client receives are longer than half a second.
    if (heard % 75 === 0) await bob.sendFrame(`${heard} heard`);
  }
  assertEquals(await bob.frames(1), ["alice has left"]);
  assertEquals(await client.status(), 0);
});

Deno.test("a server that resets the connection instead of reading: status 1", async () => {
  await using far = await listenResetting();
  await using client = Program.client("alice", "127.0.0.1", `${far.port}`);
  await client.types(lines.join("\n"));
  await client.endInput();
  await client.prints("[Me] ".repeat(LINES + 1));
  await far.reset();
  // Whether it says "did not take everything" or "has disconnected" depends on what it sees first.
  assertEquals(await client.status(), 1);
});

Deno.test({
  name: "a client whose output is not read stops its server, and stays small",
  // The resident set of another process is read from /proc.
  ignore: Deno.build.os !== "linux",
}, async () => {
  const frames = new Uint8Array(500 * FRAME);
  for (let i = 0; i < 500; i++) frames.set(frame(`[bob] ${"x".repeat(150)}`), i * FRAME);
  await using far = new FarServer();
  await using client = Program.client("alice", "127.0.0.1", `${far.port}`);
  await client.prints("[Me] ");
  const server = await far.accept();
  assertEquals(await server.frames(1), ["alice"]);
  client.stopsReading();
  // Far more than sockets and pipes hold. A write that waits for so long waits for the reader.
  let sent = 0;
  let stopped = false;
  while (!stopped && sent < 4000) {
    const write = server.send(frames);
    stopped = await Promise.race([write.then(() => false), afterPause()]);
    sent++;
    if (stopped) {
      const resident = await client.peakMemory();
      assert(resident < 250e6, `The client has ${resident} bytes`);
      client.readsOn();
      await write;
    }
  }
  assert(stopped, `The client took ${sent * frames.length} bytes that nobody read`);
  server.close();
  for (let i = 0; i < sent * 500; i++) {
    await client.prints(`\r    \r[bob] ${"x".repeat(150)}\n[Me] `);
  }
  await client.ends(1, { stdout: `\r    \rServer at 127.0.0.1:${far.port} has disconnected\n` });
});

function afterPause(): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), 1500));
}
