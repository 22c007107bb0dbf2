/**
 * Hostile acts at the edges of the server: connections that never become users, bytes that are costly to
 * read, names that lie, and readers that do not read.
 *
 * @module
 */

import { cs168Wire, frame } from "../../tests/support/wire/cs168.ts";
import { chat1Wire } from "../../tests/support/wire/chat1.ts";
import { json16Wire, packet } from "../../tests/support/wire/json16.ts";
import { joined, utf8 } from "../../tests/support/wire/wire.ts";
import { type Act, connected, dial, type Scene } from "./hostile_scene.ts";
import { inTime } from "./link.ts";
import { NEVER_TOLD } from "./strangers.ts";
import { Violation } from "./violation.ts";
import { LOBBY } from "./world.ts";

/** Characters that begin a control string and never end it. */
const CONTROL_STRINGS = ["\u009d", "\u0090"];
/** A line, or a payload, of what a server admits at most. */
const LARGEST_BYTES = 16 * 1024;
const WEB_REQUESTS = ["POST", "GET", "PUT", "OPTIONS"];

/** These acts by their names. */
export const EDGE_ACTS: Readonly<Record<string, Act>> = {
  "resets before accept": resetsBeforeAccept,
  "unterminated controls": unterminatedControls,
  "long name and euros": longName,
  "comes back with bursts": comesBack,
  "frames of nothing": framesOfNothing,
  "list floods": listFloods,
  "part of a line before a reset": partOfALine,
  "makes channels": makesChannels,
  "forged names": forgedNames,
  "stalled readers": stalledReaders,
  "web requests": webRequests,
  "TLS hellos": tlsHellos,
  "misspelt registration": misspeltRegistration,
};

async function resetsBeforeAccept(scene: Scene): Promise<void> {
  const storm = Array.from({ length: 40 }, async () => {
    const socket = await dial(scene);
    await socket.reset();
  });
  await Promise.allSettled(storm);
}

async function unterminatedControls(scene: Scene): Promise<void> {
  const { nick, random } = scene;
  const run = random.pick(CONTROL_STRINGS).repeat(LARGEST_BYTES / 2 - 100);
  const unregistered = Array.from({ length: 5 }, () =>
    connected(scene, async (socket) => {
      await socket.send(utf8(`REGISTER ${run}\n`));
      await scene.world.pause(500);
    }));
  await Promise.allSettled(unregistered);
  const wire = random.pick([chat1Wire, json16Wire]);
  await connected(scene, async (socket) => {
    await socket.send(wire.ask({ ask: "register", nick }));
    for (let i = 0; i < 10; i++) await socket.send(wire.ask({ ask: "say", nick, text: run }));
    await scene.world.pause(1000);
  });
}

/** Each frame becomes many: the name leaves little room in any of them. */
async function longName(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  const name = nick.padEnd(193, "n");
  world.strangers.add(name, "cs168");
  await connected(scene, async (socket) => {
    const channel = random.pick(world.channels);
    await socket.send(joined([frame(name), cs168Wire.ask({ ask: "join", channel })]));
    await socket.send(joined(Array.from({ length: 100 }, () => frame("€".repeat(66)))));
    await world.pause(2000);
  });
}

/** Each connection has a burst to spend, but they all come from one address. */
async function comesBack(scene: Scene): Promise<void> {
  for (let i = 0; i < 15 && !scene.world.stopped; i++) {
    const nick = `${scene.nick}-${i}`;
    await connected(scene, async (socket) => {
      const lines = Array.from({ length: 97 }, (_, n) => ({
        ask: "say" as const,
        nick,
        text: `${nick}-${n}`,
      }));
      await socket.send(chat1Wire.ask({ ask: "register", nick }));
      await socket.send(joined(lines.map(chat1Wire.ask)));
      await socket.finish();
    });
  }
}

async function framesOfNothing(scene: Scene): Promise<void> {
  await connected(scene, async (socket) => {
    await socket.send(frame(scene.nick));
    const burst = joined(Array.from({ length: 200 }, () => frame("\u009d".repeat(100))));
    for (let i = 0; i < 20 && !scene.world.stopped; i++) await socket.send(burst);
  });
}

/** Several in one write, again and again. */
async function listFloods(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  const wire = random.pick([cs168Wire, json16Wire]);
  const asks = wire === cs168Wire ? ["list" as const] : ["list" as const, "names" as const];
  await connected(scene, async (socket) => {
    await socket.send(wire.ask({ ask: "register", nick }));
    const burst = joined(Array.from({ length: 50 }, () => wire.ask({ ask: random.pick(asks) })));
    for (let i = 0; i < 6 && !world.stopped; i++) await socket.send(burst);
    await world.pause(1000);
  });
}

