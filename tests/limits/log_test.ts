/**
 * The log for operators: its two forms, one line for each event whatever is in it, the limit of
 * its rate, and a reader that has stopped or gone.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { Log, type LogOptions } from "../../lib/server/log.ts";
import { type LogDetails, logLine } from "../../lib/server/log_line.ts";
import { LogWriter } from "../../lib/server/log_writer.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { serve } from "../../lib/server/serve.ts";
import { FakeClock } from "../support/clock.ts";
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { Json16Peer, packet } from "../support/json16.ts";
import { LogLines, TestServer } from "../support/server.ts";
import { ServerChild } from "../support/server_child.ts";
import { settle, within } from "../support/within.ts";

const TIME = new Date(0);
const DETAILS: LogDetails = { connection: 7, peer: "192.0.2.1:5", protocol: "cs168" };

Deno.test("a line of text names the connection, the event, the reason, the peer and its protocol", () => {
  const line = (event: string, details: LogDetails) =>
    logLine("text", TIME, "info", event, details);
  const start = "1970-01-01T00:00:00.000Z info";
  const ended = `${start} #7 ended: closed by peer (192.0.2.1:5, cs168)`;
  assertEquals(line("ended", { ...DETAILS, reason: "closed by peer" }), ended);
  const registered = `${start} #7 registered as "al\\"ice" (192.0.2.1:5, cs168)`;
  assertEquals(line("registered", { ...DETAILS, nick: 'al"ice' }), registered);
  const left = `${start} #7 ended: closed by peer ("alice" from 192.0.2.1:5, cs168)`;
  assertEquals(line("ended", { ...DETAILS, nick: "alice", reason: "closed by peer" }), left);
  assertEquals(line("lines suppressed", { count: 3 }), `${start} 3 lines suppressed`);
});

Deno.test("a line of JSON has the same as members", () => {
  const details = { ...DETAILS, nick: 'al"ice', reason: "a fault\n    at x.ts:1" };
  assertEquals(JSON.parse(logLine("json", TIME, "error", "ended", details)), {
    time: "1970-01-01T00:00:00.000Z",
    level: "error",
    event: "ended",
    connection: 7,
    peer: "192.0.2.1:5",
    protocol: "cs168",
    nick: 'al"ice',
    reason: "a fault | at x.ts:1",
  });
});

Deno.test("whatever is in a line, it is one line without a control character", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\n", "\r\n", "\x9b", "\x1b[", "\u202e", "\u2067x"),
  );
  fc.assert(fc.property(text, text, fc.constantFrom("text", "json"), (nick, reason, format) => {
    const line = logLine(format as "text" | "json", TIME, "info", "ended", { nick, reason });
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(line), line);
    if (format === "json") assertEquals(JSON.parse(line).nick, nick);
  }));
});

/** Bytes of an `info` line whose event has five characters. */
const LINE_BYTES = "1970-01-01T00:00:00.000Z info hello\n".length;

/** A log that admits 3 lines of one kind at once and then 4 a second. */
function floodedLog(options: LogOptions = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const sink = (line: string) => void lines.push(line.replace(/^\S+ /, ""));
  const limit = { burst: 3 * LINE_BYTES - 1, rate: 4 * LINE_BYTES };
  const log = new Log("debug", sink, { limit, clock, ...options });
  return { clock, lines, log };
}

Deno.test("a flood of lines is cut to the rate, and once a second a line counts what was left out", () => {
  const { clock, lines, log } = floodedLog();
  for (let i = 0; i < 100; i++) log.info("hello");
  assertEquals(lines, ["info hello", "info hello", "info hello"]);
  clock.advance(1000);
  assertEquals(lines.splice(0).at(-1), "info 97 lines suppressed");
  for (let i = 0; i < 100; i++) log.info("later");
  clock.advance(1000);
  // The line that counts is paid for like any other.
  assertEquals(lines, ["info later", "info later", "info 98 lines suppressed"]);
  clock.advance(60_000);
  assertEquals([lines.length, clock.timers], [3, 0]);
});

