/**
 * Hostile acts against what the server does beside the chat: handshakes, accounts, history, and messages of several
 * lines that are never ended.
 *
 * @module
 */

import { clientHello } from "../hostile/payloads.ts";
import { asIrcUser } from "./hostile_irc.ts";
import { type Act, dialTls, type Scene } from "./hostile_scene.ts";
import { NEVER_TOLD } from "./strangers.ts";

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

async function wrongPasswords(scene: Scene): Promise<void> {
  const sasl = `AUTHENTICATE ${btoa(`\0${scene.nick}\0not-the-password`)}`;
  const tries = ["AUTHENTICATE PLAIN", sasl, "PRIVMSG NickServ :IDENTIFY w0 not-the-password"];
  await asIrcUser(scene, async (user) => {
    await user.repeats(60, ...tries);
    await scene.world.pause(1_500);
    user.mustNotHear(/ 90[03] [^\r]*/, "logged in with a wrong password");
  }, { caps: ["sasl"] });
}

async function accountsWithoutEnd(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  const wanted = Array.from({ length: 20 }, (_, i) => [
    `NICK ${nick}-${i}`,
    "REGISTER * * long-enough",
  ]);
  await asIrcUser(scene, async (user) => {
    await user.repeats(2, ...wanted.flat());
    await world.pause(1_500);
  }, { caps: ["draft/account-registration"] });
}

async function historyFloods(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const channel = random.pick(world.channels);
  await asIrcUser(scene, async (user) => {
    await user.says(`JOIN #${channel}`);
    await user.repeats(
      100,
      ...[`CHATHISTORY LATEST #${channel} * 100`, "CHATHISTORY LATEST #not-mine * 100"],
    );
    await world.pause(1_500);
  }, { caps: ["batch", "draft/chathistory"] });
}

/** What was begun and not ended is no message, whatever becomes of its connection. */
async function neverEnded(scene: Scene): Promise<void> {
  const { random, world } = scene;
  const channel = `#${random.pick(world.channels)}`;
  const lines = Array.from({ length: 8 }, () => `@batch=1 PRIVMSG ${channel} :${NEVER_TOLD}`);
  await asIrcUser(scene, async (user) => {
    await user.says(`JOIN ${channel}`, `BATCH +1 draft/multiline ${channel}`, ...lines);
    await world.pause(1_500);
  }, { caps: ["batch", "draft/multiline"] });
}
