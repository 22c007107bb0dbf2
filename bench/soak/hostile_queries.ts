/**
 * Hostile acts that ask for much: pages of the longest messages, searches, masks, and lists of one's own that never end.
 *
 * @module
 */

import { json16Wire } from "../../tests/support/wire/json16.ts";
import { joined } from "../../tests/support/wire/wire.ts";
import { asIrcUser } from "./hostile_irc.ts";
import { type Act, connected, type Scene, throwViolation } from "./hostile_scene.ts";
import { LOBBY } from "./world.ts";

/** These acts by their names. */
export const QUERY_ACTS: Readonly<Record<string, Act>> = {
  "history of the longest messages": longestPages,
  "history pages read slowly": slowPages,
  "history questions of json16": questionsOfJson16,
  "searches without end": searches,
  "long masks": longMasks,
  "masks in every list": masksInLists,
  "MONITOR without end": monitors,
  "markers without end": markers,
  "metadata without end": metadata,
  "sets of capabilities": capabilitySets,
  "many channels at once": manyChannels,
};

const HISTORY_CAPS = ["batch", "server-time", "message-tags", "draft/chathistory"];
/** From a time before all messages to one after them. */
const EVER = "timestamp=2000-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z";

/** Says long texts in a channel of its own, which stays as long as `act` takes. */
async function withLongWords(scene: Scene, act: (channel: string) => Promise<void>): Promise<void> {
  const { nick } = scene;
  const channel = `${nick}-past`;
  await connected(scene, async (socket) => {
    const words = Array.from(
      { length: 12 },
      () => json16Wire.ask({ ask: "say", nick, text: "long words ".repeat(1_400) }),
    );
    await socket.send(joined([
      json16Wire.ask({ ask: "register", nick }),
      json16Wire.ask({ ask: "create", channel }),
      ...words,
    ]));
    await scene.world.pause(300);
    await act(channel);
  });
}

async function longestPages(scene: Scene): Promise<void> {
  await withLongWords(scene, (channel) =>
    asIrcUser(scene, async (user) => {
      const around = `CHATHISTORY AROUND #${channel} timestamp=2026-01-01T00:00:00.000Z 100`;
      await user.says(`JOIN #${channel}`);
      await user.repeats(60, `CHATHISTORY LATEST #${channel} * 100`, around);
      await user.listens();
    }, { nick: `${scene.nick}-reads`, caps: HISTORY_CAPS }));
}

/** A little in each tenth of a second, of much more. */
async function slowPages(scene: Scene): Promise<void> {
  const { world } = scene;
  await withLongWords(scene, (channel) =>
    asIrcUser(scene, async (user) => {
      await user.says(`JOIN #${channel}`);
      user.socket.rests();
      await user.repeats(40, `CHATHISTORY LATEST #${channel} * 100`);
      for (let i = 0; i < 20 && !world.stopped; i++) {
        await world.pause(100);
        user.socket.reads();
        await world.pause(1);
        user.socket.rests();
      }
    }, { nick: `${scene.nick}-reads`, caps: HISTORY_CAPS }));
}

async function questionsOfJson16(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  const questions = ["history", "search"].map((type) =>
    packetOf({ type, text: "a", limit: 100, channel: random.pick(world.channels) })
  );
  await connected(scene, async (socket) => {
    await socket.send(json16Wire.ask({ ask: "register", nick }));
    const burst = joined(Array.from({ length: 50 }, () => random.pick(questions)));
    for (let i = 0; i < 6 && !world.stopped; i++) await socket.send(burst);
    await world.pause(1_000);
  });
}

function packetOf(value: unknown): Uint8Array<ArrayBuffer> {
  return json16Wire.message(JSON.stringify(value));
}

/** Also with words that are questions of a database, or of a search in one. */
async function searches(scene: Scene): Promise<void> {
  const words = [
    "a",
    "rare",
    "*",
    '"',
    "a*",
    "a\\sOR\\sb",
    "NEAR(a\\sb)",
    "text:a",
    "'--",
    "x".repeat(300),
  ];
  const asks = words.flatMap((text) => [
    `SEARCH text=${text}`,
    `SEARCH in=#${LOBBY};text=${text};limit=100`,
  ]);
  await asIrcUser(scene, async (user) => {
    await user.says(`JOIN #${LOBBY}`);
    await user.repeats(10, ...asks);
    await user.listens();
    user.mustNotHear(/ FAIL SEARCH INTERNAL_ERROR .*/, "broke the search");
  }, { caps: ["batch", "soju.im/search", ...HISTORY_CAPS] });
}

/** Those that must not fit are tried on everybody. */
async function longMasks(scene: Scene): Promise<void> {
  const stars = `*${"a*".repeat(60)}b`;
  const conditions = Array.from({ length: 20 }, (_, i) => `!*a*a*${i + 10}`).join(",");
  await asIrcUser(scene, async (user) => {
    const asks = [
      `WHO ${stars}`,
      `LIST ${conditions}`,
      `LIST ${stars}`,
      `WHOWAS ${stars}`,
      "WHO *",
    ];
    await user.repeats(40, ...asks, `NAMES #${LOBBY}`, `WHO #${LOBBY} %tcuihsnfdlaor`);
    await user.listens();
  });
}

