/**
 * What the recorder writes of what happens in a chat: which events, into which conversation, at whose cost; and when
 * accounts enter and leave a channel.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import type { Delivery } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { User } from "../../lib/chat/user.ts";
import { Recorder } from "../../lib/history/recorder.ts";
import { from } from "../support/origin.ts";
import { settle } from "../support/within.ts";

/** A hub with ann, who has an account, ben and cat; what is recorded of it, a line each. */
class Scene {
  readonly lines: string[] = [];
  readonly payers: string[] = [];
  readonly hub = new Hub({ maxChannels: 10 });
  readonly #recorder = new Recorder({
    lobby: this.hub.lobby,
    run: "run",
    store: {
      append: ({ conversation, event, author, payer, parties }) => {
        const sides = parties?.map(({ handle }) => handle).join(">") ?? "";
        const text = "text" in event ? event.text : "";
        const row = [shown(conversation), author, event.type, sides, text];
        this.lines.push(row.filter((part) => part !== "").join(" "));
        this.payers.push(payer);
      },
      enter: (conversation, identity) =>
        void this.lines.push(`${identity} enters ${shown(conversation)}`),
      leave: (conversation, identity, until) =>
        void this.lines.push(`${identity} leaves ${shown(conversation)} at ${until}`),
      rename: (before, after) => void this.lines.push(`${shown(before)} is ${shown(after)}`),
      forget: (identity) => {
        this.lines.push(`forget ${identity}`);
        return Promise.reject(new Error("The disk is full"));
      },
    },
  });
  #time = 0;
  readonly ann: User;
  readonly ben: User;
  readonly cat: User;

  constructor() {
    this.hub.order({ type: "accounts", names: ["ann", "other"] });
    [this.ann, this.ben, this.cat] = ["ann", "ben", "cat"].map((nick) => {
      const user = this.hub.connect(from(`net of ${nick}`));
      const who = { type: "register", nick, home: "irc", exact: true } as const;
      this.do(user, nick === "ann" ? { ...who, account: nick } : who);
      return user;
    }) as [User, User, User];
  }

  do(user: User, command: Command): string[] {
    return this.#record(this.hub.apply(user, command, ++this.#time));
  }

  forget(account: string): string[] {
    this.#recorder.forget(account);
    return this.lines.splice(0);
  }

  /** All three in the channel x. */
  meet(): this {
    for (const user of [this.ann, this.ben, this.cat]) {
      this.do(user, { type: "join", channel: "x", make: true, claim: true });
    }
    return this;
  }

  #record(deliveries: readonly Delivery[]): string[] {
    const stamp = { time: this.#time, msgid: `m${this.#time}` };
    for (const delivery of deliveries) this.#recorder.record(delivery, stamp);
    return this.lines.splice(0);
  }
}

/** A conversation without what tells one of a name from the next. */
function shown(conversation: string): string {
  return conversation.startsWith("@") ? conversation : conversation.split(" ", 1)[0] ?? "";
}

const channel = "x";

Deno.test("recorder: an account's way into a channel and out of it, and nobody else's", () => {
  const scene = new Scene();
  const join: Command = { type: "join", channel, make: true };
  assertEquals(scene.do(scene.ann, join), ["=ann enters #x", "#x =ann joined"]);
  assertEquals(scene.do(scene.ben, join), ["#x ~run.2 joined"]);
  assertEquals(scene.do(scene.ann, { type: "part", channel }), [
    "=ann leaves #x at m6",
    "#x =ann left",
  ]);
  assertEquals(scene.do(scene.ben, { type: "part", channel }), ["#x ~run.2 left"]);
});

Deno.test("recorder: who logs in or out inside a channel enters or leaves it as that account", () => {
  const scene = new Scene().meet();
  // The nick is the account's: who logs out loses it.
  assertEquals(scene.do(scene.ann, { type: "logout" }), [
    "=ann leaves #x at m7",
    "#x ~run.1 renamed",
  ]);
  assertEquals(scene.do(scene.ben, { type: "login", account: "other" }), ["=other enters #x"]);
  assertEquals(scene.do(scene.ben, { type: "login", account: "ann" }), [
    "=other leaves #x at m9",
    "=ann enters #x",
  ]);
  // And nothing of that is a line for those who read.
  scene.do(scene.ben, { type: "away", text: "out" });
  assertEquals(scene.lines, []);
});

