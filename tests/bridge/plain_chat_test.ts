/**
 * Two cs168 users chat at once, in a mixture of plain ASCII (which the server relays as bytes) and other text.
 * Users of all three protocols receive exactly this text, in order.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { frame, Peer } from "../support/cs168.ts";
import { Crowd } from "../support/crowd.ts";
import { cutAt } from "../support/cuts.ts";
import { joinPacket } from "../support/json16.ts";
import { OpenPort } from "../support/server.ts";

/** A chat, and what users of each protocol receive of it. */
interface Told {
  readonly bytes: Uint8Array;
  readonly cs168: readonly string[];
  readonly chat1: string;
  readonly json16: string;
}

/** A chat of `text` by `nick`. `text` has no white space where it must be cut. */
function told(nick: string, text: string): Told {
  const head = `[${nick}] `;
  const room = 200 - head.length;
  const parts = text.length <= room ? [text] : [text.slice(0, room), text.slice(room)];
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const quoted = JSON.stringify(text).replace(/[^ -~]/g, escape);
  return {
    bytes: frame(text),
    cs168: parts.map((part) => head + part),
    chat1: `@${nick}: ${text}`,
    json16: `{"type": "chat", "nick": "${nick}", "message": ${quoted}}`,
  };
}

/** Makes `count` different chats by `nick`. */
function chats(nick: string, count: number): Told[] {
  const room = 200 - `[${nick}] `.length;
  const kinds: ((i: number) => string)[] = [
    (i) => `plain ${i}`,
    (i) => `grüße ${i}`,
    (i) => `  "${i}" \\ /list @cher: [jo] {"type": "leave"}`,
    (i) => `${i}`.padEnd(room, "x"),
    (i) => `日本 😀 ${i}`,
    (i) => `${i}`.padEnd(room + 1, '"'),
    (i) => `${i}`.padEnd(200, "\\"),
    (i) => `~${i}`,
  ];
  return Array.from({ length: count }, (_, i) => {
    const kind = kinds[(i * 5 + (i >> 3)) % kinds.length] as (i: number) => string;
    return told(nick, kind(i));
  });
}

function joined(all: readonly Told[]): Uint8Array {
  return Uint8Array.from(all.flatMap(({ bytes }) => [...bytes]));
}

/** Both users send all their chats at the same time. `send` decides how. */
async function talk(
  count: number,
  send: (peer: Peer, bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  await using crowd = await Crowd.gather(new OpenPort({ limits: { commandRate: 0 } }));
  const { carl, cher, jo, witness, bell } = crowd;
  await using dora = await Peer.enter(crowd.port.port, "dora");
  await dora.does("/join lobby");
  await crowd.happens(joinPacket("dora"));
  await crowd.allSee({ cs168: ["dora has joined"], chat1: [], json16: [joinPacket("dora")] });

  const own = new Map([[carl, chats("carl", count)], [dora, chats("dora", count)]]);
  await Promise.all([...own].map(([peer, all]) => send(peer, joined(all))));
  const everything = new Map([...own.values()].flat().map((each) => [each.json16, each]));
  const order: Told[] = [];
  while (order.length < 2 * count) {
    const payload = await witness.payload();
    const each = everything.get(payload);
    assert(each !== undefined, `Nobody has said ${payload}`);
    order.push(each as Told);
  }
  for (const [peer, all] of own) {
    assertEquals(order.filter((each) => all.includes(each)), all);
    const others = order.filter((each) => !all.includes(each));
    await peer.sees(...others.flatMap(({ cs168 }) => cs168));
  }
  await witness.sees();
  await jo.sees(...order.map(({ json16 }) => json16));
  await cher.sees(bell, ...order.map(({ chat1 }) => chat1));
}

Deno.test("plain and other chats of two users, all of each user in one read, arrive exact and in order", async () => {
  await talk(60, (peer, bytes) => peer.send(bytes));
});

Deno.test("they also do in pieces that cut frames, and with frames that wrap in a ring", async () => {
  await talk(500, async (peer, bytes) => {
    const lengths = Array.from({ length: 300 }, (_, i) => 1 + (i * 7919) % 900);
    for (const piece of cutAt(bytes, lengths)) await peer.send(piece);
  });
});
