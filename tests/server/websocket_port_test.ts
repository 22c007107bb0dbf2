/**
 * The port for WebSockets: IRC over it, whoever else is in the channel, and its handshakes, ends and faults.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ByteStream, PACES } from "../support/byte_stream.ts";
import { FakeClock } from "../support/clock.ts";
import { Peer } from "../support/cs168.ts";
import { IrcPeer, plain, SERVER } from "../support/irc.ts";
import { frame, request, WebSocketPeer, WebSocketServer } from "../support/websocket.ts";
import { dialTls } from "../support/tls.ts";
import { until, within } from "../support/within.ts";

const FREE = { limits: { commandRate: 0 } };

for (const pace of PACES) {
  Deno.test(`websocket: an IRC user meets a cs168 user and one of TCP, ${pace}`, async () => {
    await using server = new WebSocketServer(FREE);
    await using web = await WebSocketPeer.connect(server.webPort, {}, pace);
    await web.says("CAP LS 302", "NICK web", "USER web 0 * :Wéb", "CAP END");
    assert((await web.answers()).some((line) => line.startsWith(`:${SERVER} 001 web `)));
    await web.says("JOIN #tea");
    await web.answers();
    await using tcp = await IrcPeer.enter(server.port, "tcp");
    await using carl = await Peer.enter(server.port, "carl");
    await tcp.asks("JOIN #tea");
    await carl.does("/join tea");
    await web.answers();
    await web.says("PRIVMSG #tea :héllo 😀");
    await web.answers();
    await carl.sees("[web] héllo 😀");
    await tcp.answers();
    await tcp.asks("PRIVMSG #tea :welcome");
    await carl.sees("[tcp] welcome");
    assertEquals((await web.answers()).map(plain), [":tcp!~tcp@HOST PRIVMSG #tea :welcome"]);
    await server.log.find(/#1 registered as "web" \(127\.0\.0\.1:\d+, irc\)/);
  });
}

Deno.test("websocket: messages are of the kind that was agreed on, and text where nothing was", async () => {
  await using server = new WebSocketServer(FREE);
  const kinds = [
    ["binary.ircv3.net, text.ircv3.net", "binary.ircv3.net", 2],
    ["text.ircv3.net, binary.ircv3.net", "text.ircv3.net", 1],
    ["", undefined, 1],
    ["soap", undefined, 1],
  ] as const;
  for (const [offered, taken, opcode] of kinds) {
    await using peer = new WebSocketPeer(await ByteStream.connect(server.webPort));
    const agreed = await peer.shakeHands({ "Sec-WebSocket-Protocol": offered });
    assertEquals(agreed === "" ? undefined : agreed, taken);
    await peer.says("PING x");
    assertEquals(await peer.reads(opcode), `:${SERVER} PONG ${SERVER} :x`);
  }
});

Deno.test("websocket: the runtime's own client speaks with it", async () => {
  await using server = new WebSocketServer(FREE);
  const socket = new WebSocket(`ws://127.0.0.1:${server.webPort}/`, ["text.ircv3.net"]);
  const lines: string[] = [];
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  const welcomed = new Promise<void>((resolve) => {
    socket.onopen = () => {
      for (const line of ["NICK ann", "USER ann 0 * :Ann", "JOIN #x"]) socket.send(line);
    };
    socket.onmessage = ({ data }) => {
      lines.push(data);
      if (lines.some((line) => line.includes(" 366 ann #x "))) resolve();
    };
  });
  await within("the welcome", welcomed);
  assertEquals(socket.protocol, "text.ircv3.net");
  assertMatch(lines[0] ?? "", /^:parlance\.local 001 ann :Welcome to /);
  socket.close(1000, "done");
  assertEquals((await within("the end", closed)).code, 1000);
  await server.log.find(/#1 ended: closed by peer/);
});

Deno.test("websocket: pages of other origins are refused, and a page that is named is not", async () => {
  await using server = new WebSocketServer({ ...FREE, origins: ["https://chat.example.org"] });
  await using evil = await ByteStream.connect(server.webPort);
  await evil.write(request({ "Origin": "https://evil.example" }));
  assertMatch(await evil.untilEnd(), /^HTTP\/1\.1 403 Forbidden\r\n/);
  await server.log.find(
    /handshake failed: pages of the origin "https:\/\/evil\.example" are not allowed \(127\.0\.0\.1\)/,
  );
  await using fine = await WebSocketPeer.connect(server.webPort, {
    "Origin": "https://chat.example.org",
  });
  await fine.says("PING x");
  assertEquals(await fine.reads(), `:${SERVER} PONG ${SERVER} :x`);
});

Deno.test("websocket: a form of a web page, TLS and plain IRC get an answer at once, and no session", async () => {
  await using server = new WebSocketServer(FREE);
  const cases: [string | Uint8Array, RegExp][] = [
    ["POST / HTTP/1.1\r\nHost: x\r\n\r\nNICK a\r\nUSER a 0 * :a\r\n", /^HTTP\/1\.1 405 /],
    [
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      /^HTTP\/1\.1 426 [\s\S]*\r\nSec-WebSocket-Version: 13\r\n/,
    ],
    ["NICK ann\r\n", /^HTTP\/1\.1 400 /],
    ["CAP LS 302\r\nNICK ann\r\n", /^HTTP\/1\.1 400 /],
    [new Uint8Array([0x16, 3, 1, 2, 0]), /^HTTP\/1\.1 400 /],
    [`GET / HTTP/1.1\r\nX: ${"x".repeat(16 * 1024 - 19)}`, /^HTTP\/1\.1 431 /],
  ];
  for (const [sent, answer] of cases) {
    await using peer = await ByteStream.connect(server.webPort);
    await peer.flood(typeof sent === "string" ? new TextEncoder().encode(sent) : sent, 1);
    assertMatch(await peer.untilEnd(), answer);
  }
  assertEquals(server.server.status().served, 0);
});

Deno.test("websocket: a message with line ends in it is several lines, as in TCP", async () => {
  await using server = new WebSocketServer(FREE);
  await using web = await WebSocketPeer.enter(server.webPort, "web");
  await web.says("PING a\r\nPING b\r\n");
  assertEquals([await web.reads(), await web.reads()].map((line) => line.slice(-2)), [":a", ":b"]);
  assertEquals(await web.answers(), []);
});

Deno.test("websocket: what is sent behind the request, before its answer, is not lost", async () => {
  await using server = new WebSocketServer(FREE);
  await using bytes = await ByteStream.connect(server.webPort);
  const early = [
    frame("NICK ann"),
    frame("USER ann 0 * :A"),
    frame("", { opcode: 9 }),
    frame("PING x"),
  ];
  await bytes.write(
    new Uint8Array([...new TextEncoder().encode(request()), ...early.flatMap((each) => [...each])]),
  );
  const web = new WebSocketPeer(bytes);
  await bytes.until("\r\n\r\n");
  let each = await web.frame();
  assertEquals(each.opcode, 10);
  while (!new TextDecoder().decode(each.payload).endsWith("PONG parlance.local :x")) {
    each = await web.frame();
  }
});

Deno.test("websocket: pings are answered with their payload, also amid a message", async () => {
  await using server = new WebSocketServer(FREE);
  await using web = await WebSocketPeer.enter(server.webPort, "web");
  await web.bytes.write(frame("PING ", { isFinal: false }));
  await web.bytes.write(frame("are you there", { opcode: 9 }));
  const pong = await web.frame();
  assertEquals([pong.opcode, new TextDecoder().decode(pong.payload)], [10, "are you there"]);
  await web.bytes.write(frame("x", { opcode: 0 }));
  assertEquals(await web.reads(), `:${SERVER} PONG ${SERVER} :x`);
});

Deno.test("websocket: a peer that closes is answered in kind, and leaves", async () => {
  await using server = new WebSocketServer(FREE);
  await using witness = await IrcPeer.enter(server.port, "wes");
  await using web = await WebSocketPeer.enter(server.webPort, "web");
  await witness.asks("JOIN #x");
  await web.says("JOIN #x");
  await web.answers();
  await witness.answers();
  await web.bytes.write(frame(new Uint8Array([0x0f, 0xa1, 0x62]), { opcode: 8 }));
  assertEquals(await web.closeCode(), 4001);
  assertMatch(await within("the quit", witness.reads()), / QUIT :Connection closed$/);
});

Deno.test("websocket: QUIT and the server's end close with 1000, behind the last words", async () => {
  const server = new WebSocketServer(FREE);
  await using quitter = await WebSocketPeer.enter(server.webPort, "quitter");
  await quitter.says("QUIT :bye");
  assertEquals(await quitter.reads(), "ERROR :Closing link: Quit: bye");
  assertEquals(await quitter.closeCode(), 1000);
  await using web = await WebSocketPeer.enter(server.webPort, "web");
  const stopped = server[Symbol.asyncDispose]();
  assertEquals(await web.reads(), "ERROR :Closing link: The server stops");
  assertEquals(await web.closeCode(), 1000);
  await stopped;
});

/** What a peer sends that breaks the protocol, and the code that it gets. */
const BROKEN: readonly (readonly [string, Uint8Array, number])[] = [
  ["a frame without a mask", frame("PING x", { mask: null }), 1002],
  ["a compressed frame", new Uint8Array([0xc1, 0x80, 1, 2, 3, 4]), 1002],
  ["text that is not UTF-8", frame(new Uint8Array([0xff])), 1007],
  [
    "a message of 2^40 bytes",
    new Uint8Array([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
    1009,
  ],
  ["a message of 16,385 bytes", new Uint8Array([0x81, 0xfe, 0x40, 0x01, 1, 2, 3, 4]), 1009],
];

for (const [name, sent, code] of BROKEN) {
  Deno.test(`websocket: ${name} ends that connection with ${code}, and no other`, async () => {
    await using server = new WebSocketServer(FREE);
    await using other = await WebSocketPeer.enter(server.webPort, "other");
    await using web = await WebSocketPeer.enter(server.webPort, "web");
    await web.bytes.write(sent);
    assertEquals(await web.closeCode(), code);
    await server.log.find(/#2 ended: read failed: /);
    assertEquals(await other.answers(), []);
  });
}

Deno.test("websocket: a line that is too long is refused as in TCP, and invalid UTF-8 in a binary message as well", async () => {
  await using server = new WebSocketServer(FREE);
  await using web = await WebSocketPeer.enter(server.webPort, "web");
  await web.says(`PRIVMSG web :${"x".repeat(600)}`);
  assertEquals(await web.reads(), `:${SERVER} 417 web :Input line was too long`);
  const body = "PRIVMSG web :caf";
  await web.bytes.write(
    frame(new Uint8Array([...new TextEncoder().encode(body), 0xe9]), { opcode: 2 }),
  );
  assertEquals(
    await web.reads(),
    `:${SERVER} FAIL PRIVMSG INVALID_UTF8 :The line was dropped: send it in UTF-8`,
  );
});

Deno.test("websocket: handshakes that stall delay nobody, count as connections, and end in time", async () => {
  const clock = new FakeClock();
  await using server = new WebSocketServer({ clock, limits: { maxConnections: 3 } });
  await using silent = await ByteStream.connect(server.webPort);
  await using slow = await ByteStream.connect(server.webPort);
  await slow.write("GET / HTTP/1.1\r\nHost: ");
  await using web = await WebSocketPeer.enter(server.webPort, "web");
  assertEquals(server.server.status().handshakes, 2);
  await using full = await ByteStream.connect(server.webPort);
  assertEquals(await full.untilEnd(), "");
  clock.advance(10_100);
  assertEquals(await silent.untilEnd(), "");
  assertEquals(await slow.untilEnd(), "");
  await server.log.find(/handshake failed: not done within 10 s \(127\.0\.0\.1\)/);
  assertEquals(server.server.status().handshakes, 0);
  assertEquals(await web.answers(), []);
});

Deno.test("websocket: who has shaken hands and says nothing is given up like anybody else", async () => {
  const clock = new FakeClock();
  await using server = new WebSocketServer({ clock });
  await using web = await WebSocketPeer.connect(server.webPort);
  await web.bytes.write(frame("", { opcode: 9 }));
  assertEquals((await web.frame()).opcode, 10);
  await until("a session", () => server.server.status().served > 0);
  clock.advance(60_100);
  assertEquals(await web.closeCode(), 1000);
  await server.log.find(/#1 ended: not registered within 60 s/);
});

Deno.test("websocket: pings and empty frames are work that their sender pays for", async () => {
  await using server = new WebSocketServer({ limits: { commandBurst: 5, commandRate: 0.01 } });
  await using web = await WebSocketPeer.connect(server.webPort);
  // Each is a read of its own, because its pong is waited for.
  let answered = 0;
  const pings = (async () => {
    for (; answered < 50; answered++) {
      await web.bytes.write(frame(`${answered}`, { opcode: 9 }));
      if ((await web.frame()).opcode !== 10) return;
    }
  })().catch(() => {});
  await until("two pongs", () => answered >= 2);
  await using other = await WebSocketPeer.connect(server.webPort);
  await other.says("PING x");
  assertEquals(await other.reads(), `:${SERVER} PONG ${SERVER} :x`);
  assert(answered < 50, `${answered} pings were free`);
  web.bytes.close();
  await pings;
});

Deno.test("websocket: over TLS it is the same, and WHOIS says that it is secure", async () => {
  await using server = new WebSocketServer({ ...FREE, isSecure: true });
  assertMatch(server.server.description, /, WebSocket over TLS on 127\.0\.0\.1:\d+$/);
  await using web = new WebSocketPeer(new ByteStream(await dialTls(server.webPort)));
  await web.shakeHands();
  await web.says("NICK web", "USER web 0 * :web");
  await web.answers();
  await web.says("WHOIS web");
  assert((await web.answers()).includes(`:${SERVER} 671 web web :is using a secure connection`));
  await web.says("QUIT");
  await web.reads();
  assertEquals(await web.closeCode(), 1000);
  await using stalled = await ByteStream.connect(server.webPort);
  await stalled.write(new Uint8Array([0x16]));
  await until("a handshake", () => server.server.status().handshakes > 0);
});
