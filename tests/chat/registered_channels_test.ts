/**
 * The rules of registered channels: whose they are, who has what there for good, and what is kept.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import type { Delivery } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { KeptChannel } from "../../lib/chat/snapshot.ts";
import type { User } from "../../lib/chat/user.ts";
import { from } from "../support/origin.ts";
import { refusalsIn } from "./stage.ts";

const ACCOUNTS = ["alice", "bob", "carol"];
const tea = { channel: "tea", fold: true } as const;

/** A hub with three accounts, in which users are called like theirs. */
class Scene {
  hub: Hub;
  /** What is kept, as a database would have it. */
  readonly kept = new Map<string, KeptChannel>();
  #time = 0;

  constructor(hub = new Hub({ maxChannels: 50 })) {
    this.hub = hub;
    hub.order({ type: "accounts", names: ACCOUNTS });
  }

  enter(nick: string, account?: string): User {
    const user = this.hub.connect(from("net"));
    const who = { type: "register", nick, home: "irc", exact: true } as const;
    this.take(this.hub.apply(user, account === undefined ? who : { ...who, account }));
    return user;
  }

  do(user: User, command: Command): Delivery[] {
    return this.take(this.hub.apply(user, command, ++this.#time));
  }

  join(user: User, key?: string): Delivery[] {
    const join = { type: "join", ...tea, make: true, claim: true } as const;
    return this.do(user, key === undefined ? join : { ...join, key });
  }

  order(name: string): void {
    this.take(this.hub.order({ type: "account_removed", name }));
  }

  take(deliveries: Delivery[]): Delivery[] {
    for (const each of deliveries) {
      if (each.to !== "store") continue;
      // As a database would get it.
      if ("dropped" in each) this.kept.delete(each.dropped);
      else if ("channel" in each) {
        this.kept.set(each.channel.name, JSON.parse(JSON.stringify(each.channel)));
      }
    }
    return deliveries;
  }

  /** The server ends, and another one begins with what was kept. */
  restart(): void {
    this.hub = new Hub({ maxChannels: 50 });
    this.hub.order({ type: "accounts", names: ACCOUNTS });
    this.hub.order({ type: "channels", channels: [...this.kept.values()] });
  }

  rights(user: User): string {
    const [channel] = user.memberships.keys();
    const { founder, operator, voice } = channel?.rightsOf(user) ?? {};
    return `${founder ? "q" : ""}${operator ? "o" : ""}${voice ? "v" : ""}`;
  }
}

function mode(right: "founder" | "operator" | "voice", whom: string, set = true): Command {
  return { type: "modes", ...tea, changes: [{ mode: "right", right, whom, set }] };
}

const register = { type: "register_channel", ...tea } as const;

/** A scene in which alice has registered the channel `tea`. */
function withTea(): { scene: Scene; alice: User } {
  const scene = new Scene();
  const alice = scene.enter("alice", "alice");
  scene.join(alice);
  scene.do(alice, register);
  return { scene, alice };
}

function codesOf(deliveries: readonly Delivery[]): string[] {
  return refusalsIn(deliveries).map(({ code }) => code);
}

Deno.test("registered channels: an operator with an account makes it its own", () => {
  const scene = new Scene();
  const alice = scene.enter("ann");
  scene.join(alice);
  assertEquals(codesOf(scene.do(alice, register)), ["need_account"]);
  scene.do(alice, { type: "login", account: "alice" });
  const bob = scene.enter("bob", "bob");
  scene.join(bob);
  assertEquals(codesOf(scene.do(bob, register)), ["not_operator"]);
  scene.do(alice, register);
  assertEquals([scene.rights(alice), scene.rights(bob)], ["q", ""]);
  assertEquals(codesOf(scene.do(alice, register)), ["channel_registered"]);
  assertEquals(scene.kept.get("tea")?.registration?.founder, "alice");
});

Deno.test("registered channels: nobody gets the lobby, nor a channel that it does not rule", () => {
  const scene = new Scene();
  const alice = scene.enter("alice", "alice");
  const lobby = { channel: "lobby", fold: true } as const;
  scene.do(alice, { type: "join", ...lobby, make: true, claim: true });
  assertEquals(codesOf(scene.do(alice, { type: "register_channel", ...lobby })), ["not_operator"]);
  scene.do(alice, { type: "oper" });
  assertEquals(codesOf(scene.do(alice, { type: "register_channel", ...lobby })), ["not_operator"]);
  assertEquals(codesOf(scene.do(alice, register)), ["no_such_channel"]);
  // One that a course user made has no operator: it takes one of the server.
  const pat = scene.hub.connect(from("net"));
  scene.do(pat, { type: "register", nick: "pat", home: "cs168" });
  scene.do(pat, { type: "create", channel: "tea" });
  const bob = scene.enter("bob", "bob");
  scene.join(bob);
  assertEquals(codesOf(scene.do(bob, register)), ["not_operator"]);
  scene.join(alice);
  assertEquals(codesOf(scene.do(alice, register)), []);
});

Deno.test("registered channels: everything about it outlives the server", () => {
  const { scene, alice } = withTea();
  const bob = scene.enter("bob", "bob");
  const guest = scene.enter("guest");
  for (const user of [bob, guest]) scene.join(user);
  scene.do(alice, mode("operator", "bob"));
  scene.do(alice, mode("operator", "guest"));
  scene.do(bob, { type: "topic", ...tea, text: "leaves" });
  scene.do(bob, {
    type: "modes",
    ...tea,
    changes: [
      { mode: "flag", flag: "secret", set: true },
      { mode: "key", key: "k" },
      { mode: "limit", limit: 9 },
      { mode: "list", list: "ban", mask: "eve!*@*", set: true },
    ],
  });
  scene.restart();
  assertEquals(scene.hub.channelNames, ["tea"]);
  const again = scene.enter("alice", "alice");
  scene.join(again);
  const [channel] = again.memberships.keys();
  assertEquals([channel?.topic?.text, channel?.key, channel?.limit], ["leaves", "k", 9]);
  assertEquals(channel?.flags.has("secret"), true);
  assertEquals(channel?.lists.ban.size, 1);
  const friend = scene.enter("bob", "bob");
  scene.join(friend);
  // A right without an account was for that connection.
  const other = scene.enter("guest");
  scene.join(other, "k");
  assertEquals([again, friend, other].map((user) => scene.rights(user)), ["q", "o", ""]);
});

Deno.test("registered channels: one that is the lobby by now, or whose founder is gone, does not come back", () => {
  const { scene } = withTea();
  const channels = [...scene.kept.values()];
  const asLobby = new Hub({ maxChannels: 50, lobby: "tea" });
  asLobby.order({ type: "accounts", names: ACCOUNTS });
  asLobby.order({ type: "channels", channels });
  assertEquals(asLobby.channelNames, []);
  const without = new Hub({ maxChannels: 50 });
  without.order({ type: "accounts", names: ["bob"] });
  without.order({ type: "channels", channels });
  assertEquals(without.channelNames, []);
});

Deno.test("registered channels: it stays when nobody is in it, and nobody else gets it then", () => {
  const { scene, alice } = withTea();
  scene.do(alice, { type: "part", ...tea });
  assertEquals(scene.hub.channelNames, ["tea"]);
  const eve = scene.enter("eve");
  scene.join(eve);
  assertEquals(scene.rights(eve), "");
  scene.do(eve, { type: "part", ...tea });
  for (let i = 0; i < 60; i++) {
    scene.do(eve, { type: "create", channel: `c${i}` });
  }
  assertEquals(scene.hub.channelNames.includes("tea"), true);
});

Deno.test("registered channels: nobody locks its founder out", () => {
  const { scene, alice } = withTea();
  const bob = scene.enter("bob", "bob");
  scene.join(bob);
  scene.do(alice, mode("operator", "bob"));
  scene.do(alice, { type: "part", ...tea });
  scene.do(bob, {
    type: "modes",
    ...tea,
    changes: [
      { mode: "list", list: "ban", mask: "*!*@*", set: true },
      { mode: "flag", flag: "invite_only", set: true },
      { mode: "key", key: "k" },
    ],
  });
  assertEquals(codesOf(scene.join(alice)), []);
  assertEquals(scene.rights(alice), "q");
  assertEquals(codesOf(scene.do(bob, mode("founder", "alice", false))), ["not_operator"]);
  scene.do(alice, mode("operator", "bob", false));
  scene.do(bob, { type: "part", ...tea });
  assertEquals(codesOf(scene.join(bob)), ["banned"]);
});

Deno.test("registered channels: a right by account comes with logging in, and goes with logging out", () => {
  const { scene, alice } = withTea();
  const bob = scene.enter("bob", "bob");
  scene.join(bob);
  scene.do(alice, mode("voice", "bob"));
  scene.do(bob, { type: "logout" });
  assertEquals(scene.rights(bob), "");
  scene.do(bob, { type: "login", account: "bob" });
  assertEquals(scene.rights(bob), "v");
  scene.do(alice, { type: "logout" });
  assertEquals(scene.rights(alice), "");
  scene.do(bob, { type: "login", account: "alice" });
  assertEquals(scene.rights(bob), "q");
});

Deno.test("registered channels: what was lost can be claimed by whom it belongs to", () => {
  const { scene, alice } = withTea();
  const bob = scene.enter("bob", "bob");
  scene.join(bob);
  scene.do(alice, mode("founder", "alice", false));
  assertEquals(scene.rights(alice), "");
  scene.do(alice, { type: "claim_rights", ...tea });
  assertEquals(scene.rights(alice), "q");
  assertEquals(codesOf(scene.do(bob, { type: "claim_rights", ...tea })), ["not_operator"]);
});

Deno.test("registered channels: to drop it or to give it away is for its founder", () => {
  const { scene, alice } = withTea();
  const bob = scene.enter("bob", "bob");
  scene.join(bob);
  const drop = { type: "drop_channel", ...tea } as const;
  const give = (account: string) => ({ type: "channel_founder", ...tea, account } as const);
  assertEquals(codesOf(scene.do(bob, drop)), ["not_founder"]);
  assertEquals(codesOf(scene.do(bob, give("bob"))), ["not_founder"]);
  assertEquals(codesOf(scene.do(alice, give("nobody"))), ["no_such_account"]);
  scene.do(alice, give("bob"));
  assertEquals([scene.rights(alice), scene.rights(bob)], ["o", "q"]);
  assertEquals(codesOf(scene.do(alice, drop)), ["not_founder"]);
  scene.do(bob, drop);
  assertEquals([scene.rights(alice), scene.rights(bob)], ["o", "o"]);
  assertEquals(scene.kept.size, 0);
  assertEquals(codesOf(scene.do(bob, drop)), ["channel_not_registered"]);
  for (const user of [alice, bob]) scene.do(user, { type: "part", ...tea });
  assertEquals(scene.hub.channelNames, []);
});

Deno.test("registered channels: with an account its channels go, and its rights in others", () => {
  const { scene, alice } = withTea();
  const bob = scene.enter("bob", "bob");
  scene.join(bob);
  scene.do(alice, mode("operator", "bob"));
  scene.order("bob");
  assertEquals(scene.rights(bob), "");
  assertEquals(scene.kept.get("tea")?.registration?.rights, []);
  // Whoever has the name later has nothing of it.
  scene.hub.order({ type: "account_added", name: "bob" });
  scene.do(bob, { type: "login", account: "bob" });
  assertEquals(scene.rights(bob), "");
  scene.order("alice");
  assertEquals(scene.kept.size, 0);
  // As in any channel, whoever rules it rules it until it leaves.
  assertEquals(scene.rights(alice), "o");
});

Deno.test("registered channels: an account has so many and no more", () => {
  const scene = new Scene();
  const alice = scene.enter("alice", "alice");
  for (let i = 0; i < 21; i++) {
    const of = { channel: `c${i}`, fold: true } as const;
    scene.do(alice, { type: "join", ...of, make: true, claim: true });
    const refused = codesOf(scene.do(alice, { type: "register_channel", ...of }));
    assertEquals(refused, i < 20 ? [] : ["too_many_registered"]);
  }
});

Deno.test("registered channels: who else has rights is for those who rule there", () => {
  const { scene, alice } = withTea();
  const bob = scene.enter("bob", "bob");
  scene.join(bob);
  scene.do(alice, mode("voice", "bob"));
  const info = (user: User) =>
    scene.do(user, { type: "channel_info", ...tea }).flatMap((each) =>
      each.to === "user" && each.event.type === "channel_info_is" ? [each.event] : []
    );
  assertEquals(info(bob)[0]?.entitled, undefined);
  assertEquals(info(alice)[0]?.entitled, [{ account: "bob", right: "voice" }]);
  scene.do(alice, {
    type: "modes",
    ...tea,
    changes: [{ mode: "flag", flag: "secret", set: true }],
  });
  assertEquals(info(scene.enter("eve")), []);
});

Deno.test("registered channels: only users with an account enter one with +R", () => {
  const { scene, alice } = withTea();
  const flag = { mode: "flag", flag: "accounts_only", set: true } as const;
  scene.do(alice, { type: "modes", ...tea, changes: [flag] });
  const eve = scene.enter("eve");
  assertEquals(codesOf(scene.join(eve)), ["need_account"]);
  scene.do(eve, { type: "login", account: "carol" });
  assertEquals(codesOf(scene.join(eve)), []);
});

Deno.test("registered channels: a snapshot has all of it", () => {
  const { scene, alice } = withTea();
  const bob = scene.enter("bob", "bob");
  scene.join(bob);
  scene.do(alice, mode("operator", "bob"));
  const text = JSON.stringify(scene.hub.snapshot());
  const restored = Hub.restore(JSON.parse(text), { maxChannels: 50 });
  assertEquals(JSON.stringify(restored.snapshot()), text);
});
