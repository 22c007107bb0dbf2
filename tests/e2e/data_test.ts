/**
 * `--data DIR` of the real process: what is refused, what it may touch, and that a killed server leaves no lock.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { Place } from "../data/plan.ts";
import { IrcPeer } from "../support/irc.ts";
import { permissionsFor, startIn } from "../support/kept_server.ts";
import { ServerChild } from "../support/server_child.ts";

async function cloakOn(server: ServerChild): Promise<string> {
  await using peer = await IrcPeer.enter(server.port, "ann");
  await peer.says("WHOIS ann");
  for (let line; (line = await peer.reads()) !== "";) {
    if (line.includes(" 311 ")) return line.split(" ")[5] ?? "";
  }
  return "";
}

Deno.test("data: a second server on the same directory is refused in one line", async () => {
  using place = new Place();
  await using first = await startIn(place);
  const second = ServerChild.spawn(["--data", place.path], permissionsFor(place));
  assertEquals(await second.ends(), 1);
  assertEquals(second.log.lines, [
    `parlance-server: Cannot use the data directory "${place.path}": another server is using it`,
  ]);
  first.signal("SIGTERM");
  assertEquals(await first.ends(), 0);
});

Deno.test("data: after a crash the next server starts, and cloaks are the same", async () => {
  using place = new Place();
  let cloak: string;
  {
    await using server = await startIn(place);
    cloak = await cloakOn(server);
    server.signal("SIGKILL");
  }
  await using server = await startIn(place);
  assertEquals(await cloakOn(server), cloak);
  assertMatch(cloak, /\.ip$/);
});

Deno.test("data: what cannot be used ends the start with one line and status 1", async () => {
  using place = new Place();
  Deno.writeTextFileSync(place.file("parlance.db"), "x".repeat(5000), { mode: 0o600 });
  const server = ServerChild.spawn(["--data", place.path], permissionsFor(place));
  assertEquals(await server.ends(), 1);
  assertEquals(server.log.lines, [
    `parlance-server: Cannot use the database "${place.path}/parlance.db": ` +
    "it is damaged, or no database; put it aside",
  ]);
  assertEquals(Deno.readTextFileSync(place.file("parlance.db")), "x".repeat(5000));
});

Deno.test("data: without permission the line says which one is missing", async () => {
  using place = new Place();
  const server = ServerChild.spawn(["--data", place.path]);
  assertEquals(await server.ends(), 1);
  assertEquals(server.log.lines, [
    `parlance-server: Cannot use the data directory "${place.path}": ` +
    `deno run must be allowed to: --allow-read --allow-write=${place.path}`,
  ]);
});