Deno.test("a flood of one level leaves the others their lines", () => {
  const { lines, log } = floodedLog();
  for (let i = 0; i < 100; i++) log.info("registered");
  for (let i = 0; i < 100; i++) log.debug("say");
  log.error("fault in the server");
  assertEquals(lines.at(-1), "error fault in the server");
});

Deno.test("a flood keeps out neither the start and the end nor what the operator asked for", () => {
  const { lines, log } = floodedLog();
  for (let i = 0; i < 100; i++) log.info("hello");
  log.answer("status");
  log.milestone("stopped");
  assertEquals(lines.slice(3), ["info status", "info stopped"]);
});

Deno.test("the end counts what was left out until then", () => {
  const { clock, lines, log } = floodedLog();
  for (let i = 0; i < 5; i++) log.info("hello");
  log.close();
  assertEquals([lines.at(-1), clock.timers], ["info 2 lines suppressed", 0]);
  log.close();
  assertEquals(lines.length, 4);
});

Deno.test("lines that the sink cannot take are counted, and the count is logged when it can again", () => {
  const { clock, lines, log: _ } = floodedLog();
  let open = false;
  const sink = (line: string) => open && lines.push(line.replace(/^\S+ /, "")) > 0;
  const log = new Log("info", sink, { clock });
  for (let i = 0; i < 10; i++) log.info("lost");
  clock.advance(5000);
  assertEquals(lines, []);
  open = true;
  clock.advance(1000);
  assertEquals([lines, clock.timers], [["info 10 lines suppressed"], 0]);
});

Deno.test("a reader of the log that has stopped costs a bounded queue, and holds nothing up", async () => {
  const stuck = Promise.withResolvers<number>();
  let writes = 0;
  const writer = new LogWriter(() => (writes++, stuck.promise), 100);
  let taken = 0;
  for (let i = 0; i < 1000; i++) if (writer.sink("0123456789")) taken++;
  // Each with its newline.
  assertEquals([taken, writes], [9, 1]);
  await within("a flush that does not wait for ever", writer.flush(10));
  stuck.resolve(11);
  await settle();
});

Deno.test("a log that cannot be written does not throw, and goes on when it can be", async () => {
  let broken = true;
  let written = "";
  const writer = new LogWriter((bytes) => {
    if (broken) return Promise.reject(new Deno.errors.BrokenPipe("Broken pipe"));
    written += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  }, 100);
  assert(writer.sink("lost"));
  await writer.flush(1000);
  broken = false;
  assert(writer.sink("found"));
  await writer.flush(1000);
  assertEquals(written, "found\n");
});

