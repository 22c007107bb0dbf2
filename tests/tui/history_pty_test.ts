/**
 * Older lines on a real terminal, from a real server: the real client scrolls back to the very first line.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ChatClient } from "../../lib/client/chat_client.ts";
import { MEMORY_LIMITS, MemoryStore } from "../../lib/history/memory_store.ts";
import { json16 } from "../../lib/protocol/json16.ts";
import { PROTOCOLS } from "../../lib/protocol/registry.ts";
import { Pty, ptyTest } from "../support/pty.ts";
import { TestServer } from "../support/server.ts";

const COLUMNS = 40, ROWS = 8;
const CTRL_HOME = "\x1b[1;5H", CTRL_END = "\x1b[1;5F", PAGE_UP = "\x1b[5~";
const MESSAGES = 250;
const LIMITS = { commandRate: 0 };

/** chris says so many lines in the lobby. */
async function speak(port: number): Promise<void> {
  const options = { protocol: json16, nick: "chris", host: "127.0.0.1", port };
  const client = await ChatClient.connect(options);
  for (let i = 1; i <= MESSAGES; i++) await client.send({ type: "say", text: `line ${i}` });
  for await (const events of client) {
    if (events.some((event) => "text" in event && event.text === `line ${MESSAGES}`)) break;
  }
  client.close();
}

for (const protocol of ["json16", "irc"]) {
  ptyTest(
    `history on a terminal: ${protocol} scrolls back to the first line, and on from there`,
    async () => {
      await using server = new TestServer(
        LIMITS,
        PROTOCOLS,
        new MemoryStore({ ...MEMORY_LIMITS, rows: 1000 }),
      );
      await speak(server.port);
      const args = ["--ui", "tui", "--protocol", protocol, "pat", "127.0.0.1", `${server.port}`];
      await using pty = await Pty.client({ args, columns: COLUMNS, rows: ROWS });
      await pty.shows(/^chris: line 250$/);
      await pty.types(CTRL_HOME);
      await pty.shows(/^chris: line 151$/);
      await pty.types(PAGE_UP);
      await pty.shows(/^chris: line 150$/);
      await pty.types(CTRL_HOME);
      await pty.shows(/^chris: line 51$/);
      await pty.types(PAGE_UP);
      await pty.shows(/^chris: line 50$/);
      await pty.types(CTRL_HOME);
      await pty.types(PAGE_UP);
      const top = (await pty.shows(/^-- beginning of the history/)).pictureWithoutStatus;
      assertEquals(top.slice(1, 4), ["chris: line 1", "chris: line 2", "chris: line 3"]);
      await pty.types(CTRL_END);
      await pty.shows(/^chris: line 250$/);
      await pty.types("\x03");
      assertEquals(await pty.ends(), 0);
    },
  );
}
