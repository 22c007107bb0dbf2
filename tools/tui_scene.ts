/**
 * A scene for the text UI's picture: a real server, a json16 user on an emulated terminal, and a user of
 * each other protocol to talk to.
 *
 * @module
 */

import xterm from "@xterm/headless";
import { ChatClient } from "../lib/client/chat_client.ts";
import { lookOf } from "../lib/client/looks.ts";
import { chat1 } from "../lib/protocol/chat1.ts";
import { cs168 } from "../lib/protocol/cs168.ts";
import { json16 } from "../lib/protocol/json16.ts";
import type { Protocol } from "../lib/protocol/protocol.ts";
import { Log } from "../lib/server/log.ts";
import { serve } from "../lib/server/serve.ts";
import type { Key } from "../lib/terminal/key.ts";
import type { Terminal } from "../lib/terminal/terminal.ts";
import { runTui } from "../lib/tui/app.ts";
import { rowsOf } from "./screen_rows.ts";
import type { Row } from "./terminal_svg.ts";

const COLUMNS = 74;
const ROWS = 15;
/** Plays the scene; resolves to what is on the screen at its end. */
export async function showTui(): Promise<Row[]> {
  const server = serve({ host: "127.0.0.1", port: 0, log: new Log("quiet", console.error) });
  const { port } = server.address;
  const screen = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  const join = (protocol: Protocol, nick: string) =>
    ChatClient.connect({ protocol, nick, host: "127.0.0.1", port });

  const keyboard = new TransformStream<readonly Key[], readonly Key[]>();
  const keys = keyboard.writable.getWriter();
  const types = (text: string) => keys.write([{ type: "text", text }]);
  const enters = () => keys.write([{ type: "key", name: "enter" }]);
  const shows = async (text: string) => {
    while (!rowsOf(screen).some((row) => row.map((cell) => cell.text).join("").includes(text))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  const carol = await join(json16, "carol");
  const output = { write: (text: string) => screen.write(text), flush: () => Promise.resolve() };
  const ended = runTui(carol, output, {
    look: lookOf(json16),
    echoed: true,
    nick: "carol",
    server: "json16 localhost:5000",
    colors: true,
    lastWords: { stopped: "", lost: "" },
    terminal: terminalOf(keyboard.readable, () => keys.close().catch(() => {})),
  });
  await shows("carol has joined");
  const bob = await join(chat1, "bob");
  await shows("bob has joined");
  const alice = await join(cs168, "alice");
  await alice.send({ type: "join", channel: "lobby" });
  await shows("alice has joined");
  await alice.send({ type: "say", text: "Good evening from 200-byte frames" });
  await shows("frames");
  await bob.send({
    type: "say",
    text:
      "Hello both. I send lines, and this one is long enough to show how the text UI wraps: at " +
      "spaces, with what follows below the text and not below the name",
  });
  await shows("below the name");
  await types("Mine are JSON. Do you see this?");
  await enters();
  await shows("carol: Mine are JSON");
  await alice.send({ type: "say", text: "All of it, [carol] in front" });
  await shows("in front");
  await types("/me nods");
  await enters();
  await shows("[carol nods]");
  await types("/names");
  await enters();
  await shows("In lobby");
  await types("and nobody's typing is dist");
  await shows("dist");
  const rows = rowsOf(screen);
  for (const client of [alice, bob]) client.close();
  await server.stop();
  await ended;
  return rows;
}

function terminalOf(keys: AsyncIterable<readonly Key[]>, close: () => Promise<void>): Terminal {
  return {
    size: () => ({ columns: COLUMNS, rows: ROWS }),
    keys: () => keys,
    onDisturbed() {},
    onInterrupt() {},
    close,
  };
}
