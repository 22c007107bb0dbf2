/**
 * The real client on a real pseudo terminal, against a real server.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MEMORY_LIMITS, MemoryStore } from "../../lib/history/memory_store.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { makeCertificate } from "../support/certificate.ts";
import { Emulator } from "../support/emulator.ts";
import { Json16Peer } from "../support/json16.ts";
import { quietPort } from "../support/port.ts";
import { Pty, ptyTest } from "../support/pty.ts";
import { TestServer } from "../support/server.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { CA, LEAF, tlsPortWith, TlsTestServer } from "../support/tls.ts";
import { within } from "../support/within.ts";

const COLUMNS = 40, ROWS = 8;

/** The client on a terminal, as json16's users start it, and what they see. */
class Desk implements AsyncDisposable {
  private constructor(readonly server: TestServer, readonly pty: Pty) {}

  static async open(...options: string[]): Promise<Desk> {
    // It may come back.
    const server = new TestServer({}, undefined, undefined, {}, quietPort());
    // With NO_COLOR, the line client would be the default.
    const args = ["--ui", "tui", ...options, "pat", "127.0.0.1", `${server.port}`];
    return new Desk(server, await Pty.client({ args, columns: COLUMNS, rows: ROWS }));
  }

  /** json16, entered. */
  static async enter(): Promise<Desk> {
    const desk = await Desk.open("--protocol", "json16");
    await desk.pty.reads("*** In lobby: pat");
    await desk.pty.reads("\x1b[?2026l");
    return desk;
  }

  /** Waits until the last rows of the screen are `expected`. */
  async shows(...expected: string[]): Promise<void> {
    const wanted = JSON.stringify(expected);
    await this.pty.shows((screen) =>
      JSON.stringify(screen.pictureWithoutStatus.slice(-expected.length)) === wanted
    );
  }