/** In every list of many channels. */
async function masksInLists(scene: Scene): Promise<void> {
  const { nick } = scene;
  await asIrcUser(scene, async (user) => {
    for (let i = 0; i < 6; i++) {
      const channel = `#${nick}-${i}`;
      const masks = Array.from({ length: 30 }, (_, n) => {
        const mask = `${"*a".repeat(30)}${n}!*@*`;
        return `MODE ${channel} +bbbb a${mask} b${mask} ~a:c${n} ~m:d${mask}`;
      });
      await user.says(`JOIN ${channel}`, ...masks, `MODE ${channel} b`);
    }
    await user.listens();
  });
}

/** Watches more nicks than a MONITOR list holds; the server refuses the rest. */
async function monitors(scene: Scene): Promise<void> {
  const { nick } = scene;
  await asIrcUser(scene, async (user) => {
    const lines = Array.from({ length: 20 }, (_, line) => {
      const nicks = Array.from({ length: 15 }, (_, i) => `m${line}-${i}`);
      return `MONITOR + w0,${nicks.join(",")}`;
    });
    await user.repeats(5, ...lines, "MONITOR L", "MONITOR S", `ISON ${nick} w0`);
    await user.listens();
    user.mustNotHear(/ 732 \S+ :([^,\r]+,){100}.*/, "watches more than a hundred");
  });
}

async function markers(scene: Scene): Promise<void> {
  await asIrcUser(scene, async (user) => {
    const times = Array.from({ length: 100 }, (_, i) => {
      const target = i % 3 === 0 ? `#${LOBBY}` : `m-${i}`;
      return `MARKREAD ${target} timestamp=2026-01-01T00:00:00.${String(100 + i)}Z`;
    });
    await user.says(`JOIN #${LOBBY}`);
    await user.repeats(6, ...times, `CHATHISTORY TARGETS ${EVER} 100`);
    await user.listens();
  }, { caps: ["draft/read-marker", ...HISTORY_CAPS] });
}

/** Of itself, of its own channel, and of one that it may not change. */
async function metadata(scene: Scene): Promise<void> {
  const { nick } = scene;
  await asIrcUser(scene, async (user) => {
    const keys = Array.from({ length: 30 }, (_, i) => `key-${i}`);
    const long = "x".repeat(280);
    await user.says(`JOIN #${LOBBY},#${nick}`, `METADATA * SUB ${keys.join(" ")}`);
    await user.repeats(
      4,
      ...keys.flatMap((
        key,
      ) => [`METADATA * SET ${key} :${long}`, `METADATA #${nick} SET ${key} :x`]),
      `METADATA #${LOBBY} SET avatar :${nick}`,
      `METADATA w0 SET avatar :${nick}`,
      "METADATA * LIST",
      `METADATA #${LOBBY} SYNC`,
    );
    await user.listens();
    const foreign = new RegExp(` 761 \\S+ (#${LOBBY}|w0) avatar .*`);
    user.mustNotHear(foreign, "set what is somebody else's");
  }, { caps: ["draft/metadata-3", "batch"] });
}

/** Members who all have other capabilities: what is said in the lobby would be made for each of them. */
async function capabilitySets(scene: Scene): Promise<void> {
  const { nick, random, world } = scene;
  const all = ["server-time", "message-tags", "account-tag", "echo-message", "extended-join"];
  const more = ["away-notify", "multi-prefix", "batch", "labeled-response", "setname", "chghost"];
  await Promise.all(Array.from({ length: 24 }, async (_, i) => {
    const caps = [...all, ...more].filter(() => random.chance(0.5));
    await asIrcUser(scene, async (user) => {
      await user.says(`JOIN #${LOBBY}`);
      for (let turn = 0; turn < 5 && !world.stopped; turn++) {
        const cap = random.pick([...all, ...more]);
        await user.says(
          `CAP REQ :${cap}`,
          `CAP REQ :-${random.pick([...all, ...more])}`,
          "CAP LS 302",
        );
        await world.pause(200);
      }
    }, { nick: `${nick}-${i}`, caps: ["cap-notify", ...caps] }).catch(throwViolation);
  }));
}

/** A user in many channels: its nick, its absence and its end are looked for in all of them. */
async function manyChannels(scene: Scene): Promise<void> {
  const { nick } = scene;
  const names = Array.from({ length: 25 }, (_, i) => `#${nick}-${i}`).join(",");
  await asIrcUser(scene, async (user) => {
    await user.repeats(
      5,
      ...[
        `JOIN ${names}`,
        `NICK ${nick}-1`,
        "AWAY :gone",
        "AWAY",
        `NICK ${nick}-2`,
        `PART ${names}`,
      ],
      ...[`JOIN ${names}`, "JOIN 0", `NAMES ${names}`, `WHOIS ${nick}-2`],
    );
    await user.listens();
  });
}
