/**
 * Hostile acts of many at the same moment, and of accounts: users who come and leave together, connections that have gone
 * before they are read, channels that change without end.
 *
 * @module
 */

import { joined, utf8 } from "../../tests/support/wire/wire.ts";
import { DIALECTS, WIRES } from "../../tests/support/wire/wires.ts";
import { SHARED } from "./accounts.ts";
import { asIrcUser, type IrcUser } from "./hostile_irc.ts";
import { type Act, dial, requests, type Scene, throwViolation, together } from "./hostile_scene.ts";
import { Violation } from "./violation.ts";
import { LOBBY } from "./world.ts";

/** These acts by their names. */
export const CROWD_ACTS: Readonly<Record<string, Act>> = {
  "crowd that comes and leaves": comesAndLeaves,
  "members who have ended their side": halfClosed,
  "connections that have gone": goneConnections,
  "channel that is renamed": renamedChannel,
  "registered channel that changes": changingChannel,
  "account that comes and goes": alwaysOnAndOff,
  "connections of one account": connectionsOfOne,
};

/** More than an account may have. */
const MOST_OF_AN_ACCOUNT = 32;
const LOGIN = [
  "AUTHENTICATE PLAIN",
  `AUTHENTICATE ${btoa(`\0${SHARED.name}\0${SHARED.password}`)}`,
];

/** They enter at the same moment, and end at the same moment, in order or not. */
async function comesAndLeaves(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  const { promise: moment, resolve: leave } = Promise.withResolvers<void>();
  const all = together(scene, 60, async (socket, i) => {
    const dialect = random.pick(DIALECTS);
    const [first, second] = requests({ ...scene, nick: `${nick}-${i}` }, dialect, 0);
    const asks = [first, second].flatMap((each) => each === undefined ? [] : [each]);
    await socket.send(joined(asks.map((each) => WIRES[dialect].ask(each))));
    await moment;
    const end = random.pick(["reset", "finish", "close"]);
    if (end === "reset") await socket.reset();
    if (end === "finish") await socket.finish();
  });
  await world.pause(1_500);
  leave();
  await all;
}

/** They say nothing more, and stay for a while. */
async function halfClosed(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  await together(scene, 20, async (socket, i) => {
    await socket.send(WIRES.chat1.ask({ ask: "register", nick: `${nick}-${i}` }));
    await socket.finish();
    await Promise.race([socket.over, world.pause(1_500)]);
  });
}

/** More than an address may open in a moment would wait, but nobody is behind them any more. */
async function goneConnections(scene: Scene): Promise<void> {
  const { random, world } = scene;
  for (let i = 0; i < 4 && !world.stopped; i++) {
    await Promise.allSettled(Array.from({ length: 60 }, async () => {
      const socket = await dial(scene);
      const bytes = random.pick(["", "N", "REGISTER ", "GET / HTTP/1.1\r\n", "\x16\x03\x01"]);
      if (bytes !== "") await socket.send(utf8(bytes)).catch(() => {});
      if (random.chance(0.3)) await socket.reset();
      else socket.close();
    }));
  }
}

/** Renames a channel again and again; the server tells each member of it. */
async function renamedChannel(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  const names = [`#${nick}-x`, `#${nick}-y`] as const;
  await asIrcUser(scene, async (user) => {
    await user.says(`JOIN ${names[0]}`);
    await user.listens();
    const crowd = together(scene, 12, async (socket, i) => {
      const asks = [`NICK ${nick}-${i}`, "USER h 0 * :h", `JOIN ${names[0]}`];
      await socket.send(utf8(asks.map((line) => `${line}\r\n`).join("")));
      await world.pause(1_500);
    });
    await world.pause(300);
    await user.repeats(
      20,
      `RENAME ${names[0]} ${names[1]} :x`,
      `RENAME ${names[1]} ${names[0]} :y`,
    );
    await crowd;
  }, { caps: ["draft/channel-rename"] });
}

/** Each change would be a write to the disk. */
async function changingChannel(scene: Scene): Promise<void> {
  const channel = `#${SHARED.name}-${scene.nick}`;
  await withAccount(scene, async (user) => {
    await user.says(`JOIN ${channel}`, `CS REGISTER ${channel}`);
    await user.repeats(
      30,
      ...[`MODE ${channel} +mk x`, `TOPIC ${channel} :${scene.nick}`, `MODE ${channel} -mk x`],
      ...[`MODE ${channel} +b a!*@*`, `MODE ${channel} -b a!*@*`, `CS REGISTER #${LOBBY}`],
    );
    await user.listens();
    user.mustNotHear(new RegExp(`CHANREG SUCCESS #${LOBBY}`), "owns the lobby");
    await user.says(`CS DROP ${channel}`, `CS DROP ${channel} ${channel}`);
    await user.listens();
  });
}

/** The state of its user is kept whenever it changes. */
async function alwaysOnAndOff(scene: Scene): Promise<void> {
  for (let i = 0; i < 3 && !scene.world.stopped; i++) {
    await withAccount(scene, async (user) => {
      await user.repeats(8, "NS SET ALWAYS-ON ON", `JOIN #${scene.nick}`, `PART #${scene.nick}`);
      await user.says("NS SET ALWAYS-ON OFF", "QUIT");
      await Promise.race([user.socket.over, scene.world.pause(1_000)]);
    });
  }
}

/** Each of them makes the server derive the password's key, and it is the right one. */
async function connectionsOfOne(scene: Scene): Promise<void> {
  let loggedIn = 0;
  const { promise: moment, resolve: leave } = Promise.withResolvers<void>();
  const all = Promise.all(
    Array.from({ length: MOST_OF_AN_ACCOUNT + 4 }, (_, i) =>
      withAccount(scene, async (user) => {
        await moment;
        if (/ 001 hoard /.test(user.heard)) loggedIn++;
      }, `${scene.nick}-${i}`).catch(throwViolation)),
  );
  await scene.world.pause(3_000);
  leave();
  await all;
  if (loggedIn > MOST_OF_AN_ACCOUNT) {
    throw new Violation(scene.nick, `has ${loggedIn} connections of one account`);
  }
}

/** A connection that logs in to the account of all hostile users before it is registered. */
async function withAccount(
  scene: Scene,
  act: (user: IrcUser) => Promise<void>,
  nick: string = scene.nick,
): Promise<void> {
  await asIrcUser(scene, act, { caps: ["sasl"], nick, before: LOGIN });
}