  /** Waits for the end, and looks whether the terminal is as it was, but for `words` on its screen. */
  async ends(status: number, words = ""): Promise<void> {
    assertEquals(await this.pty.ends(), status);
    assertEquals(await this.pty.modes(), this.pty.modesBefore);
    const output = this.pty.output.replace(/status \d+\r\n$/, "");
    using emulator = new Emulator(COLUMNS, ROWS);
    await emulator.write(output);
    assertEquals(emulator.alternate, false);
    assertEquals(emulator.rows.join(""), words);
    for (const mode of ["1049", "2004"]) {
      assert(output.lastIndexOf(`\x1b[?${mode}l`) > output.lastIndexOf(`\x1b[?${mode}h`), mode);
    }
    for (const mode of ["7", "25"]) {
      assert(output.lastIndexOf(`\x1b[?${mode}h`) > output.lastIndexOf(`\x1b[?${mode}l`), mode);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pty[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

ptyTest("tui on a terminal: a conversation, and /q", async () => {
  await using desk = await Desk.enter();
  await desk.shows("*** pat has joined the chat", "*** In lobby: pat", "pat> ▏");
  await desk.pty.types("hello\r");
  await desk.shows("pat: hello", "pat> ▏");
  await desk.pty.types("/q\r");
  await desk.ends(0);
});

ptyTest("tui on a terminal: typing while lines come", async () => {
  await using desk = await Desk.enter();
  await using chris = await Json16Peer.enter(desk.server.port, "chris");
  for (let i = 1; i <= 40; i++) {
    await chris.says(`line ${i}`);
    await desk.pty.types(String.fromCharCode(0x60 + 1 + i % 26));
  }
  const typed = Array.from({ length: 40 }, (_, i) => String.fromCharCode(0x60 + 1 + (i + 1) % 26));
  const input = `pat> ${typed.join("")}`;
  await desk.shows("chris: line 40", input.slice(0, COLUMNS), `${input.slice(COLUMNS)}▏`);
  await desk.pty.types("\r");
  await desk.shows(`pat: ${typed.join("").slice(0, 35)}`, "     klmno", "pat> ▏");
  await desk.pty.types("\x03");
  await desk.ends(0);
});

ptyTest("tui on a terminal: Ctrl-C asks about a draft, and any other key goes on", async () => {
  await using desk = await Desk.enter();
  await desk.pty.types("half a li");
  await desk.shows("pat> half a li▏");
  await desk.pty.types("\x03");
  await desk.shows("-- Ctrl-C again quits, draft lost --", "pat> half a li▏");
  await desk.pty.types("ne");
  await desk.shows("*** In lobby: pat", "pat> half a line▏");
  await desk.pty.types("\x03");
  await desk.shows("-- Ctrl-C again quits, draft lost --", "pat> half a line▏");
  await desk.pty.types("\x15\x04");
  await desk.ends(0);
});

ptyTest("tui on a terminal: another size", async () => {
  await using desk = await Desk.enter();
  await desk.pty.types("the quick brown fox\r");
  await desk.shows("pat: the quick brown fox", "pat> ▏");
  await desk.pty.resize(20, 4);
  await desk.pty.reads("\x1b[4;1H");
  await desk.pty.reads("\x1b[?2026l");
  const all = desk.pty.output.length;
  await desk.pty.types("\x0c");
  const rows = ["pat: the quick brown", "     fox", "pat> ▏"];
  // A frame that was under way may end first.
  for (let seen = ""; seen !== rows.join("\n");) {
    await desk.pty.reads("\x1b[?2026l");
    using emulator = new Emulator(20, 4);
    await emulator.write(desk.pty.output.slice(all));
    seen = emulator.pictureWithoutStatus.slice(-3).join("\n");
  }
  await desk.pty.types("\x03");
  assertEquals(await desk.pty.ends(), 0);
});

ptyTest("tui on a terminal: Ctrl-D, SIGTERM, SIGHUP", async () => {
  for (const signal of [undefined, "SIGTERM", "SIGHUP"] as const) {
    await using desk = await Desk.enter();
    await desk.pty.types("half a li");
    await desk.shows("pat> half a li▏");
    if (signal === undefined) await desk.pty.types("\x15\x04");
    else desk.pty.signal(signal);
    await desk.ends(0);
  }
});

ptyTest("tui on a terminal: the server is gone", async () => {
  await using desk = await Desk.open("--no-reconnect", "--protocol", "json16");
  await desk.pty.reads("*** pat has joined the chat");
  const { port } = desk.server;
  await within("the server's stop", desk.server.server.stop());
  await desk.ends(1, `Server at 127.0.0.1:${port} has disconnected`);
});

ptyTest("tui on a terminal: the server comes back, and with it what was typed", async () => {
  await using desk = await Desk.enter();
  const { port } = desk.server;
  await desk.shows("*** In lobby: pat", "pat> ▏");
  await within("the server's stop", desk.server.server.stop());
  await desk.pty.reads("Not connected");
  await desk.pty.types("are you back?\rdraft");
  await desk.shows("… pat: are you back?", "pat> draft▏");
  await using server = new TestServer({}, undefined, undefined, {}, port);
  await server.log.find(/registered as "pat"/);
  await desk.shows("pat: are you back?", "*** In lobby: pat", "pat> draft▏");
  await desk.pty.types("\x03\x15\x04");
  await desk.ends(0);
});

ptyTest("tui on a terminal: the server says that it stops", async () => {
  await using desk = await Desk.open("--protocol", "chat1");
  await desk.server.log.find(/registered as "pat"/);
  await desk.shows("pat> ▏");
  await desk.pty.types("hello\r");
  await desk.shows("@pat: hello", "pat> ▏");
  const { port } = desk.server;
  await within("the server's stop", desk.server.server.stop());
  await desk.ends(0, `Server at 127.0.0.1:${port} has stopped`);
});

ptyTest("tui on a terminal: a name that is taken", async () => {
  await using desk = await Desk.open("--protocol", "chat1");
  await desk.server.log.find(/registered as "pat"/);
  await using other = await Pty.client({
    args: ["--ui", "tui", "pat", `chat://127.0.0.1:${desk.server.port}`],
  });
  await other.reads("\x1b[?1049l");
  await other.reads("401 Client already registered");
  assertEquals(await other.ends(), 1);
  await desk.pty.types("\x03");
  await desk.ends(0);
});

ptyTest("tui on a terminal: a crash gives it back", async () => {
  await using pty = await Pty.script(`
    import { TextWriter } from "./lib/cli/text_writer.ts";
    import { json16Look } from "./lib/client/json16_look.ts";
    import { runTui } from "./lib/tui/app.ts";
    const client = {
      send() {}, leave: () => Promise.resolve(true), close() {},
      async *[Symbol.asyncIterator]() {
        const chris = { nick: "chris", handle: "chris", home: "" };
        yield [{ type: "event", event: { type: "said", by: chris, channel: "", text: "hi" } }];
      },
    };
    const look = { ...json16Look, text() { throw new Error("Broken"); } };
    await runTui(client, new TextWriter((bytes) => Deno.stdout.write(bytes)), {
      look, nick: "pat", server: "", colors: true,
      lastWords: { stopped: "", lost: "" },
    });
  `);
  await pty.reads("\x1b[?1049h");
  await pty.reads("\x1b[?1049l");
  await pty.reads("Error: Broken");
  assertEquals(await pty.ends(), 1);
  assertEquals(await pty.modes(), pty.modesBefore);
});

ptyTest("tui on a terminal: the mouse is the terminal's, unless the user gives it", async () => {
  for (const options of [[], ["--mouse"]]) {
    await using desk = await Desk.open("--protocol", "json16", ...options);
    await desk.pty.reads("has joined");
    await desk.pty.types("\x03");
    await desk.ends(0);
    const { output } = desk.pty;
    const modes = ["\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l"];
    assertEquals(modes.map((mode) => output.includes(mode)), Array(2).fill(options.length > 0));
  }
});

const CTRL_HOME = "\x1b[1;5H", CTRL_END = "\x1b[1;5F", PAGE_UP = "\x1b[5~";

for (const protocol of ["json16", "irc"]) {
  ptyTest(
    `tui on a terminal: ${protocol} scrolls back to the very first line, and on from there`,
    async () => {
      const store = new MemoryStore({ ...MEMORY_LIMITS, rows: 1000 });
      await using server = new TestServer({ commandRate: 0 }, PROTOCOLS, store);
      await using chris = await Json16Peer.enter(server.port, "chris");
      for (let i = 1; i <= 250; i++) await chris.says(`line ${i}`);
      await chris.untilBarrier();
      const args = ["--ui", "tui", "--protocol", protocol, "pat", "127.0.0.1", `${server.port}`];
      await using pty = await Pty.client({ args, columns: COLUMNS, rows: ROWS });
      const shows = (line: number) => pty.shows(new RegExp(`^chris: line ${line}$`));
      await shows(250);
      for (const first of [151, 51]) {
        await pty.types(CTRL_HOME);
        await shows(first);
        await pty.types(PAGE_UP);
        await shows(first - 1);
      }
      await pty.types(CTRL_HOME);
      await pty.types(PAGE_UP);
      const top = (await pty.shows(/^-- beginning of the history/)).pictureWithoutStatus;
      assertEquals(top.slice(1, 4), ["chris: line 1", "chris: line 2", "chris: line 3"]);
      await pty.types(CTRL_END);
      await shows(250);
      await pty.types("\x03");
      assertEquals(await pty.ends(), 0);
    },
  );
}

const EXPIRED = makeCertificate({ issuer: CA, from: -90, until: -1 });

/** A server on `port` with a certificate. */
function serverWith(made: typeof LEAF, port: number): TlsTestServer {
  return new TlsTestServer({ tls: { host: "127.0.0.1", port, ...tlsPortWith(made) } });
}

ptyTest(
  "tui on a terminal: an expired certificate stops the client, says why, and /reconnect connects again",
  async () => {
    using folder = new TempFolder();
    const ca = folder.write("ca.pem", CA.cert);
    const tlsPort = quietPort();
    const first = serverWith(LEAF, tlsPort);
    const args = ["--ca", ca, "--ui", "tui", "pat", `json16s://127.0.0.1:${tlsPort}`];
    const grants = [`--allow-read=${ca}`];
    await using pty = await Pty.client({ args, grants, columns: 60, rows: 12 });
    await pty.shows(/In lobby: pat/);
    await within("the server's stop", first.server.stop());
    {
      await using _ = serverWith(EXPIRED, tlsPort);
      const { rows } = await pty.shows(/off: \/reconnect/);
      const text = rows.map((row) => row.trim()).join(" ");
      assertStringIncludes(text, "its certificate has expired; its operator must renew it");
      assertStringIncludes(text, "/reconnect connects again");
    }
    await using third = serverWith(LEAF, tlsPort);
    await pty.types("/reconnect\r");
    await third.log.find(/registered as "pat"/);
    await pty.shows(/Connected again/);
    await pty.types("\x03");
    assertEquals(await pty.ends(), 0);
  },
);
