/**
 * The server as a process in trouble: too many open files, a port that is taken, signals, a restart.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ByteStream } from "../support/byte_stream.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { frame, Peer } from "../support/cs168.ts";
import { Haste, hastily } from "../support/haste.ts";
import { Json16Peer, packet } from "../support/json16.ts";
import { quietPort } from "../support/port.ts";
import { resetBeforeAccept } from "../support/reset.ts";
import { ServerChild } from "../support/server_child.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { CA, dialTls, LEAF } from "../support/tls.ts";
import { within } from "../support/within.ts";

/** Open files that a process gets: enough to start, not enough for many connections. */
const FILES = 64;

Deno.test("too many open files: connected users go on, it is logged once a second, and later one can come in", async () => {
  await using child = await ServerChild.start([], { before: `ulimit -n ${FILES}` });
  await using alice = await Json16Peer.enter(child.port, "alice");
  const crowd: ByteStream[] = [];
  const begin = performance.now();
  try {
    // The system completes these connections, whether the server can accept them or not.
    for (let i = 0; i < FILES; i++) crowd.push(await ByteStream.connect(child.port));
    await child.log.find(/error connection refused: cannot accept: .*[Tt]oo many open files/);
    await alice.send(packet({ type: "chat", message: "still here" }));
    await alice.until("still here");
    // The second line comes with the next second, and says how often it was tried meanwhile.
    const line = await child.log.find(/error \d+ more connections refused: cannot accept: /);
    const tries = Number(/error (\d+) more/.exec(line)?.[1]);
    assertMatch(
      line,
      /; \d+ connections are open and --max-connections is 10000: raise the limit/,
    );
    assert(tries <= 20, `It was tried ${tries} times in a second, so the processor had no rest`);
  } finally {
    for (const peer of crowd) peer.close();
  }
  await using bob = await Json16Peer.enter(child.port, "bob");
  await alice.until('"join", "nick": "bob"');
  await bob.send(packet({ type: "chat", message: "there is room" }));
  await alice.until("there is room");
  const seconds = (performance.now() - begin) / 1000;
  const lines = child.log.count(/cannot accept/);
  assert(lines <= seconds + 1, `${lines} lines in ${seconds} s`);
});

/** A server with a TLS port that gets so many open files. */
async function tlsServer(folder: TempFolder, files: number): Promise<ServerChild> {
  const cert = folder.write("cert.pem", LEAF.cert + LEAF.key);
  return await ServerChild.start(
    ["--tls-port=0", `--tls-cert=${cert}`, `--tls-key=${cert}`, "0"],
    { before: `ulimit -n ${files}`, allow: [`--allow-read=${cert}`] },
  );
}

Deno.test("too many open files on the TLS port: users go on, it is logged, and later one can come in, again and again", async () => {
  using folder = new TempFolder();
  await using child = await tlsServer(folder, FILES);
  await using alice = new ByteStream(await dialTls(child.tlsPort));
  await alice.send("REGISTER alice CHAT/1.0\n");
  await alice.until("200 Registration successful\n");
  for (let round = 1; round <= 3; round++) {
    const crowd: ByteStream[] = [];
    try {
      for (let i = 0; i < FILES; i++) crowd.push(await ByteStream.connect(child.tlsPort));
      await child.log.find(/error .*refused: cannot accept: .*(?:EMFILE|[Tt]oo many open files)/);
      await alice.send(`@alice: still here ${round}\n`);
    } finally {
      for (const peer of crowd) peer.close();
    }
    await using bob = new ByteStream(await dialTls(child.tlsPort));
    await bob.send(`REGISTER bob${round} CHAT/1.0\n`);
    await bob.until("200 Registration successful\n");
    await bob.send(`@bob${round}: there is room\n`);
    await alice.until(`@bob${round}: there is room\n`);
  }
});

Deno.test("too many open files for users in plain text: who waits at the TLS port comes in later", async () => {
  using folder = new TempFolder();
  await using child = await tlsServer(folder, FILES);
  const crowd: ByteStream[] = [];
  // The last file is taken on one port, and missing on the other.
  for (let i = 0; i < FILES; i++) crowd.push(await ByteStream.connect(child.port));
  await child.log.find(/error connection refused: cannot accept: .*[Tt]oo many open files/);
  const waiting = await ByteStream.dial(child.tlsPort);
  await child.log.find(/error \d+ more connections refused: cannot accept: /);
  for (const peer of crowd) peer.close();
  const tls = await Deno.startTls(waiting, { hostname: "localhost", caCerts: [CA.cert] });
  await within("a handshake", tls.handshake());
  await using bob = new ByteStream(tls);
  await bob.send("REGISTER bob CHAT/1.0\n");
  await bob.until("200 Registration successful\n");
});

