/**
 * Hostile acts against what the server does beside the chat: handshakes, accounts, history, and messages of several
 * lines that are never ended.
 *
 * @module
 */

import { WIRES } from "../../tests/support/wire/wires.ts";
import { utf8 } from "../../tests/support/wire/wire.ts";
import { clientHello } from "../hostile/payloads.ts";
import { type Act, connected, dialTls, type Scene } from "./hostile_scene.ts";
import { NEVER_TOLD } from "./strangers.ts";
import { Violation } from "./violation.ts";

/** These acts by their names. */
export const SERVICE_ACTS: Readonly<Record<string, Act>> = {
  "handshakes that stall": stalledHandshakes,
  "handshakes without end": endlessHandshakes,
  "wrong passwords": wrongPasswords,
  "accounts without end": accountsWithoutEnd,
  "history floods": historyFloods,
  "messages never ended": neverEnded,
};

const HELLO = clientHello();

async function stalledHandshakes(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const all = await Promise.all(Array.from({ length: 40 }, async () => {
    const socket = await dialTls(scene);
    await socket.send(HELLO.subarray(0, random.between(1, HELLO.length - 1)));
    return socket;
  }));
  await world.pause(2_000);
  await Promise.all(all.map((socket) => random.chance(0.5) ? socket.reset() : socket.close()));
}

/** The server computes its answer, and the peer goes. */
async function endlessHandshakes(scene: Scene): Promise<void> {
  for (let i = 0; i < 10 && !scene.world.stopped; i++) {
    await Promise.all(Array.from({ length: 8 }, async () => {
      const socket = await dialTls(scene);
      await socket.send(HELLO);
      await socket.reset();
    }));
  }
}

/** Says `lines` as a user of IRC, `times` times; resolves to what it was sent. */
async function sayOverIrc(
  scene: Scene,
  before: readonly string[],
  lines: readonly string[],
  times: number,
): Promise<string> {
  const { nick, world } = scene;
  let heard = "";
  await connected(scene, async (socket) => {
    await socket.send(utf8(before.map((line) => `${line}\r\n`).join("")));
    await socket.send(WIRES.irc.ask({ ask: "register", nick }));
    const bytes = utf8(lines.map((line) => `${line}\r\n`).join(""));
    for (let i = 0; i < times && !world.stopped; i++) await socket.send(bytes);
    await world.pause(1_500);
  }, (bytes) => heard += new TextDecoder().decode(bytes));
  return heard;
}

async function wrongPasswords(scene: Scene): Promise<void> {
  const sasl = `AUTHENTICATE ${btoa(`\0${scene.nick}\0not-the-password`)}`;
  const tries = ["AUTHENTICATE PLAIN", sasl, "PRIVMSG NickServ :IDENTIFY w0 not-the-password"];
  const heard = await sayOverIrc(scene, ["CAP REQ :sasl"], tries, 60);
  if (/ 90[03] /.test(heard)) throw new Violation(scene.nick, "logged in with a wrong password");
}

async function accountsWithoutEnd(scene: Scene): Promise<void> {
  const { nick } = scene;
  const wanted = Array.from({ length: 20 }, (_, i) => [
    `NICK ${nick}-${i}`,
    "REGISTER * * long-enough",
  ]);
  await sayOverIrc(scene, ["CAP REQ :draft/account-registration"], wanted.flat(), 2);
}

async function historyFloods(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const channel = random.pick(world.channels);
  const asks = [`CHATHISTORY LATEST #${channel} * 100`, "CHATHISTORY LATEST #not-mine * 100"];
  await sayOverIrc(scene, ["CAP REQ :batch draft/chathistory"], asks, 100);
}

/** What was begun and not ended is no message, whatever becomes of its connection. */
async function neverEnded(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const channel = `#${random.pick(world.channels)}`;
  const lines = Array.from({ length: 8 }, () => `@batch=1 PRIVMSG ${channel} :${NEVER_TOLD}`);
  const begun = [`JOIN ${channel}`, `BATCH +1 draft/multiline ${channel}`, ...lines];
  await sayOverIrc(scene, ["CAP REQ :batch draft/multiline"], begun, 1);
}
