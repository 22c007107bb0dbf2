/**
 * Hostile acts that are after what is somebody else's: words, channels, addresses, names, accounts, and the power of
 * operators. Each of them checks what it was sent.
 *
 * @module
 */

import { WIRES } from "../../tests/support/wire/wires.ts";
import { ABSENT } from "./accounts.ts";
import { asIrcUser } from "./hostile_irc.ts";
import { type Act, connected, type Scene, throwViolation } from "./hostile_scene.ts";
import { NEVER_TOLD } from "./strangers.ts";
import { Violation } from "./violation.ts";
import { LOBBY } from "./world.ts";

/** These acts by their names. */
export const SPY_ACTS: Readonly<Record<string, Act>> = {
  "spies on a secret channel": secretChannel,
  "spies on what was said before": pastOfOthers,
  "spies on addresses": addresses,
  "takes over the lobby": takesOver,
  "guesses the operator's password": guessesOperator,
  "guesses by SASL": guessesBySasl,
  "names that look like an account's": lookalikes,
  "speaks past a ban": pastBan,
};

/** The words, as they stand in a line that tells of them. */
const TOLD = new RegExp(`:${NEVER_TOLD}`);
/** An account's name that looks the same with letters of another script, and in other forms. */
const LOOKALIKES = [ABSENT, ABSENT.toUpperCase(), "k\u0435\u0435per", "\uff4beeper", "KEEP\u0395R"];

/** To a stranger such a channel does not exist. */
async function secretChannel(scene: Scene): Promise<void> {
  const { nick } = scene;
  const den = `#${nick}-den`;
  const owner = `${nick}-owner`;
  const asks = [
    ...[`CHATHISTORY LATEST ${den} * 100`, `NAMES ${den}`, `WHO ${den}`, "LIST", `LIST *den*`],
    ...[`WHOIS ${owner}`, `TOPIC ${den}`, `MODE ${den}`, `MODE ${den} b`, `METADATA ${den} LIST`],
    ...[`SEARCH text=${NEVER_TOLD}`, `INVITE ${nick} ${den}`, `WHOWAS ${owner}`, "NAMES"],
  ];
  await asIrcUser(scene, async (user) => {
    const words = [`TOPIC ${den} :${NEVER_TOLD}`, `PRIVMSG ${den} :${NEVER_TOLD}`];
    await user.says(`JOIN ${den}`, `MODE ${den} +sk the-key`, ...words);
    await user.listens();
    await asIrcUser(scene, async (spy) => {
      await spy.repeats(
        5,
        ...asks,
        `JOIN ${den}`,
        `JOIN ${den} wrong`,
        `PRIVMSG ${den} :let me in`,
      );
      await spy.listens();
      spy.mustNotHear(TOLD, "read what was said in a secret channel");
      const seen = new RegExp(` (319|322|332|352|353|354|324|761) [^\\r]*${den}`);
      spy.mustNotHear(seen, "found a secret channel");
    }, { caps: ["batch", "draft/chathistory", "soju.im/search", "draft/metadata-3"] });
  }, { nick: owner });
}

/** Who takes a name that is free again, or makes a channel anew, reads nothing of what was before. */
async function pastOfOthers(scene: Scene): Promise<void> {
  const { nick } = scene;
  const [channel, before] = [`#${nick}-tea`, `${nick}-a`];
  await asIrcUser(scene, async (friend) => {
    await asIrcUser(scene, async (user) => {
      const words = [`PRIVMSG ${channel} :${NEVER_TOLD}`, `PRIVMSG ${nick}-b :${NEVER_TOLD}`];
      await user.says(`JOIN ${channel}`, ...words);
      await user.listens();
      await user.says("QUIT");
      await user.socket.over;
    }, { nick: before });
    await friend.listens();
    await asIrcUser(scene, async (spy) => {
      const asks = [channel, `${nick}-b`].flatMap((target) => [
        `CHATHISTORY LATEST ${target} * 100`,
        `CHATHISTORY AFTER ${target} timestamp=2000-01-01T00:00:00.000Z 100`,
      ]);
      await spy.says(`JOIN ${channel}`, ...asks, `SEARCH text=${NEVER_TOLD}`);
      await spy.listens();
      spy.mustNotHear(TOLD, "read what another of its name was told");
    }, { nick: before, caps: ["batch", "draft/chathistory", "soju.im/search"] });
  }, { nick: `${nick}-b` });
}

/** Honest users come from another address, which nobody is told. */
async function addresses(scene: Scene): Promise<void> {
  await asIrcUser(scene, async (user) => {
    await user.says(`JOIN #${LOBBY}`);
    await user.repeats(
      5,
      ...["WHOIS w0", "WHOIS w0 w0", "USERHOST w0", "WHO w0", "WHO w0 %tcuihsnfdlaor", "WHOWAS c0"],
      ...["WHO 127.0.0.1", "WHO *@127.0.0.*", "WHO * h%nih", "STATS k", "STATS o"],
    );
    await user.listens();
    const told = / (311|314|302|338|352|354|378) [^\r]*[^\d]127\.0\.0\.1[^\d]/;
    user.mustNotHear(told, "was told an honest user's address");
  });
}

