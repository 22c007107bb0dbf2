/**
 * A scene for the picture of a foreign client: a real server, irssi on an emulated terminal, and beside it the
 * homework's client on another one. `script` of util-linux makes the terminals.
 *
 * @module
 */

import { Log } from "../lib/server/log.ts";
import { serve } from "../lib/server/serve.ts";
import { ProgramScreen } from "./program_screen.ts";
import type { Row } from "./terminal_svg.ts";

const IRSSI_COLUMNS = 70;
const HOMEWORK_COLUMNS = 30;
const ROWS = 15;
const LINE = "#7d8799";

/** Its own name and windows, nothing of the user's, and no pause between commands; the home goes with it. */
const IRSSI = `
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
cat > "$home/config" <<'END'
settings = {
  core = { real_name = "Ivy"; user_name = "ivy"; };
  "irc/core" = { cmd_queue_speed = "10msec"; };
  "fe-text" = { actlist_sort = "refnum"; };
};
END
TZ=UTC HOME=$home irssi --home="$home" -n ivy -c 127.0.0.1 -p`;

/** Whether the scene can be played. */
export function irssiIsInstalled(): boolean {
  const args = ["-c", "command -v irssi && command -v script"];
  return new Deno.Command("sh", { args, stdout: "null", stderr: "null" }).outputSync().success;
}

/** Plays the scene; resolves to both screens at its end. `options` lets a child process find its packages. */
export async function showIrssi(options: readonly string[]): Promise<Row[]> {
  const server = serve({ host: "127.0.0.1", port: 0, log: new Log("quiet", console.error) });
  const { port } = server.address;
  const run = [Deno.execPath(), "run", "--quiet", ...options, "--allow-net", "client.ts"].join(" ");
  const size = { columns: HOMEWORK_COLUMNS, rows: ROWS };
  const alice = new ProgramScreen(`exec ${run} --protocol cs168 alice 127.0.0.1 ${port}`, size);
  const ivy = new ProgramScreen(`${IRSSI} ${port}`, { columns: IRSSI_COLUMNS, rows: ROWS });
  try {
    await alice.shows("[Me]");
    await alice.enters("/create den");
    await alice.enters("/join den");
    await ivy.shows("+i");
    await ivy.enters("/join #den");
    await ivy.shows("synced");
    await alice.shows("ivy has joined");
    await ivy.enters("irssi here. Who are you?");
    await alice.shows("Who are");
    await alice.enters("Project 1 of CS 168");
    await ivy.shows("Project 1");
    await ivy.enters("/me applauds");
    await alice.shows("[ivy applauds]");
    await ivy.enters("/nick ivory");
    await alice.shows("ivory has joined");
    await alice.enters("200 bytes each");
    await ivy.shows("200 bytes");
    return beside(ivy.rows, alice.rows);
  } finally {
    await alice.close();
    await ivy.close();
    await server.stop();
  }
}

function beside(left: readonly Row[], right: readonly Row[]): Row[] {
  return left.map((row, i) => [...row, { text: " │ ", color: LINE }, ...(right[i] ?? [])]);
}
