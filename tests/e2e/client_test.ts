/**
 * The client as a process in a pipe, byte for byte, also with our own server.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { FarServer } from "../support/cs168.ts";
import { quietPort } from "../support/port.ts";
import { Program } from "../support/process.ts";

const HOST = "127.0.0.1";

/** A client process called alice, and the server's end of its connection; the name has arrived. */
async function startClient() {
  const ends = new AsyncDisposableStack();
  const far = ends.use(new FarServer());
  const client = ends.use(Program.client("alice", HOST, `${far.port}`));
  const server = ends.use(await far.accept());
  assertEquals(await server.frames(1), ["alice"]);
  return { client, server, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

Deno.test("a session from a pipe, byte for byte", async () => {
  await using both = await startClient();
  const { client, server } = both;
  await client.prints("[Me] ");
  await client.types("/create c\n");
  await client.prints("[Me] ");
  await client.types("hello\n\nthere\n");
  await client.prints("[Me] [Me] [Me] ");
  assertEquals(await server.frames(3), ["/create c", "hello", "there"]);
  await server.sendFrame("bob has joined");
  await client.prints("\r    \rbob has joined\n[Me] ");
  await server.sendFrame("[bob] \x1b[31mhi\x1b[0m");
  await client.prints("\r    \r[bob] hi\n[Me] ");
  await server.sendFrame("one\ntwo");
  await client.prints("\r    \rone\ntwo\n[Me] ");
  await client.types("last");
  await client.endInput();
  assertEquals(await server.untilEnd(), ["last"]);
  server.close();
  await client.ends(0, { stdout: "[Me] ", stderr: "" });
});

Deno.test("a server that does not answer is reported on standard output, why on standard error", async () => {
  const port = quietPort();
  await using client = Program.client("alice", "localhost", `${port}`);
  const stderr = "parlance-client: connection refused: nobody listens there\n";
  await client.ends(1, { stdout: `Unable to connect to localhost:${port}\n`, stderr });
});

Deno.test("a host that does not exist is reported in the same words", async () => {
  await using client = Program.client("alice", "host.invalid", "12345");
  const stderr = "parlance-client: unknown host\n";
  await client.ends(1, { stdout: "Unable to connect to host.invalid:12345\n", stderr });
});

Deno.test("a server that goes is reported with the host as it was typed, and the status is 1", async () => {
  await using far = new FarServer();
  await using client = Program.client("alice", "localhost", `${far.port}`);
  await client.prints("[Me] ");
  const server = await far.accept();
  assertEquals(await server.frames(1), ["alice"]);
  await server.sendFrame("bye");
  await client.prints("\r    \rbye\n[Me] ");
  server.close();
  const stdout = `\r    \rServer at localhost:${far.port} has disconnected\n`;
  await client.ends(1, { stdout, stderr: "" });
});

Deno.test("a client whose input is over from the start ends with status 0", async () => {
  await using both = await startClient();
  const { client, server } = both;
  await client.endInput();
  assertEquals(await server.untilEnd(), []);
  await client.ends(0, { stdout: "[Me] ", stderr: "" });
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} ends the connection in good order, and the status is 0`, async () => {
    await using both = await startClient();
    const { client, server } = both;
    await client.prints("[Me] ");
    await client.types("last\n");
    await client.prints("[Me] ");
    client.signal(signal);
    assertEquals(await server.untilEnd(), ["last"]);
    await client.ends(0, { stdout: "", stderr: "" });
  });
}

Deno.test("a name that no frame can carry is a wrong command line", async () => {
  await using client = Program.client("", HOST, "12345");
  const stderr = "parlance-client: Name must not be blank (see --help)\n";
  await client.ends(2, { stdout: "", stderr });
});

Deno.test("a wrong command line is one line on standard error, and the status is 2", async () => {
  await using client = Program.client("alice");
  const stderr =
    'parlance-client: Expected NAME HOST PORT or NAME ADDRESS, got "alice" alone, which is no SERVER: ' +
    "HOME is not set (see --help)\n";
  await client.ends(2, { stdout: "", stderr });
});

Deno.test("help goes to standard output", async () => {
  await using client = Program.client("--help");
  assertEquals(await client.printsLine(), "The Parlance chat client.");
});

Deno.test("version is the one of the package", async () => {
  await using client = Program.client("--version");
  await client.ends(0, { stdout: `parlance-client ${config.version}\n`, stderr: "" });
});

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
