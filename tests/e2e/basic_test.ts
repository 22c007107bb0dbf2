/**
 * The basic pair as processes: one client after the other, one line each.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { quietPort } from "../support/port.ts";
import { Program } from "../support/process.ts";
import { Pty, ptyTest } from "../support/pty.ts";
import { within } from "../support/within.ts";

/** A server, and a line that tells where it listens. */
async function startServer(): Promise<Program> {
  const server = Program.server("--host", "127.0.0.1", "basic");
  assertMatch(server.listens(await server.warnsLine()), /^127\.0\.0\.1:\d+ \(basic\)$/);
  return server;
}

function connect(port: number): Promise<Deno.TcpConn> {
  return within("a connection", Deno.connect({ hostname: "127.0.0.1", port }));
}

async function send(conn: Deno.TcpConn, text: string): Promise<void> {
  await within("a write", conn.write(new TextEncoder().encode(text)));
}

Deno.test("the server prints the line of each client, and a newline", async () => {
  await using server = await startServer();
  const { port } = server;
  for (const line of ["hello", "grüße 漢🙂", "with  spaces ", ""]) {
    await using client = Program.client("basic", "127.0.0.1", `${port}`);
    await client.types(`${line}\nnot this line\n`);
    await client.ends(0, { stdout: "", stderr: "" });
    await server.prints(`${line}\n`);
  }
});

Deno.test("a line without a newline is sent at the end of input", async () => {
  await using server = await startServer();
  const { port } = server;
  await using client = Program.client("basic", "127.0.0.1", `${port}`);
  await client.types("unfinished");
  await client.endInput();
  await client.ends(0, { stdout: "", stderr: "" });
  await server.prints("unfinished\n");
});

Deno.test("a client without a server says so, and its status is 1", async () => {
  const port = quietPort();
  await using client = Program.client("basic", "localhost", `${port}`);
  await client.types("hello\n");
  const stderr = "parlance-client: connection refused: nobody listens there\n";
  await client.ends(1, { stdout: `Unable to connect to localhost:${port}\n`, stderr });
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`at ${signal} the server ends with status 0`, async () => {
    await using server = await startServer();
    const { port } = server;
    using waiting = await connect(port);
    server.signal(signal);
    await server.ends(0, { stdout: "" });
    const ended = await within("the end", waiting.read(new Uint8Array(1)).catch(() => null));
    assertEquals(ended, null);
  });
}

/** Colours, a window title, the clipboard, 8-bit controls in both forms, a line that is drawn over. */
const ESCAPES =
  "a\x1b[31mb\x1b]0;title\x07c\x1b]52;c;AAAA\x1b\\d\u009b2Je\rf\x08g\x7fh\u202ei\r\nj\tk 漢";

ptyTest(
  "on a terminal a message shows its control characters, and the terminal obeys none",
  async () => {
    await using pty = await Pty.server({ args: ["--host", "127.0.0.1", "basic"] });
    const port = Number((await pty.reads(/Listening on 127\.0\.0\.1:(\d+) \(basic\)\r\n/))[1]);
    {
      using client = await connect(port);
      await send(client, ESCAPES);
      // An 8-bit control that is no UTF-8.
      await client.write(new Uint8Array([0x9b, 0x32, 0x4a]));
    }
    const shown =
      "a^[[31mb^[]0;title^Gc^[]52;c;AAAA^[\\d<U+009B>2Je^Mf^Hg^?h<U+202E>i\r\nj\tk 漢\ufffd2J";
    await pty.reads(`${shown}\r\n`);
    pty.signal("SIGHUP");
    assertEquals(await pty.ends(), 0);
  },
);

Deno.test("in a pipe a message is printed byte for byte", async () => {
  await using server = await startServer();
  const { port } = server;
  {
    using client = await connect(port);
    await send(client, ESCAPES);
  }
  await server.prints(`${ESCAPES}\n`);
});
