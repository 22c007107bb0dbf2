/**
 * A server as a whole: where it listens, and what it logs.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Log } from "../../lib/server/log.ts";
import { listen, ListenError } from "../../lib/net/listen.ts";
import { serve, Server } from "../../lib/server/serve.ts";
import { Peer } from "../support/cs168.ts";
import { LogLines, TestServer } from "../support/server.ts";
import { within } from "../support/within.ts";

Deno.test("the description names the address, the port that was chosen, and the protocol", async () => {
  await using server = new TestServer();
  assert(server.port > 0);
  assertEquals(server.server.description, `127.0.0.1:${server.port} (cs168, chat1, json16, irc)`);
});

Deno.test("an address in use is an error in one line that names it", async () => {
  await using server = new TestServer();
  const error = assertThrows(() => listen("127.0.0.1", server.port), ListenError);
  const address = `127.0.0.1:${server.port}`;
  assertEquals(error.message, `Cannot listen on ${address}: the address is already in use`);
});

Deno.test("an address of another machine is an error in one line that names it", () => {
  const error = assertThrows(() => listen("192.0.2.1", 0), ListenError);
  const reason = "it is not an address of this machine";
  assertEquals(error.message, `Cannot listen on 192.0.2.1:0: ${reason}`);
});

Deno.test("an address that is none is an error in one line that names it", () => {
  const error = assertThrows(() => listen("no such host", 0), ListenError);
  assertMatch(error.message, /^Cannot listen on no such host:0: [^\n]+$/);
});

Deno.test("nothing that a user says is ever logged", async () => {
  const log = new LogLines();
  const debug = new Log("debug", log.sink);
  const server = serve({ host: "127.0.0.1", port: 0, log: debug });
  {
    await using alice = await Peer.enter(server.address.port, "alice");
    await alice.does("/create c");
    await alice.does("my secret");
  }
  await log.find(/#1 ended/);
  assert(log.count(/#1 say$/) === 1, "The command itself is in the debug log");
  assertEquals(log.count(/secret/), 0);
  await within("the stop", server.stop());
});

Deno.test("an error in accepting is logged and survived", async () => {
  const log = new LogLines();
  const real = listen("127.0.0.1", 0);
  let faults = 1;
  // As a listener behaves when the process has too many files open.
  const flaky = new Proxy(real, {
    get(target, key) {
      if (key === "accept" && faults-- > 0) {
        return () => Promise.reject(new Error("Too many open files"));
      }
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const options = { host: "127.0.0.1", port: 0, log: new Log("info", log.sink) };
  const server = new Server(flaky, options);
  await log.find(/error connection refused: cannot accept: Too many open files/);
  {
    await using alice = await Peer.enter(real.addr.port, "alice");
    await alice.does("/list");
  }
  await within("the stop", server.stop());
});
