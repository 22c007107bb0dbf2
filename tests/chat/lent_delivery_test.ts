/**
 * What the hub tells of a text that is borrowed: the same as of a string, in one delivery that is lent
 * again and again, while those of strings may be kept.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { Channel } from "../../lib/chat/channel.ts";
import type { Delivery, Text } from "../../lib/chat/event.ts";
import type { User } from "../../lib/chat/user.ts";
import { settled } from "../support/settled.ts";
import { Scene } from "./scene.ts";

/** A text as a codec lends it. */
function lent(text: string): Text {
  return { toString: () => text };
}

/** Alice and bob in `x`, carol and dan in `y`, eve nowhere. */
function twoChannels(): Scene {
  const scene = new Scene(["alice", "bob", "carol", "dan", "eve"]);
  scene.do("alice", { type: "create", channel: "x" });
  scene.do("bob", { type: "join", channel: "x" });
  scene.do("carol", { type: "create", channel: "y" });
  scene.do("dan", { type: "join", channel: "y" });
  return scene;
}

function says(scene: Scene, name: string, text: Text): readonly Delivery[] {
  return scene.hub.apply(scene.user(name), { type: "say", text });
}

/** Copies, with texts of their own. */
function kept(deliveries: readonly Delivery[]): Delivery[] {
  return deliveries.map((delivery) =>
    ({ ...delivery, event: settled(delivery.event) }) as Delivery
  );
}

const TURNS = ["alice", "carol", "bob", "alice", "alice", "dan", "bob", "carol"];

Deno.test("a lent delivery says what a string's does, for users and channels in turns", () => {
  const scene = twoChannels();
  TURNS.forEach((name, i) => {
    const text = `text ${i}`;
    const told = kept(says(scene, name, lent(text)));
    assertEquals(told, says(scene, name, text));
    const user: User = scene.user(name);
    const channel = user.channel as Channel;
    const event = { type: "said", nick: name, channel: channel.name, text } as const;
    assertEquals(told, [{ to: "channel", channel, actor: user, event }]);
  });
});

Deno.test("its receivers are the others in the channel at that time", () => {
  const scene = twoChannels();
  const told = (name: string, text: string) => scene.told(says(scene, name, lent(text)));
  assertEquals(told("alice", "1"), ["bob < said alice x 1"]);
  assertEquals(told("dan", "2"), ["carol < said dan y 2"]);
  scene.do("alice", { type: "join", channel: "y" });
  assertEquals(told("alice", "3"), ["carol < said alice y 3", "dan < said alice y 3"]);
  scene.do("alice", { type: "register", nick: "alicia" });
  assertEquals(told("alice", "4"), ["carol < said alicia y 4", "dan < said alicia y 4"]);
  scene.leave("dan");
  assertEquals(told("alice", "5"), ["carol < said alicia y 5"]);
  assertEquals(told("dan", "6"), []);
  assertEquals(told("eve", "7"), ["eve < refused not_in_channel"]);
});

Deno.test("the text is handed on as it is, and not looked at", () => {
  const scene = twoChannels();
  const text: Text = {
    toString: () => {
      throw new Error("The hub has read the text");
    },
  };
  const [delivery] = says(scene, "alice", text);
  assertStrictEquals(delivery?.event.type === "said" && delivery.event.text, text);
});

Deno.test("one delivery is lent for all", () => {
  const scene = twoChannels();
  const first = says(scene, "alice", lent("1"));
  assertStrictEquals(says(scene, "carol", lent("2")), first);
  assertEquals(first.length, 1);
});

Deno.test("hubs lend each their own", () => {
  const [one, two] = [twoChannels(), twoChannels()];
  const told = says(one, "alice", lent("1"));
  says(two, "dan", lent("2"));
  assertEquals(one.told(told), ["bob < said alice x 1"]);
});

Deno.test("deliveries of strings are never used again, nor are any others", () => {
  const scene = twoChannels();
  const texts = TURNS.map((_, i) => `text ${i}`);
  const told: (readonly Delivery[])[] = [];
  const asTold: Delivery[][] = [];
  const keep = (deliveries: readonly Delivery[]) => {
    told.push(deliveries);
    asTold.push(kept(deliveries));
  };
  TURNS.forEach((name, i) => {
    keep(says(scene, name, texts[i] as string));
    // What is lent in between is nothing to them.
    const borrowed = says(scene, TURNS.at(-1 - i) as string, lent("lent"));
    assert(!told.includes(borrowed));
    assert(!told.flat().includes(borrowed[0] as Delivery));
    keep(scene.hub.apply(scene.user(name), { type: "emote", text: texts[i] as string }));
    keep(says(scene, "eve", lent("refused")));
  });
  assertEquals(told, asTold);
  assertEquals(new Set(told).size, 3 * TURNS.length);
  assertEquals(new Set(told.flat()).size, 3 * TURNS.length);
  assertEquals(new Set(told.flat().map(({ event }) => event)).size, 3 * TURNS.length);
});
