/**
 * Hostile acts with lines of IRC that are no messages, or are not what they seem to be.
 *
 * @module
 */

import { joined, utf8 } from "../../tests/support/wire/wire.ts";
import { asIrcUser, type IrcUser } from "./hostile_irc.ts";
import { type Act, connected, type Scene, throwViolation } from "./hostile_scene.ts";
import { NEVER_TOLD } from "./strangers.ts";
import { LOBBY } from "./world.ts";

/** These acts by their names. */
export const LINE_ACTS: Readonly<Record<string, Act>> = {
  "IRC lines that are refused": refusedLines,
  "IRC before the registration": beforeRegistration,
  "IRC batches that are too long": longBatches,
  "IRC lines that are forged": forgedLines,
  "IRC words that act on a terminal": escapes,
  "IRC floods of refused requests": refusedRequests,
};

/** In the lobby nobody may read this. */
const FORBIDDEN = `PRIVMSG #${LOBBY} :${NEVER_TOLD}`;
/** More bytes than a line may have, and more than its tags may. */
const [TOO_LONG, TOO_MANY_TAGS] = [600, 5_000];
/** More bytes than may come without the end of a line. */
const ENDLESS = 100_000;
/** More lines than a batch may have. */
const TOO_MANY_LINES = 40;

/** Does its part as a member of the lobby; the server may end it. */
async function inLobby(
  scene: Scene,
  act: (user: IrcUser) => Promise<void>,
  caps: readonly string[] = [],
): Promise<void> {
  await asIrcUser(scene, async (user) => {
    await user.says(`JOIN #${LOBBY}`);
    await act(user);
  }, { caps }).catch(throwViolation);
}

/** What is too long, or no UTF-8, is refused whole. */
async function refusedLines(scene: Scene): Promise<void> {
  const { world } = scene;
  const tags = `@+x=${"y".repeat(TOO_MANY_TAGS)}`;
  await inLobby(scene, async (user) => {
    await user.says(FORBIDDEN.padEnd(TOO_LONG, "x"), `${tags} ${FORBIDDEN}`);
    await user.socket.send(joined([utf8(FORBIDDEN), Uint8Array.of(0xc3, 0x28, 0x0d, 0x0a)]));
    await user.listens();
  }, ["message-tags"]);
  await inLobby(scene, async (user) => {
    await user.socket.send(utf8(FORBIDDEN.padEnd(ENDLESS, "x")));
    await Promise.race([user.socket.over, world.pause(1_000)]);
    await user.says("", FORBIDDEN);
  });
  await inLobby(scene, async (user) => {
    await user.socket.send(utf8(`@${"a=b;".repeat(ENDLESS / 4)}`));
    await Promise.race([user.socket.over, world.pause(1_000)]);
    await user.says("", FORBIDDEN);
  });
}

/** Nobody is anybody before that, whatever it asks for. */
async function beforeRegistration(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  const asks = [
    `JOIN #${LOBBY}`,
    FORBIDDEN,
    "PRIVMSG w0 :never-told",
    "WHO *",
    "LIST",
    `TOPIC #${LOBBY} :x`,
    `CHATHISTORY LATEST #${LOBBY} * 100`,
    "AWAY :x",
    "SEARCH text=a",
  ];
  for (const first of ["CAP LS 302", `NICK ${nick}`, "USER h 0 * :h"]) {
    await connected(scene, async (socket) => {
      for (let i = 0; i < 5 && !world.stopped; i++) {
        await socket.send(utf8([first, ...asks].map((line) => `${line}\r\n`).join("")));
      }
      await Promise.race([socket.over, world.pause(500)]);
    }).catch(throwViolation);
  }
}

/** Ended or not, a message of more lines than there may be is none. */
async function longBatches(scene: Scene): Promise<void> {
  const line = `@batch=b ${FORBIDDEN}`;
  await inLobby(scene, async (user) => {
    await user.says(
      `BATCH +b draft/multiline #${LOBBY}`,
      ...Array.from({ length: TOO_MANY_LINES }, () => line),
      "BATCH -b",
    );
    await user.listens();
    // A batch in a batch, one of a kind that nobody knows, and one that was never begun.
    await user.says(
      ...[`BATCH +a draft/multiline #${LOBBY}`, `@batch=a BATCH +b draft/multiline #${LOBBY}`],
      ...[
        line,
        "BATCH -b",
        "BATCH +c nobody/knows",
        "BATCH -c",
        "BATCH -d",
        `@batch=d ${FORBIDDEN}`,
      ],
    );
    await user.listens();
  }, ["batch", "message-tags", "draft/multiline"]);
}

/** Whatever tags and sources they claim, they are this user's own words. */
async function forgedLines(scene: Scene): Promise<void> {
  const { nick, world } = scene;
  const tags = "@msgid=forged;time=2001-01-01T00:00:00.000Z;account=w0;+typing=active";
  await inLobby(scene, async (user) => {
    for (let i = 0; i < 10 && !world.stopped; i++) {
      await user.says(
        `${tags} :w0!w0@host PRIVMSG #${LOBBY} :I am ${nick}-${i}`,
        `${tags} TAGMSG #${LOBBY}`,
        `:parlance.local 001 w0 :${NEVER_TOLD}`,
        ":w0 PONG w0",
      );
    }
    await user.listens();
  }, ["message-tags"]);
}

/** Says escape sequences, which the server removes before it sends the text to anybody. */
async function escapes(scene: Scene): Promise<void> {
  const { nick, random } = scene;
  const acts = ["\x1b[2J", "\x1b]0;title\x07", "\u009b31m", "\x08\x08\x08", "\u202e", "\u0090"];
  await inLobby(scene, async (user) => {
    for (const each of acts) await user.says(`PRIVMSG #${LOBBY} :${nick} ${each} ${each}`);
    await user.says(`AWAY :${random.pick(acts)}`, `SETNAME :${random.pick(acts)}${nick}`);
    await user.says(`PART #${LOBBY} :${random.pick(acts)}`, `QUIT :${random.pick(acts)}`);
    await Promise.race([user.socket.over, scene.world.pause(1_000)]);
  }, ["setname"]);
}

/** Each answer quotes as much as it may. */
async function refusedRequests(scene: Scene): Promise<void> {
  const long = "nobody".repeat(60);
  const asks = [`PRIVMSG ${long} :x`, `JOIN #${long}`, `NICK ${long}`, `WHOIS ${long}`, long];
  await inLobby(scene, async (user) => {
    await user.repeats(40, ...asks, "PRIVMSG a,b,c,d,e,f,g :x", "MODE w0 +o", "PING", "USER");
    await user.listens();
  });
}
