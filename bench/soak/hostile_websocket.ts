/**
 * Hostile acts against the port for WebSockets: requests that are wrong or never whole, and frames that are no messages.
 *
 * @module
 */

import type { FarSocket } from "../../tests/support/far_socket.ts";
import { frame, request } from "../../tests/support/websocket.ts";
import { joined, utf8 } from "../../tests/support/wire/wire.ts";
import {
  type Act,
  connected,
  dialWeb,
  type Scene,
  throwViolation,
  together,
} from "./hostile_scene.ts";
import { NEVER_TOLD } from "./strangers.ts";
import { Violation } from "./violation.ts";
import { LOBBY } from "./world.ts";

/** These acts by their names. */
export const WEBSOCKET_ACTS: Readonly<Record<string, Act>> = {
  "WebSocket requests of pages": foreignPages,
  "WebSocket requests that are wrong": wrongRequests,
  "WebSocket requests that stall": stalledRequests,
  "WebSocket silence": silence,
  "WebSocket pings": pings,
  "WebSocket pings of one who reads nothing": unreadPongs,
  "WebSocket messages in pieces": pieces,
  "WebSocket frames that are wrong": wrongFrames,
  "WebSocket floods": flood,
  "WebSocket crowd": crowd,
};

const [CONTINUATION, TEXT, CLOSE, PING, PONG] = [0, 1, 8, 9, 10];
/** More than may follow each other without the end of a message. */
const TOO_MANY = 1_000;
const LONGEST_MESSAGE = 16 * 1024;
const FORBIDDEN = `PRIVMSG #${LOBBY} :${NEVER_TOLD}`;

/** Sends `head` and, whatever the answer, what a user would send; returns the answer. */
async function answerTo(scene: Scene, head: string): Promise<string> {
  let answer = "";
  await connected(
    scene,
    async (socket) => {
      await socket.send(utf8(head));
      const lines = [`NICK ${scene.nick}`, `USER h 0 * :h`, `JOIN #${LOBBY}`, FORBIDDEN];
      await socket.send(joined(lines.map((line) => frame(line)))).catch(() => {});
      await Promise.race([socket.over, scene.world.pause(1_000)]);
    },
    (bytes) => answer += new TextDecoder().decode(bytes),
    dialWeb,
  );
  return answer;
}

/** A request that must be refused with `status`, where it is answered in time. */
async function isRefused(scene: Scene, head: string, status: string): Promise<void> {
  const answer = await answerTo(scene, head);
  if (answer !== "" && !answer.startsWith(`HTTP/1.1 ${status} `)) {
    const [request = ""] = head.split("\r\n", 1);
    throw new Violation(scene.nick, `got "${answer.slice(0, 40)}" for "${request.slice(0, 60)}"`);
  }
}

/** A page of the web cannot change what its browser sends as its origin. */
async function foreignPages(scene: Scene): Promise<void> {
  for (const origin of ["https://evil.example", "null", "https://chat.example.org.evil.example"]) {
    await isRefused(scene, request({ Origin: origin }), "403");
  }
  await isRefused(scene, request({}, "POST / HTTP/1.1"), "405");
}

async function wrongRequests(scene: Scene): Promise<void> {
  await isRefused(scene, request({ Upgrade: "" }), "426");
  await isRefused(scene, request({ "Sec-WebSocket-Version": "8" }), "426");
  await isRefused(scene, request({ "Sec-WebSocket-Key": "short" }), "400");
  await isRefused(scene, request({ "X Y": "z" }), "400");
  await isRefused(scene, `GET / HTTP/1.1\r\n${"X: y\r\n".repeat(2_800)}`, "431");
  await isRefused(scene, `NICK ${scene.nick}\r\n`, "400");
}

/** Dozens that are never whole, some of them a byte at a time. */
async function stalledRequests(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const whole = utf8(request());
  await together(scene, 40, async (socket, i) => {
    const part = whole.subarray(0, random.between(1, whole.length - 1));
    if (i >= 10) await socket.send(part);
    for (let at = 0; i < 10 && at < part.length && !world.stopped; at++) {
      await socket.send(part.subarray(at, at + 1));
      await world.pause(2);
    }
    await world.pause(2_000);
  }, dialWeb);
}

/** Behind the handshake, with frames that say nothing. */
async function silence(scene: Scene): Promise<void> {
  await together(scene, 20, async (socket) => {
    await socket.send(utf8(request()));
    for (let i = 0; i < 5; i++) {
      await socket.send(frame("", { opcode: PONG }));
      await scene.world.pause(300);
    }
  }, dialWeb);
}

