/**
 * The client on a real terminal: typed text survives, and the terminal is given back on every way out.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { Peer } from "../support/cs168.ts";
import { Pty, ptyTest } from "../support/pty.ts";
import { TestServer } from "../support/server.ts";
import { Scroll } from "../support/emulator.ts";
import { within } from "../support/within.ts";

const RAW = / -icanon .* -echo /s;
const COLUMNS = 40;

/** A client on a terminal, at its first prompt, and the server's end of its connection. */
class Table implements AsyncDisposable {
  readonly pty: Pty;
  readonly server: Peer;
  readonly #before: string;

  private constructor(pty: Pty, server: Peer, before: string) {
    this.pty = pty;
    this.server = server;
    this.#before = before;
  }

  static async set(): Promise<Table> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const port = `${(listener.addr as Deno.NetAddr).port}`;
    const pty = await Pty.client({ args: ["alice", "127.0.0.1", port], columns: COLUMNS });
    try {
      const server = new Peer(await within("the client", listener.accept()));
      assertEquals(await server.frames(1), ["alice"]);
      await pty.reads("[Me] ");
      assertMatch(await pty.modes(), RAW);
      return new Table(pty, server, pty.modesBefore);
    } catch (error) {
      await pty[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What a person sees by now. */
  async picture(): Promise<string[]> {
    using screen = new Scroll(COLUMNS, 24, "graphemes", false);
    await screen.write(this.pty.output);
    return screen.picture;
  }

  /** Fails unless the client ends with this status and leaves the terminal as it was. */
  async leaves(status: number): Promise<void> {
    assertEquals(await this.pty.ends(), status);
    assertEquals(await this.pty.modes(), this.#before);
    assertStringIncludes(this.pty.output, "\x1b[?2004l");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pty[Symbol.asyncDispose]();
    this.server.close();
  }
}

ptyTest("pty: typed text survives an incoming line", async () => {
  await using table = await Table.set();
  const { pty, server } = table;
  await pty.types("hel");
  await pty.reads("hel");
  await server.sendFrame("[bob] hi");
  await pty.reads("[bob] hi\r\n[Me] hel");
  assertEquals(await table.picture(), ["[bob] hi", "[Me] hel▏"]);
  await pty.types("p\x7flo\x01H\x1b[3~\r");
  assertEquals(await server.frames(1), ["Hello"]);
  await pty.reads("\n[Me] ");
  assertEquals(await table.picture(), ["[bob] hi", "[Me] Hello", "[Me] ▏"]);
});

ptyTest("pty: a new size", async () => {
  await using table = await Table.set();
  const { pty, server } = table;
  await pty.types("some text of many words");
  await pty.reads("words");
  await pty.resize(60, 24);
  await pty.reads("\r\x1b[J[Me] some text of many words");
  await pty.types("\x01");
  await pty.reads("\r[Me] ");
  await server.sendFrame("[bob] hi");
  await pty.reads("[bob] hi\r\n");
  await pty.types("\x05!\r");
  assertEquals(await server.frames(1), ["some text of many words!"]);
});

ptyTest("pty: stopped, and continued", async () => {
  await using table = await Table.set();
  const { pty, server } = table;
  await pty.types("hel");
  await pty.reads("hel");
  pty.signal("SIGSTOP");
  // As a shell does when it gets its terminal back.
  await pty.cook();
  pty.signal("SIGCONT");
  await pty.reads("\x1b[?2004h\r\x1b[J[Me] hel");
  assertMatch(await pty.modes(), RAW);
  await pty.types("lo\r");
  assertEquals(await server.frames(1), ["hello"]);
  await pty.reads("\n[Me] ");
  await pty.types("\x04");
  await server.untilEnd();
  server.close();
  await table.leaves(0);
});

ptyTest("pty: Ctrl-D gives the terminal back", async () => {
  await using table = await Table.set();
  await table.pty.types("one\r\x04");
  assertEquals(await table.server.untilEnd(), ["one"]);
  table.server.close();
  await table.leaves(0);
  assertEquals((await table.picture()).slice(0, 3), ["[Me] one", "[Me]", "status 0"]);
});

ptyTest("pty: Ctrl-C gives the terminal back", async () => {
  await using table = await Table.set();
  await table.pty.types("half a line");
  await table.pty.reads("line");
  await table.pty.types("\x03");
  await table.leaves(0);
  assertEquals((await table.picture()).slice(0, 2), ["[Me] half a line", "status 0"]);
});

for (const signal of ["SIGTERM", "SIGHUP"] as const) {
  ptyTest(`pty: ${signal} gives the terminal back`, async () => {
    await using table = await Table.set();
    table.pty.signal(signal);
    await table.server.untilEnd();
    table.server.close();
    await table.leaves(0);
  });
}

ptyTest("pty: a server that is gone gives the terminal back, and the draft stays", async () => {
  await using table = await Table.set();
  await table.pty.types("half a line");
  await table.pty.reads("line");
  table.server.close();
  await table.pty.reads("\r\nServer at 127.0.0.1:");
  await table.pty.reads(/^\d+ has disconnected\r\n/);
  await table.leaves(1);
});

/** Ways out of a program that does not close its terminal. */
const FAULTS: readonly [string, string, number][] = [
  ["an error", `throw new Error("fault")`, 1],
  ["a rejection", `Promise.reject(new Error("fault")); await new Promise(() => {})`, 1],
  ["an exit", "Deno.exit(3)", 3],
];

for (const [what, code, status] of FAULTS) {
  ptyTest(`pty: ${what} gives the terminal back`, async () => {
    await using pty = await Pty.script(`
      import { TextWriter } from "./lib/cli/text_writer.ts";
      import { BRACKETED_PASTE, openTerminal } from "./lib/terminal/terminal.ts";
      const output = new TextWriter((bytes) => Deno.stdout.write(bytes));
      const terminal = openTerminal(output, [BRACKETED_PASTE]);
      output.write("ready\\n");
      for await (const _ of terminal.keys()) { ${code}; }
    `);
    await pty.reads("ready");
    assertNotEquals(await pty.modes(), pty.modesBefore);
    await pty.types("x");
    assertEquals(await pty.ends(), status);
    assertEquals(await pty.modes(), pty.modesBefore);
    assertStringIncludes(pty.output, "\x1b[?2004l");
  });
}

ptyTest("pty: a terminal that moves no cursor gets lines without escape sequences", async () => {
  await using server = new TestServer();
  const args = ["pat", `irc://127.0.0.1:${server.port}`];
  await using pty = await Pty.client({ args, env: { TERM: "dumb" } });
  await pty.reads("You are in lobby");
  await pty.types("hello\n");
  await pty.types("/names\n");
  await pty.reads("In lobby: pat");
  await pty.types("/q\n");
  assertEquals(await pty.ends(), 0);
  assert(!pty.output.includes("\x1b"), JSON.stringify(pty.output));
});

const UI_VARIABLES = [["NO_COLOR", "1"], ["ACCESSIBLE", "1"], ["TERM", "dumb"]] as const;

for (const [variable, value] of UI_VARIABLES) {
  ptyTest(`pty: with ${variable}=${value} the line client is the default`, async () => {
    await using server = new TestServer();
    const args = ["pat", `json16://127.0.0.1:${server.port}`];
    const env = { NO_COLOR: "", [variable]: value };
    await using pty = await Pty.client({ args, env });
    await pty.reads("pat has joined");
    assert(!pty.output.includes("\x1b[?1049h"));
    await pty.types("/q\r");
    assertEquals(await pty.ends(), 0);
  });
}

ptyTest("pty: without any of these the full screen is the default", async () => {
  await using server = new TestServer();
  const args = ["pat", `json16://127.0.0.1:${server.port}`];
  await using pty = await Pty.client({ args, env: { NO_COLOR: "" } });
  await pty.reads("\x1b[?1049h");
  await pty.types("/q\r");
  assertEquals(await pty.ends(), 0);
});
