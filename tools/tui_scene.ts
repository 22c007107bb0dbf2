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
import type { Cell, Row } from "./terminal_svg.ts";

const COLUMNS = 74;
const ROWS = 15;
const TEXT = "#d5dae3";
const DIM = "#7d8799";
/** The terminal's sixteen colours. */
const PALETTE = [
  ["#1b1f27", "#e06c75", "#98c379", "#d8b06a", "#61afef", "#c678dd", "#56b6c2", "#d5dae3"],
  ["#7d8799", "#ff8b94", "#b5e890", "#ffd68a", "#8fc7ff", "#e2a0f5", "#7fdbe6", "#ffffff"],
].flat();

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
    close,
  };
}

/** The screen, cell by cell; a run of one colour is one. */
function rowsOf(screen: xterm.Terminal): Row[] {
  const buffer = screen.buffer.active;
  return Array.from({ length: ROWS }, (_, y) => {
    const line = buffer.getLine(buffer.baseY + y);
    const cells: Cell[] = [];
    for (let x = 0; x < COLUMNS; x++) {
      const cell = line?.getCell(x);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const color = cell.isDim() ? DIM : cell.isFgPalette() ? PALETTE[cell.getFgColor()] : TEXT;
      const isCursor = y === buffer.cursorY && x === buffer.cursorX;
      const text = isCursor ? "\u2588" : cell.getChars() || " ";
      const last = cells.at(-1);
      if (last !== undefined && last.color === color) {
        cells[cells.length - 1] = { text: last.text + text, color };
      } else cells.push({ text, color: color ?? TEXT });
    }
    return cells;
  });
}