Deno.test("nothing that a user says is logged at info, whatever protocol it is said in", async () => {
  const log = new LogLines();
  const info = new Log("info", log.sink);
  const server = serve({ host: "127.0.0.1", port: 0, log: info });
  const { port } = server.address;
  {
    await using chat1 = await Chat1Peer.enter(port, "bob");
    await using json16 = await Json16Peer.enter(port, "carol");
    await chat1.send("@bob: my secret\n");
    await json16.until("my secret");
    await json16.send(packet({ type: "dm", to: "bob", message: "a secret of two" }));
    await chat1.until("a secret of two");
    await json16.send(packet({ type: "secret" }));
    await json16.send(packet({ type: "emote", message: "keeps a secret" }));
    await chat1.until("keeps a secret");
  }
  await log.find(/#1 ended/);
  await log.find(/#2 ended/);
  await within("the stop", server.stop());
  assertEquals(log.count(/secret/), 0);
  assertEquals(log.count(/registered/), 2);
});

Deno.test("a registration that is refused names the name, quoted, and the reason", async () => {
  await using server = new TestServer();
  await using _alice = await Chat1Peer.enter(server.port, 'al"ice');
  await using second = await ByteStream.connect(server.port);
  await second.send('REGISTER al"ice CHAT/1.0\n');
  assertEquals(await second.untilEnd(), "401 Client already registered\n");
  await server.log.find(
    /info #2 registration refused: nick in use \("al\\"ice" from 127\.0\.0\.1:\d+, chat1\)$/,
  );
  await using third = await ByteStream.connect(server.port);
  await third.send("REGISTER two words CHAT/1.0\n");
  assertEquals(await third.untilEnd(), "400 Invalid registration\n");
  await server.log.find(/info #3 registration refused: invalid registration \(127/);
});

Deno.test("an end line names the nick that the connection had last", async () => {
  await using server = new TestServer();
  {
    await using peer = await Json16Peer.enter(server.port, "first");
    await peer.send(packet({ type: "hello", nick: "second" }));
    await peer.until('"join", "nick": "second"');
  }
  await server.log.find(
    /info #1 ended: closed by peer \("second" from 127\.0\.0\.1:\d+, json16\)$/,
  );
});

Deno.test("in JSON, who came and why they went are objects with the same id", async () => {
  await using child = await ServerChild.start(["--log-format", "json"]);
  {
    await using _alice = await Json16Peer.enter(child.port, "alice");
  }
  const registered = JSON.parse(await child.log.find(/"registered"/));
  const ended = JSON.parse(await child.log.find(/"ended"/));
  const { time, peer, ...rest } = registered;
  assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assertMatch(peer, /^127\.0\.0\.1:\d+$/);
  const common = { level: "info", connection: 1, protocol: "json16" };
  assertEquals(rest, { ...common, event: "registered", nick: "alice" });
  assertEquals(ended, {
    time: ended.time,
    peer,
    ...common,
    event: "ended",
    nick: "alice",
    reason: "closed by peer",
  });
});

Deno.test("a storm of connections leaves a bounded number of lines", async () => {
  // Without the limit of new connections, which is met first.
  await using child = await ServerChild.start(["--rate", "0"]);
  const begin = performance.now();
  for (let i = 0; i < 60; i++) {
    const peers = await Promise.all(
      Array.from({ length: 50 }, () => ByteStream.connect(child.port)),
    );
    for (const peer of peers) peer.close();
  }
  await child.log.find(/info \d+ lines suppressed/);
  const seconds = (performance.now() - begin) / 1000;
  const { logBurst, logRate } = DEFAULT_LIMITS;
  const most = logBurst + logRate * (seconds + 1) + 1000;
  const bytes = child.log.lines.reduce((sum, line) => sum + line.length + 1, 0);
  assert(bytes <= most, `There are ${bytes} bytes`);
});

Deno.test("a server whose standard error is closed serves all the same", async () => {
  await using child = await ServerChild.start(["--log", "debug"], { redirect: "2>&-" });
  await using alice = await Chat1Peer.enter(child.port, "alice");
  await using bob = await Chat1Peer.enter(child.port, "bob");
  await bob.send("@bob: hello\n");
  await alice.until("@bob: hello\n");
  child.signal("SIGTERM");
  assertEquals(await child.ends(), 0);
});

Deno.test("the last lines before the end are written", async () => {
  await using child = await ServerChild.start([]);
  await using _alice = await Json16Peer.enter(child.port, "alice");
  child.signal("SIGTERM");
  assertEquals(await child.ends(), 0);
  const events = child.log.lines.map((line) => line.replace(/^\S+ (.*?)(:| \().*$/, "$1"));
  assertEquals(events, [
    "info started",
    "info accounts and channels are kept in memory",
    'info #1 registered as "alice"',
    "info stopping",
    "info #1 ended",
    "info stopped",
  ]);
});

Deno.test("standard error that nobody reads does not stop the process", async () => {
  const code = `
    import { LogWriter } from "./lib/server/log_writer.ts";
    const writer = new LogWriter((bytes) => Deno.stderr.write(bytes), 1e6);
    for (let i = 0; i < 900; i++) writer.sink("x".repeat(1000));
    await writer.flush(50);
    console.log("alive");
    Deno.exit(0);
  `;
  const imports = import.meta.resolve("../../lib/server/log_writer.ts");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code.replace("./lib/server/log_writer.ts", imports)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  try {
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    assertEquals((await within("a sign of life", reader.read())).value, "alive\n");
    await reader.cancel();
    assertEquals((await within("its end", child.status)).code, 0);
  } finally {
    await child.stderr.cancel();
  }
});
