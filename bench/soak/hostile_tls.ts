/**
 * Hostile acts against the TLS port: bytes that are no TLS, hellos that are never whole or whose peer has gone, and users
 * whose connection ends without a word.
 *
 * @module
 */

import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { cs168Wire, frame } from "../../tests/support/wire/cs168.ts";
import { joined, utf8 } from "../../tests/support/wire/wire.ts";
import { clientHello } from "../hostile/payloads.ts";
import { type Act, connected, dialTls, LONGEST_ACT_MS, type Scene } from "./hostile_scene.ts";
import { throwViolation, together } from "./hostile_scene.ts";
import { inTime } from "./link.ts";
import { NEVER_TOLD } from "./strangers.ts";
import { Violation } from "./violation.ts";
import { LOBBY } from "./world.ts";

/** These acts by their names. */
export const TLS_ACTS: Readonly<Record<string, Act>> = {
  "no TLS on the TLS port": noTls,
  "TLS hellos byte by byte": byteByByte,
  "TLS hellos of those who have gone": goneBehindHello,
  "TLS messages that are cut off": cutOff,
  "TLS readers that stop": readersThatStop,
  "TLS floods": floods,
  "TLS crowd": crowd,
};

const HELLO = clientHello();
/** With this byte an alert of TLS begins. */
const ALERT = "\x15";
/** Whoever speaks no TLS reads this in its own protocol. */
const REFUSAL = "ERROR :This port takes TLS only";

/** What is no TLS gets an alert or a refusal at most, and is nothing to anybody. */
async function noTls(scene: Scene): Promise<void> {
  const { nick, random } = scene;
  const all = [
    utf8(`REGISTER ${nick} CHAT/1.0\n@${nick}: ${NEVER_TOLD}\n`),
    utf8(`NICK ${nick}\r\nUSER h 0 * :h\r\nJOIN #lobby\r\nPRIVMSG #lobby :${NEVER_TOLD}\r\n`),
    joined([frame(nick), cs168Wire.ask({ ask: "join", channel: LOBBY }), frame(NEVER_TOLD)]),
    utf8(`POST / HTTP/1.1\r\nHost: h\r\n\r\n${NEVER_TOLD}\n`),
    random.bytes(4_096),
    // A record of TLS that announces more than there may be, and one whose hello is none.
    joined([Uint8Array.of(0x16, 0x03, 0x01, 0xff, 0xff), random.bytes(2_000)]),
    joined([HELLO.subarray(0, 9), random.bytes(HELLO.length - 9)]),
  ];
  for (const bytes of all) {
    let answer = "";
    await connected(
      scene,
      async (socket) => {
        await socket.send(bytes);
        await Promise.race([socket.over, scene.world.pause(500)]);
      },
      (part) => answer += String.fromCharCode(...part),
      dialTls,
    ).catch(throwViolation);
    if (answer !== "" && !answer.startsWith(ALERT) && !answer.startsWith(REFUSAL)) {
      throw new Violation(nick, `speaks no TLS, and was answered "${answer.slice(0, 60)}"`);
    }
  }
}

async function byteByByte(scene: Scene): Promise<void> {
  await together(scene, 20, async (socket) => {
    for (let at = 0; at < HELLO.length && !scene.world.stopped; at++) {
      await socket.send(HELLO.subarray(at, at + 1));
      await scene.world.pause(2);
    }
    await scene.world.pause(500);
  }, dialTls);
}

/** The server may be about to answer. */
async function goneBehindHello(scene: Scene): Promise<void> {
  const { random, world } = scene;
  for (let i = 0; i < 5 && !world.stopped; i++) {
    await together(scene, 10, async (socket) => {
      await socket.send(HELLO);
      if (random.chance(0.5)) await socket.finish();
      await world.pause(random.pick([0, 0, 5, 100]));
      if (random.chance(0.3)) await socket.reset();
    }, dialTls);
  }
}

/** What stands before the end is no message where TLS did not say that it ends. */
async function cutOff(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  for (let i = 0; i < 4 && !world.stopped; i++) {
    await overTls(scene, async (tls, tcp) => {
      await write(
        tls,
        utf8(
          `NICK ${nick}-${i}\r\nUSER h 0 * :h\r\nJOIN #${LOBBY}\r\nPRIVMSG #${LOBBY} :whole\r\n`,
        ),
      );
      await world.pause(random.between(100, 500));
      await write(tls, utf8(`PRIVMSG #${LOBBY} :${NEVER_TOLD}`));
      await world.pause(random.between(0, 50));
      // Below TLS, which gets no chance to say that it ends.
      if (random.chance(0.5)) tcp.end();
      else tcp.resetAndDestroy();
      await world.pause(100);
    });
  }
}

/** Asks for much, and reads nothing of it. */
async function readersThatStop(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  await overTls(scene, async (tls) => {
    tls.pause();
    await write(tls, utf8(`NICK ${nick}\r\nUSER h 0 * :h\r\n`));
    for (let i = 0; i < 40 && !world.stopped; i++) {
      await write(tls, utf8("HELP\r\nVERSION\r\nWHO *\r\nLIST\r\n".repeat(20)));
      await world.pause(50);
    }
  });
}

/** More than is read: the server takes it from the socket at the rate of the sender. */
async function floods(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  await overTls(scene, async (tls) => {
    await write(tls, joined([frame(nick), cs168Wire.ask({ ask: "join", channel: LOBBY })]));
    for (let i = 0; i < 150 && !world.stopped; i++) await write(tls, frame(`${nick}-${i}`));
    await world.pause(1_000);
  });
}

/** Whole users who come at the same moment, and go at the same moment, in the middle of a handshake or behind it. */
async function crowd(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  await Promise.all(Array.from({ length: 16 }, (_, i) =>
    overTls(scene, async (tls, tcp) => {
      await write(tls, utf8(`REGISTER ${nick}-${i} CHAT/1.0\n`));
      await world.pause(500);
      if (random.chance(0.5)) tcp.resetAndDestroy();
    }).catch(throwViolation)));
}

/** A connection that shakes hands as it should, from the act's address; it is gone at its end. */
async function overTls(
  { from, world }: Scene,
  act: (tls: TLSSocket, tcp: Socket) => Promise<void>,
): Promise<void> {
  const tcp = connect({ host: "127.0.0.1", port: world.tlsPort, localAddress: from });
  const tls = connectTls({ socket: tcp, rejectUnauthorized: false });
  const over = new Promise<never>((_, reject) => {
    for (const each of [tcp, tls]) {
      each.on("error", reject);
      each.on("close", () => reject(new Error("The connection is over")));
    }
  });
  // Where nobody waits for it any more.
  over.catch(() => {});
  const shaken = new Promise<void>((resolve) => tls.once("secureConnect", resolve));
  try {
    await inTime("a handshake", Promise.race([shaken, over]), LONGEST_ACT_MS);
    tls.resume();
    await inTime("a hostile act", Promise.race([act(tls, tcp), over]), LONGEST_ACT_MS);
  } finally {
    tls.destroy();
    tcp.destroy();
  }
}

function write(tls: TLSSocket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) =>
    tls.write(bytes, (error) => error ? reject(error) : resolve())
  );
}
