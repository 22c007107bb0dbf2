/**
 * Our own programs together: one server process, several client processes.
 *
 * @module
 */

import { Program } from "../support/process.ts";

/** What a client prints for one frame. */
function shown(text: string): string {
  return `\r    \r${text}\n[Me] `;
}

Deno.test("three clients hold a conversation, and see the server go", async () => {
  await using server = Program.server("--host", "127.0.0.1");
  server.listens(await server.printsLine());
  const { port } = server;
  const start = (name: string) => Program.client(name, "127.0.0.1", `${port}`);
  await using alice = start("alice");
  await using bob = start("bob");
  await using carol = start("carol of the hills");
  for (const client of [alice, bob, carol]) await client.prints("[Me] ");

  await alice.types("hello?\n");
  const outside = "Not currently in any channel. Must join a channel before sending messages.";
  await alice.prints("[Me] " + shown(outside));
  await alice.types("/create pub\n/list\n");
  await alice.prints("[Me] [Me] " + shown("pub"));
  await bob.types("/join pub\n");
  await bob.prints("[Me] ");
  await alice.prints(shown("bob has joined"));
  await carol.types("/join pub\n");
  await carol.prints("[Me] ");
  await alice.prints(shown("carol of the hills has joined"));
  await bob.prints(shown("carol of the hills has joined"));

  await carol.types("grüße an alle 🙂\n");
  await carol.prints("[Me] ");
  await alice.prints(shown("[carol of the hills] grüße an alle 🙂"));
  await bob.prints(shown("[carol of the hills] grüße an alle 🙂"));

  await bob.types("bye\n");
  await bob.endInput();
  await alice.prints(shown("[bob] bye") + shown("bob has left"));
  await carol.prints(shown("[bob] bye") + shown("bob has left"));
  await bob.ends(0, { stdout: "[Me] ", stderr: "" });

  server.signal("SIGTERM");
  const gone = `\r    \rServer at 127.0.0.1:${port} has disconnected\n`;
  await alice.ends(1, { stdout: gone, stderr: "" });
  await carol.ends(1, { stdout: gone, stderr: "" });
  await server.ends(0, { stdout: "" });
});