Deno.test("a TLS port that is taken is one line on standard error, and the status is 1", async () => {
  using folder = new TempFolder();
  await using first = await ServerChild.start([]);
  const cert = folder.write("cert.pem", LEAF.cert + LEAF.key);
  const settings = [`--tls-port=${first.port}`, `--tls-cert=${cert}`, `--tls-key=${cert}`, "0"];
  await using second = ServerChild.spawn(settings, { allow: [`--allow-read=${cert}`] });
  assertEquals(await second.ends(), 1);
  const address = `127.0.0.1:${first.port}`;
  const line = `parlance-server: Cannot listen on ${address}: the address is already in use`;
  assertEquals([second.log.lines, second.output], [[line], ""]);
});

Deno.test("a port that is taken is one line on standard error, and the status is 1", async () => {
  await using first = await ServerChild.start([]);
  await using second = ServerChild.spawn([String(first.port)]);
  assertEquals(await second.ends(), 1);
  const address = `127.0.0.1:${first.port}`;
  const line = `parlance-server: Cannot listen on ${address}: the address is already in use`;
  assertEquals([second.log.lines, second.output], [[line], ""]);
  await using _alice = await Json16Peer.enter(first.port, "alice");
});

/** In json16, because a sender receives its own messages: when the last is back, the server has accepted all. */
async function sayAll(speaker: ByteStream, count: number): Promise<void> {
  const packets = Array.from({ length: count }, (_, i) => {
    return packet({ type: "chat", message: `message ${i} of ${"x".repeat(200)}` });
  });
  for (const packet of packets) await speaker.send(packet);
  await speaker.until(`message ${count - 1} of `);
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  Deno.test(`what was accepted before ${signal} reaches every reader, in every protocol`, () =>
    hastily(async (haste) => {
      await using child = await ServerChild.start(["--rate", "0"]);
      await using alice = await Json16Peer.enter(child.port, "alice");
      await using bob = await Chat1Peer.enter(child.port, "bob");
      await using carol = (await Peer.enter(child.port, "carol")).bytes;
      await carol.send(frame("/join lobby"));
      await alice.until('"nick": "carol"}');
      const count = 3000;
      await sayAll(alice, count);
      child.signal(signal);
      // Only now do the others begin to read; it waits two seconds for them.
      const heard = await haste.within(1900, Promise.all([bob.untilEnd(), carol.untilEnd()]));
      for (const text of heard) {
        const numbers = [...text.matchAll(/message (\d+) of /g)].map(([, number]) =>
          Number(number)
        );
        assertEquals(numbers, Array.from({ length: count }, (_, i) => i));
      }
      assert(heard[0]?.endsWith("\nDISCONNECT CHAT/1.0\n"), "chat1 has no farewell");
      for (const peer of [alice, bob, carol]) peer.close();
      assertEquals(await child.ends(), 0);
    }));
}

