/**
 * The server as a process: what it prints, how it ends.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { meet, Peer } from "../support/cs168.ts";
import { Program } from "../support/process.ts";

/** A server process on a free port of this machine. */
async function startServer(...args: string[]): Promise<Program> {
  const server = Program.server("--host", "127.0.0.1", ...args);
  const where = server.listens(await server.printsLine());
  assertMatch(where, /^127\.0\.0\.1:\d+ \(cs168, chat1, json16, irc\)$/);
  return server;
}

Deno.test("the server says where it listens in one line, and prints nothing else", async () => {
  await using server = await startServer();
  const { port } = server;
  await using alice = await Peer.enter(port, "alice");
  await using bob = await Peer.enter(port, "bob");
  await meet("c", alice, bob);
  await bob.does("hello");
  await alice.sees("[bob] hello");
  server.signal("SIGINT");
  await server.ends(0, { stdout: "" });
});

Deno.test("without a host the server listens on all addresses", async () => {
  await using server = Program.server();
  const where = server.listens(await server.printsLine());
  assertMatch(where, /^0\.0\.0\.0:\d+ \(cs168, chat1, json16, irc\)$/);
  await using alice = await Peer.enter(server.port, "alice");
  await alice.does("/list");
  assertMatch(await server.warnsLine(), / info started: /);
  assertMatch(await server.warnsLine(), / warning plain text on all addresses of this machine: /);
});

Deno.test("a quiet server logs nothing", async () => {
  await using server = await startServer("--log", "quiet");
  const { port } = server;
  await using alice = await Peer.enter(port, "alice");
  await alice.does("/list");
  server.signal("SIGTERM");
  await server.ends(0, { stdout: "", stderr: "" });
});

Deno.test("a wrong command line is one line on standard error, and the status is 2", async () => {
  await using server = Program.server("--nosuch");
  const stderr = 'parlance-server: Unknown option "--nosuch" (see --help)\n';
  await server.ends(2, { stdout: "", stderr });
});

Deno.test("help goes to standard output, and the status is 0", async () => {
  await using server = Program.server("--help");
  assertEquals(await server.printsLine(), "The Parlance chat server.");
  assertEquals(await server.printsLine(), "");
  assertStringIncludes(await server.printsLine(), "Usage: parlance-server [OPTIONS] [PORT]");
});

Deno.test("version is the one of the package", async () => {
  await using server = Program.server("--version");
  await server.ends(0, { stdout: `parlance-server ${config.version}\n`, stderr: "" });
});