/** Pings without end: so many before each message that the connection stays. */
async function pings(scene: Scene): Promise<void> {
  const ping = frame("are you there", { opcode: PING });
  await asMember(scene, async (socket) => {
    const burst = joined([...Array.from({ length: 200 }, () => ping), frame("PING x")]);
    for (let i = 0; i < 20 && !scene.world.stopped; i++) await socket.send(burst);
    await scene.world.pause(500);
  });
}

async function unreadPongs(scene: Scene): Promise<void> {
  const burst = joined(Array.from({ length: TOO_MANY }, () => frame("?", { opcode: PING })));
  const socket = await dialWeb(scene);
  try {
    await socket.send(joined([utf8(request()), frame(`NICK ${scene.nick}`)]));
    for (let i = 0; i < 10 && !scene.world.stopped; i++) await socket.send(burst);
    await scene.world.pause(1_000);
  } finally {
    socket.close();
  }
}

/** A message in more pieces than it may have is none, and neither is a piece that belongs to no message. */
async function pieces(scene: Scene): Promise<void> {
  const [first, ...rest] = FORBIDDEN;
  const empty = Array.from({ length: TOO_MANY }, () => part(""));
  await asMember(scene, async (socket) => {
    const all = [part(first as string, TEXT), ...empty, ...rest.map((each) => part(each))];
    await socket.send(joined([...all, part("", CONTINUATION, true)]));
    await scene.world.pause(500);
  });
  await asMember(scene, async (socket) => {
    await socket.send(part(FORBIDDEN, CONTINUATION, true));
    await scene.world.pause(200);
  });
  // As many as there may be: this is a message.
  await asMember(scene, async (socket) => {
    const each = [...`PRIVMSG #${LOBBY} :${scene.nick} in pieces`];
    const all = each.map((character, i) => part(character, i === 0 ? TEXT : CONTINUATION));
    await socket.send(joined([...all, part("", CONTINUATION, true)]));
    await scene.world.pause(300);
  });
}

function part(text: string, opcode = CONTINUATION, isFinal = false): Uint8Array<ArrayBuffer> {
  return frame(text, { opcode, isFinal });
}

/** Each of these ends its connection, and is no message. */
async function wrongFrames(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const whole = frame(FORBIDDEN);
  const flagged = whole.slice();
  // As if it were compressed.
  flagged[0] = 0xc1;
  const wrong = [
    frame(FORBIDDEN, { mask: null }),
    flagged,
    frame(FORBIDDEN, { opcode: 3 }),
    frame(FORBIDDEN, { opcode: PING, isFinal: false }),
    frame(joined([utf8(FORBIDDEN), Uint8Array.of(0xff)])),
    frame(FORBIDDEN.padEnd(LONGEST_MESSAGE + 1, "x")),
    joined([frame(Uint8Array.of(0x03, 0xe8), { opcode: CLOSE }), whole]),
    // A length of 2^63, and nothing behind it.
    joined([Uint8Array.of(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), whole]),
    joined([part("", TEXT), whole]),
    joined([random.bytes(4_096)]),
  ];
  for (const bytes of wrong) {
    if (world.stopped) return;
    await asMember(scene, async (socket) => {
      await socket.send(bytes);
      await Promise.race([socket.over, world.pause(300)]);
    });
  }
}

async function flood(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  await asMember(scene, async (socket) => {
    for (let i = 0; i < 150 && !world.stopped; i++) {
      await socket.send(frame(`PRIVMSG #${LOBBY} :${nick}-${i}`));
    }
    await world.pause(1_000);
  });
}

/** Who come at the same moment, and leave at the same moment, in any state. */
async function crowd(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  const { promise: moment, resolve: leave } = Promise.withResolvers<void>();
  const all = together(scene, 40, async (socket, i) => {
    const lines = [`NICK ${nick}-${i}`, "USER h 0 * :h"].map((line) => frame(line));
    await socket.send(joined([utf8(request()), ...lines].slice(0, random.between(1, 3))));
    await moment;
    if (random.chance(0.5)) await socket.reset();
  }, dialWeb);
  await world.pause(800);
  leave();
  await all;
}

/** A user of IRC in the lobby. */
async function asMember(
  scene: Scene,
  act: (socket: FarSocket) => Promise<void>,
): Promise<void> {
  await connected(
    scene,
    async (socket) => {
      const lines = [`NICK ${scene.nick}`, "USER h 0 * :h", `JOIN #${LOBBY}`];
      await socket.send(joined([utf8(request()), ...lines.map((line) => frame(line))]));
      await act(socket);
    },
    () => {},
    dialWeb,
  ).catch(throwViolation);
}