/** Lets `ms` milliseconds of real time pass: another process has no other clock. */
function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function expectReadFirst(stopMs: number, haste: Haste): Promise<void> {
  await using child = await ServerChild.start(["--register-timeout", "2.5"]);
  await using bob = await haste.within(2300, Chat1Peer.enter(child.port, "bob"));
  await using peers = new AsyncDisposableStack();
  const [mute, alice] = await haste.within(
    2300,
    (async () => {
      const mute = peers.use(await ByteStream.connect(child.port));
      const alice = peers.use(await ByteStream.connect(child.port));
      // Somebody has come in behind them, so their time has begun.
      peers.use(await Chat1Peer.enter(child.port, "carol"));
      child.signal("SIGSTOP");
      return [mute, alice];
    })(),
  );
  await alice.send("REGISTER alice CHAT/1.0\n");
  await pass(stopMs);
  child.signal("SIGCONT");
  await alice.until("200 Registration successful\n");
  await alice.send("@alice: still here\n");
  await bob.until("@alice: still here\n");
  // The deadline still holds for a connection that sent nothing.
  assertEquals(await mute.untilEnd(), "");
  await child.log.find(/#2 ended: not registered/);
  assertEquals(child.log.count(/#\d+ ended/), 1);
}

Deno.test("after a short SIGSTOP what had arrived is read before a deadline fires", () =>
  hastily((haste) => expectReadFirst(2600, haste)));

Deno.test("after a long SIGSTOP what had arrived is read before a deadline fires", () =>
  hastily((haste) => expectReadFirst(5000, haste)));

Deno.test("after SIGSTOP and SIGCONT a line that came in two parts is still one message", async () => {
  await using child = await ServerChild.start([]);
  await using bob = await Chat1Peer.enter(child.port, "bob");
  let count = 0;
  for (let i = 0; i < 5; i++) {
    await hastily(async (haste) => {
      const name = `alice${++count}`;
      await using alice = await Chat1Peer.enter(child.port, name);
      const beginAndStop = async () => {
        await alice.send(`@${name}: ${i} one `);
        await pass(30);
        child.signal("SIGSTOP");
      };
      await haste.within(90, beginAndStop());
      await alice.send("message\n");
      await pass(75 + 10 * i);
      child.signal("SIGCONT");
      assertEquals(await bob.until(" message\n"), `@${name}: ${i} one`);
    });
  }
});

Deno.test("400 connections reset before they were accepted do not keep the next one waiting", async () => {
  await using child = await ServerChild.start([]);
  child.signal("SIGSTOP");
  await resetBeforeAccept(child.port, 400);
  const begin = performance.now();
  child.signal("SIGCONT");
  await using _alice = await Json16Peer.enter(child.port, "alice");
  await child.log.find(/info connection lost: gone before it was accepted: /);
  const lost = /info (\d+) more connections? lost: gone before it was accepted: /;
  // One line a second, in which a slow machine does not come to the end of them.
  const count = () =>
    child.log.lines.reduce((sum, line) => sum + Number(lost.exec(line)?.[1] ?? 0), 1);
  await child.log.until("most of 400 lost connections", () => count() >= 300);
  const seconds = (performance.now() - begin) / 1000;
  const lines = child.log.count(/connections? lost/);
  assert(lines <= seconds + 1, `${lines} lines in ${seconds} s`);
  // Only this would have made it pause.
  assertEquals(child.log.count(/cannot accept/), 0);
});

/** A server with a reader that has stopped, so that bytes wait which nobody will ever take. */
async function stalledServer(): Promise<
  { child: ServerChild; alice: ByteStream; stalled: ByteStream }
> {
  const child = await ServerChild.start(["--rate", "0", "--outbox", "64M"]);
  const alice = (await Peer.enter(child.port, "alice")).bytes;
  const stalled = (await Peer.enter(child.port, "stalled")).bytes;
  await alice.send(frame("/create c"));
  await stalled.send(frame("/join c"));
  await alice.until("stalled has joined");
  const burst = new Uint8Array(200_000);
  for (let i = 0; i < 1000; i++) burst.set(frame("x"), i * 200);
  for (let i = 0; i < 60; i++) await alice.send(burst);
  await alice.send(frame("/barrier"));
  await alice.until("/barrier is not a valid");
  return { child, alice, stalled };
}

Deno.test("a reader that has stopped holds the end up for two seconds at most", async () => {
  const { child, alice, stalled } = await stalledServer();
  await using _child = child, _alice = alice, _stalled = stalled;
  const begin = performance.now();
  child.signal("SIGTERM");
  assertEquals(await child.ends(), 0);
  const took = performance.now() - begin;
  assert(took >= 1900, `It took ${took} ms, so nothing was waiting`);
  await child.log.find(/#2 ended: did not read in time before the server stopped/);
});

for (const [signal, status] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
  Deno.test(`a second ${signal} ends it at once, with status ${status}`, () =>
    hastily(async (haste) => {
      const { child, alice, stalled } = await stalledServer();
      await using _child = child, _alice = alice, _stalled = stalled;
      const stopTwice = async () => {
        child.signal("SIGTERM");
        await child.log.find(/info stopping/);
        // A signal that follows at once is taken for the echo of the first, by the clock of that process.
        await pass(600);
        child.signal(signal);
        return await child.ends();
      };
      // By itself it ends after two seconds.
      assertEquals(await haste.within(1900, stopTwice()), status);
      assertEquals(child.log.count(/did not read in time|info stopped/), 0);
    }));
}

Deno.test("a second SIGHUP has no effect: a terminal that closes makes two of them", async () => {
  const { child, alice, stalled } = await stalledServer();
  await using _child = child, _alice = alice, _stalled = stalled;
  child.signal("SIGHUP");
  await child.log.find(/info stopping/);
  child.signal("SIGHUP");
  assertEquals(await child.ends(), 0);
  await child.log.find(/#2 ended: did not read in time before the server stopped/);
});

Deno.test("a restart on the same port works at once, with connections left over on both sides", () =>
  hastily(async (haste) => {
    const port = quietPort();
    await using first = await ServerChild.start([String(port)]);
    await using reader = await Chat1Peer.enter(port, "reader");
    await using _lingering = await Json16Peer.enter(port, "lingering");
    first.signal("SIGTERM");
    assertEquals(await haste.within(1900, reader.untilEnd()), "DISCONNECT CHAT/1.0\n");
    assertEquals(await first.ends(), 0);
    await using second = await ServerChild.start([String(port)]);
    assertEquals(second.port, port);
    await using again = await Chat1Peer.enter(port, "reader");
    // The same, when the one before did not have the time to say goodbye.
    second.signal("SIGKILL");
    assertEquals(await second.ends(), 137);
    await again.untilEnd();
    await using third = await ServerChild.start([String(port)]);
    await using _reader = await Chat1Peer.enter(third.port, "reader");
  }));

Deno.test("limits that were set on the command line hold", () =>
  hastily(async (haste) => {
    const limits = ["--max-per-ip", "2", "--register-timeout", "1.2", "--outbox", "512K"];
    await using child = await ServerChild.start(limits);
    await using peers = new AsyncDisposableStack();
    const enter = async () => {
      peers.use(await Json16Peer.enter(child.port, "alice"));
      const mute = peers.use(await ByteStream.connect(child.port));
      await using third = await ByteStream.connect(child.port);
      assertEquals(await third.untilEnd(), "");
      return mute;
    };
    const mute = await haste.within(1100, enter());
    await child.log.find(/connection refused: more than 2 connections from 127\.0\.0\.1$/);
    assertEquals(await mute.untilEnd(), "");
    assertMatch(
      await child.log.find(/#2 ended/),
      /info #2 ended: not registered within 1\.2 s \(127\.0\.0\.1:\d+\)$/,
    );
  }));

Deno.test("SIGUSR2 makes the server log its counts, at every level and in both forms", async () => {
  await using child = await ServerChild.start(["--log", "quiet", "--log-format", "json"]);
  await using alice = await Json16Peer.enter(child.port, "alice");
  await using _bob = await Chat1Peer.enter(child.port, "bob");
  await using _mute = await ByteStream.connect(child.port);
  await alice.send(packet({ type: "chat", message: "hello" }));
  await alice.until('"hello"}');
  child.signal("SIGUSR2");
  const { event, reason, status } = JSON.parse(await child.log.find(/"status"/));
  const counts = "3 connections (1 json16, 1 chat1, 1 undecided), 2 users, 1 channel, " +
    "0 bytes waiting, 3 connections and 1 message served in ";
  assertEquals([event, reason.slice(0, counts.length)], ["status", counts]);
  const { uptime, ...rest } = status;
  assert(uptime >= 0 && uptime < 60);
  assertEquals(rest, {
    served: 3,
    messages: 1,
    connections: { json16: 1, chat1: 1, undecided: 1 },
    users: 2,
    waiting: 0,
    fullest: [],
    delayed: 0,
    handshakes: 0,
    absent: 0,
    channels: 1,
  });
  assertEquals(child.log.lines.length, 1);
});

Deno.test("the first and the last line of the log say what was started and what it did", async () => {
  await using child = await ServerChild.start(["--rate", "0", "--outbox", "512K"]);
  {
    await using alice = await Json16Peer.enter(child.port, "alice");
    await alice.send(packet({ type: "chat", message: "hello" }));
    await alice.until('"hello"}');
  }
  child.signal("SIGTERM");
  assertEquals(await child.ends(), 0);
  assertMatch(
    child.log.lines[0] as string,
    /info started: parlance-server \d+\.\d+\.\d+ on 127\.0\.0\.1:\d+ \(cs168, chat1, json16, irc\), connections 10000, of one address 5000, rate unlimited, outbox 512K, all outboxes 256M$/,
  );
  assertMatch(
    child.log.lines.at(-1) as string,
    /info stopped: 1 connection and 1 message served in \d+ s$/,
  );
  assertEquals(child.log.count(/warning/), 0);
});