Deno.test("recorder: a quit is a line in each channel, in which its account then is no more", () => {
  const scene = new Scene().meet();
  scene.do(scene.ann, { type: "join", channel: "y", make: true });
  assertEquals(scene.do(scene.ann, { type: "quit" }).sort(), [
    "#x =ann quit",
    "#y =ann quit",
    "=ann leaves #x at m8",
    "=ann leaves #y at m8",
  ]);
  assertEquals(scene.do(scene.ben, { type: "register", nick: "bob", home: "irc" }), [
    "#x ~run.2 renamed",
  ]);
});

Deno.test("recorder: of a channel everything is kept that all of its members can read later", () => {
  const scene = new Scene().meet();
  const { ann, ben } = scene;
  const tag = (name: string): Command => ({ type: "tag", channel, tags: new Map([[name, "1"]]) });
  const rows: [User, Command, string[]][] = [
    [ben, { type: "say", channel, text: "hi" }, ["#x ~run.2 said hi"]],
    [ben, { type: "emote", channel, text: "waves" }, ["#x ~run.2 emoted waves"]],
    [ann, { type: "topic", channel, text: "tea" }, ["#x =ann topic_set tea"]],
    [ben, tag("+react"), ["#x ~run.2 tagged"]],
    [ben, tag("+typing"), []],
    [ben, tag("+draft/typing"), []],
    [ann, { type: "say", channel, text: "for operators", least: "operator" }, []],
    [ben, { type: "say", channel, text: "VERSION", ctcp: "VERSION" }, []],
    [ann, { type: "kick", channel, whom: "ben" }, ["#x =ann kicked"]],
  ];
  for (const [user, command, kept] of rows) assertEquals(scene.do(user, command), kept);
});

Deno.test("recorder: what two users say to each other is theirs, whatever came between", () => {
  const scene = new Scene();
  const { ann, ben, cat } = scene;
  const tag = (name: string): Command => ({
    type: "tag_user",
    to: "ann",
    tags: new Map([[name, "1"]]),
  });
  const dm = (to: string, text: string): Command => ({ type: "dm", to, text });
  const rows: [User, Command, string[]][] = [
    [ben, dm("ann", "psst"), ["@=ann ~run.2 ~run.2 dm ben>ann psst"]],
    [ann, dm("ben", "yes"), ["@=ann ~run.2 =ann dm ann>ben yes"]],
    [ben, dm("cat", "hi"), ["@~run.2 ~run.3 ~run.2 dm ben>cat hi"]],
    [ben, tag("+react"), ["@=ann ~run.2 ~run.2 user_tagged ben>ann"]],
    [ben, tag("+typing"), []],
    [cat, { type: "dm", to: "ann", text: "PING", ctcp: "PING" }, []],
    [cat, dm("cat", "note"), ["@~run.3 ~run.3 ~run.3 dm cat>cat note"]],
    [cat, dm("nobody", "lost"), []],
  ];
  for (const [user, command, kept] of rows) assertEquals(scene.do(user, command), kept);
});

Deno.test("recorder: a channel with another name is the same conversation", () => {
  const scene = new Scene().meet();
  assertEquals(scene.do(scene.ann, { type: "rename_channel", channel, to: "z" }), ["#x is #z"]);
  const say: Command = { type: "say", channel: "z", text: "hi" };
  assertEquals(scene.do(scene.ben, say), ["#z ~run.2 said hi"]);
});

Deno.test("recorder: the network of whoever said it pays for it", () => {
  const scene = new Scene().meet();
  scene.payers.length = 0;
  scene.do(scene.ben, { type: "say", channel, text: "hi" });
  scene.do(scene.cat, { type: "dm", to: "ann", text: "psst" });
  scene.do(scene.ann, { type: "quit" });
  assertEquals(scene.payers, ["net of ben", "net of cat", "net of ann"]);
});

Deno.test("recorder: a store that cannot forget an account now does not stop the server", async () => {
  const scene = new Scene();
  assertEquals(scene.forget("Ann"), ["forget =ann"]);
  // A rejection that nobody handles would end the test.
  await settle();
});