/** What has no newline is no message where the connection breaks. */
async function partOfALine(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  const socket = await dial(scene, () => {});
  await socket.send(chat1Wire.ask({ ask: "register", nick }));
  await world.pause(10);
  const begin = performance.now();
  await socket.send(utf8(`@${nick}: whole\n@${nick}: ${NEVER_TOLD}`));
  await socket.reset();
  // After a silence it is a message of a client that ends none.
  world.strangers.excuse(nick, performance.now() - begin);
}

async function makesChannels(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  await connected(scene, async (socket) => {
    await socket.send(frame(nick));
    for (let i = 0; i < 200 && !world.stopped; i++) {
      await socket.send(cs168Wire.ask({ ask: "create", channel: `${nick}-${i}` }));
    }
    await world.pause(3000);
  });
}

/** Names that would look like somebody else's line in another dialect, or like nothing at all. */
async function forgedNames(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  const forged = random.pick([
    `alice: I quit ${nick}`,
    `alice] I quit. [${nick}`,
    `a -> b ${nick}`,
  ]);
  const wire = random.pick([cs168Wire, json16Wire]);
  world.strangers.add(forged, wire.dialect);
  await connected(scene, async (socket) => {
    await socket.send(wire.ask({ ask: "register", nick: forged }));
    if (wire === cs168Wire) await socket.send(wire.ask({ ask: "join", channel: LOBBY }));
    await socket.send(wire.ask({ ask: "say", nick: forged, text: `I am ${nick}` }));
    await world.pause(random.between(0, 500));
  });
  // A name that nobody can see is refused as an empty one; nobody else receives anything.
  const unseen = random.pick([
    "\u200b",
    "\u2800",
    "\u3164",
    "\u00ad",
    "\u115f",
    "\u2060",
    "\u180e",
  ]);
  await connected(scene, async (socket) => {
    await socket.send(packet(JSON.stringify({ type: "hello", nick: unseen })));
    await socket.send(json16Wire.ask({ ask: "say", nick: unseen, text: NEVER_TOLD }));
    await world.pause(200);
  });
  // A name that turns the text around it; chat1 shows nobody's own name, so only its handle is seen.
  const turned = `\u202e${nick}`;
  world.strangers.add(turned, "chat1");
  await connected(scene, async (socket) => {
    await socket.send(chat1Wire.ask({ ask: "register", nick: turned }));
    await world.pause(200);
  });
}

/** Dozens of members that read nothing while everybody talks. */
async function stalledReaders(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  const channel = random.pick(world.channels);
  const readers = await Promise.all(Array.from({ length: 24 }, async (_, i) => {
    const wire = i % 2 === 0 ? cs168Wire : json16Wire;
    const socket = await dial(scene);
    const member = `${nick}-${i}`;
    await socket.send(joined([
      wire.ask({ ask: "register", nick: member }),
      wire.ask({ ask: "join", channel }),
    ]));
    return socket;
  }));
  await world.pause(4000);
  for (const socket of readers) socket.close();
}

/** A web page can make a browser send this: it must not become a user. */
async function webRequests(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const path = `/${"a".repeat(random.pick([1, 170, 300]))}`;
  const head = `${random.pick(WEB_REQUESTS)} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const body = joined([cs168Wire.ask({ ask: "join", channel: LOBBY }), frame(NEVER_TOLD)]);
  await connected(scene, async (socket) => {
    await socket.send(utf8(head.padEnd(Math.ceil(head.length / 200) * 200)));
    await socket.send(body);
    await world.pause(500);
  });
}

async function tlsHellos(scene: Scene): Promise<void> {
  const { random } = scene;
  for (let i = 0; i < 10; i++) {
    await connected(scene, async (socket) => {
      await socket.send(joined([Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00), random.bytes(512)]));
      await inTime("the end of a TLS client", socket.over);
    });
  }
}

/** A client that takes one read for one message waits for this answer for ever. */
async function misspeltRegistration(scene: Scene): Promise<void> {
  let answer = "";
  const socket = await dial(scene, (bytes) => answer += new TextDecoder().decode(bytes));
  try {
    await socket.send(utf8(`REGESTER ${scene.nick} CHAT/1.0`));
    await inTime("the answer to a wrong registration", socket.over).catch(() => {});
  } finally {
    socket.close();
  }
  if (!answer.startsWith("400 Invalid registration")) {
    throw new Violation(scene.nick, `got the answer "${answer}" to its wrong registration`);
  }
}