/** Everything for which it takes an operator, of the lobby or of the server. */
async function takesOver(scene: Scene): Promise<void> {
  const { nick } = scene;
  await asIrcUser(scene, async (user) => {
    await user.says(`JOIN #${LOBBY},#${nick}`);
    await user.repeats(
      4,
      ...[`MODE #${LOBBY} +o ${nick}`, `MODE #${LOBBY} +m`, `MODE #${LOBBY} +b *!*@*`],
      ...[`MODE #${LOBBY} +kl x 1`, `TOPIC #${LOBBY} :${nick}`, `KICK #${LOBBY} w0 :x`],
      ...[`RENAME #${LOBBY} #${nick}-x`, `RENAME #${nick} #${LOBBY}`, `CS REGISTER #${LOBBY}`],
      ...["KILL w0 :x", "KLINE *!*@127.0.0.* :x", "DLINE 127.0.0.0/8 :x", "WALLOPS :x", "REHASH"],
      ...[`MODE ${nick} +o`, `REDACT #${LOBBY} 0 :x`, "UNKLINE *", "DIE", "RESTART", "SQUIT x :x"],
    );
    await user.listens();
    const done = new RegExp(
      ` (MODE|TOPIC|KICK|RENAME) #${LOBBY} [^\\r]*| MODE ${nick} \\S*o[^\\r]*`,
    );
    user.mustNotHear(done, "did what only an operator may");
  }, { caps: ["draft/channel-rename", "message-tags", "draft/message-redaction"] });
}

/** Each try takes the server a second, and its connection waits for it. */
async function guessesOperator(scene: Scene): Promise<void> {
  await Promise.all(Array.from({ length: 6 }, (_, i) =>
    asIrcUser(scene, async (user) => {
      await user.says(`OPER root guess-${i}`, "OPER nobody x", `PASS guess-${i}`, "OPER root");
      await user.listens();
      user.mustNotHear(/ (381|382) [^\r]*/, "is an operator of the server");
    }, { nick: `${scene.nick}-${i}` }).catch(throwViolation)));
}

/** Wrong passwords, wrong proofs, and exchanges that are cut off or never end. */
async function guessesBySasl(scene: Scene): Promise<void> {
  const plain = (text: string) => ["AUTHENTICATE PLAIN", `AUTHENTICATE ${btoa(text)}`];
  const first = btoa(`n,,n=${ABSENT},r=0123456789abcdef`);
  const proof = btoa("c=biws,r=0123456789abcdef,p=AAAA");
  const lines = [
    ...plain(`\0${ABSENT}\0wrong`),
    ...plain(`${ABSENT}\0hoard\0known-to-all-of-them`),
    ...plain(`\0${ABSENT}`),
    ...["AUTHENTICATE SCRAM-SHA-256", `AUTHENTICATE ${first}`, `AUTHENTICATE ${proof}`],
    ...["AUTHENTICATE SCRAM-SHA-256", `AUTHENTICATE ${btoa("p=tls-unique,,n=a,r=b")}`],
    ...[
      "AUTHENTICATE PLAIN",
      ...Array.from({ length: 30 }, () => `AUTHENTICATE ${"A".repeat(400)}`),
    ],
    ...["AUTHENTICATE EXTERNAL", "AUTHENTICATE *", "AUTHENTICATE PLAIN", "AUTHENTICATE !!!"],
    ...[`NS IDENTIFY ${ABSENT} wrong`, `NS GHOST ${ABSENT}`, `NS DROP ${ABSENT} wrong`],
  ];
  await asIrcUser(scene, async (user) => {
    await user.repeats(6, ...lines);
    await user.listens();
    user.mustNotHear(/ (900|903) [^\r]*/, "logged in to somebody's account");
  }, { caps: ["sasl"] });
}

/** Nobody is called like an account but who has logged in to it. */
async function lookalikes(scene: Scene): Promise<void> {
  for (const name of LOOKALIKES) {
    await asIrcUser(scene, async (user) => {
      await user.says(`NICK ${name}`, `REGISTER ${name} * long-enough`);
      await user.listens();
      user.mustNotHear(new RegExp(`NICK :?${name}\r| 001 ${name} `), "is called like an account");
    });
    let answer = "";
    await connected(scene, async (socket) => {
      await socket.send(WIRES.chat1.ask({ ask: "register", nick: name }));
      await Promise.race([socket.over, scene.world.pause(1_000)]);
    }, (bytes) => answer += new TextDecoder().decode(bytes)).catch(throwViolation);
    if (answer.startsWith("200 ")) {
      throw new Violation(scene.nick, `is called "${name}" in chat1, like an account`);
    }
  }
}

/** Who is banned or has no voice in a channel has no other way to speak there. */
async function pastBan(scene: Scene): Promise<void> {
  const { nick } = scene;
  const channel = `#${nick}-quiet`;
  await asIrcUser(scene, async (owner) => {
    await owner.says(`JOIN ${channel}`);
    await owner.listens();
    await asIrcUser(scene, async (user) => {
      await user.says(`JOIN ${channel}`);
      await user.listens();
      await owner.says(`MODE ${channel} +bm *!*@*`);
      await owner.listens();
      await user.says(
        ...[`PRIVMSG ${channel} :${NEVER_TOLD}`, `NOTICE ${channel} :${NEVER_TOLD}`],
        ...[`TOPIC ${channel} :${NEVER_TOLD}`, `@+x=:${NEVER_TOLD} TAGMSG ${channel}`],
        ...[
          `NICK ${nick}-2`,
          `PRIVMSG @${channel} :${NEVER_TOLD}`,
          `KICK ${channel} x :${NEVER_TOLD}`,
        ],
        ...[`PART ${channel} :${NEVER_TOLD}`, `JOIN ${channel}`, `QUIT :${NEVER_TOLD}`],
      );
      await Promise.race([user.socket.over, scene.world.pause(1_500)]);
    });
    await owner.listens();
    owner.mustNotHear(TOLD, "was told what a banned user said");
  }, { nick: `${nick}-owner`, caps: ["message-tags"] });
}
