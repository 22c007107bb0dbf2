/**
 * The line client with `--reconnect`, in a pipe: its server goes and comes back.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { quietPort } from "../support/port.ts";
import { Program } from "../support/process.ts";
import { TestServer } from "../support/server.ts";
import { within } from "../support/within.ts";

const WIPE = "\r    \r";

Deno.test("with --reconnect a cs168 client comes back to its channel, and sends what was typed meanwhile", async () => {
  const port = quietPort();
  await using first = new TestServer({}, undefined, undefined, {}, port);
  await using client = Program.client("--reconnect", "alice", "127.0.0.1", `${port}`);
  await client.prints("[Me] ");
  await client.types("/create tea\nhello\n");
  await client.prints("[Me] [Me] ");
  await first.log.find(/registered as "alice"/);
  await within("the server's stop", first.server.stop());
  await client.prints(
    `${WIPE}*** Not connected, trying again: the server closed the connection\n[Me] `,
  );
  await client.types("are you back?\n");
  await client.prints("[Me] ");
  await using second = new TestServer({}, undefined, undefined, {}, port);
  await client.prints(`${WIPE}*** Connected again\n[Me] `);
  await client.types("/list\n");
  await client.prints(`[Me] ${WIPE}tea\n[Me] `);
  await using bob = await second.enter("bob");
  await bob.sendFrame("/join tea");
  await client.prints(`${WIPE}bob has joined\n[Me] `);
  await client.types("hello bob\n");
  assertEquals(await bob.frames(1), ["[alice] hello bob"]);
  await client.prints("[Me] ");
  await client.endInput();
  await client.ends(0);
});

Deno.test("with --no-reconnect json16 ends when its server does, in a pipe as everywhere", async () => {
  const server = new TestServer();
  const args = ["--no-reconnect", "--protocol", "json16", "pat", "127.0.0.1", `${server.port}`];
  await using client = Program.client(...args);
  await client.prints("*** pat has joined the chat\n");
  const { port } = server;
  await within("the server's stop", server.server.stop());
  await client.ends(1, { stdout: `Server at 127.0.0.1:${port} has disconnected\n` });
});

Deno.test("with --reconnect a json16 client leaves its server and comes back at its user's wish", async () => {
  await using server = new TestServer();
  const args = ["--reconnect", "--protocol", "json16", "pat", "127.0.0.1", `${server.port}`];
  await using client = Program.client(...args);
  await client.prints("*** pat has joined the chat\n");
  await client.types("/disconnect\n");
  await client.prints(
    "*** Not connected any more: you have left the server\n*** /reconnect connects again\n",
  );
  await client.types("kept\n/reconnect\n");
  await client.prints("*** Connected again\n");
  await client.prints("*** pat has joined the chat\n");
  await client.prints("pat: kept\n");
  await client.endInput();
  await client.ends(0);
});
