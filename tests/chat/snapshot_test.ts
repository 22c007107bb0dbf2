/**
 * The hub is deterministic and serialisable: a hub that was restored from a snapshot, as text, answers every
 * command as the one that it was taken of, and as any other that had the same commands.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Delivery } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { conversation, SLOTS, type Step, TIGHT } from "./commands.ts";
import { NO_RIGHTS, withRight } from "../../lib/chat/rights.ts";
import type { User } from "../../lib/chat/user.ts";
import { from, grant } from "../support/origin.ts";

/** A delivery as plain data: users by their ids, channels by their names. */
function plain(delivery: Delivery): unknown {
  switch (delivery.to) {
    case "user":
      return ["user", delivery.user.id, delivery.event];
    case "channel":
      return ["channel", delivery.channel.name, delivery.actor.id, delivery.event];
    case "peers":
      return [
        "peers",
        delivery.channels.map(({ name }) => name),
        delivery.actor.id,
        delivery.event,
      ];
    case "members":
      return "entered" in delivery
        ? ["entered", delivery.entered.id, delivery.channel.name]
        : ["exited", delivery.exited.id, delivery.channel.name];
    case "watchers":
      return ["watchers", delivery.users.map(({ id }) => id), delivery.event];
    case "store":
      return delivery;
    case "connection":
      return "joins" in delivery
        ? ["joins", delivery.joins.id, delivery.joins.as.id]
        : ["ends", delivery.ends.id, delivery.reason];
  }
}

/** A hub whose users are known by their slots. */
class Machine {
  hub = new Hub(TIGHT);
  readonly #ids: (number | undefined)[] = Array(SLOTS).fill(undefined);

  /** Takes one step at `time`; its deliveries as plain data. */
  take({ slot, deed }: Step, time: number): unknown[] {
    if (deed.do === "connect") {
      if (this.#user(slot) === undefined) this.#ids[slot] = this.hub.connect(from(deed.origin)).id;
      return [];
    }
    const user = this.#user(slot);
    if (user === undefined) return [];
    const deliveries = deed.do === "command"
      ? this.hub.apply(user, deed.command, time)
      : this.hub.disconnect(user, deed.reason);
    return deliveries.map(plain);
  }

  /** Goes on with a hub that knows only the text of a snapshot. */
  move(): void {
    const text = JSON.stringify(this.hub.snapshot());
    this.hub = Hub.restore(JSON.parse(text), TIGHT);
    assertEquals(JSON.stringify(this.hub.snapshot()), text);
  }

  #user(slot: number) {
    const id = this.#ids[slot];
    return id === undefined ? undefined : this.hub.user(id);
  }
}

Deno.test("property: a hub that is restored at any moments goes on as one that never was", () => {
  fc.assert(
    fc.property(conversation, fc.array(fc.nat(90), { maxLength: 12 }), (steps, moments) => {
      const [one, other] = [new Machine(), new Machine()];
      const restored = new Set(moments);
      steps.forEach((step, i) => {
        if (restored.has(i)) other.move();
        assertEquals(other.take(step, i), one.take(step, i), JSON.stringify(step));
      });
      assertEquals(other.hub.snapshot(), one.hub.snapshot());
      assertEquals(other.hub.channelNames, one.hub.channelNames);
    }),
    { numRuns: 1500 },
  );
});

Deno.test("property: an event never changes once it is delivered, nor does a snapshot", () => {
  fc.assert(
    fc.property(conversation, (steps) => {
      const machine = new Machine();
      const kept: [unknown, string][] = [];
      steps.forEach((step, i) => {
        for (const delivery of machine.take(step, i)) {
          kept.push([delivery, JSON.stringify(delivery)]);
        }
        if (i % 10 !== 0) return;
        const snapshot = machine.hub.snapshot();
        kept.push([snapshot, JSON.stringify(snapshot)]);
      });
      for (const [value, text] of kept) assertEquals(JSON.stringify(value), text);
    }),
    { numRuns: 300 },
  );
});

Deno.test("a snapshot has everything that there is to know, in its order", () => {
  const hub = new Hub({ maxChannels: 10, lobby: "foyer" });
  const [olga, pat, gone] = ["net1", "net2", "net2"].map((net) => hub.connect(from(net))) as [
    User,
    User,
    User,
  ];
  hub.order({ type: "account_added", name: "Sam" });
  hub.disconnect(gone);
  hub.connect();
  hub.apply(olga, { type: "register", nick: "pat", home: "irc" });
  hub.apply(pat, { type: "register", nick: "pat", home: "json16", lobby: true }, 5);
  hub.apply(olga, { type: "create", channel: "old" }, 6);
  hub.apply(olga, { type: "part" });
  hub.apply(olga, { type: "join", channel: "x", make: true, claim: true }, 7);
  hub.apply(pat, { type: "join", channel: "x" }, 8);
  hub.apply(olga, grant("pat/2", "voice"));
  hub.apply(olga, { type: "topic", text: "tea" }, 9);
  hub.apply(pat, { type: "away", text: "supper" });
  const ban = { mode: "list", list: "ban", mask: "eve", set: true } as const;
  const changes = [ban, { mode: "key", key: "k" }, { mode: "limit", limit: 5 }] as const;
  hub.apply(olga, { type: "modes", changes }, 10);
  hub.apply(olga, { type: "say", text: "hi" }, 11);
  hub.apply(olga, { type: "join", channel: "y", make: true, claim: true }, 11);
  hub.apply(olga, { type: "invite", channel: "y", whom: "pat/2" });
  hub.apply(olga, { type: "watch", nicks: ["al", "pat/2"] });
  hub.apply(olga, { type: "oper" });
  hub.apply(olga, { type: "ban_server", mask: "mallory", reason: "spam", seconds: 1 }, 12);
  const nothing = {
    returnsToLobby: false,
    namesHandles: false,
    modes: [],
    registeredAt: 0,
    spokeAt: 0,
    invitedTo: [],
    watched: [],
  };
  const noLists = { ban: [], exception: [], invite: [] };
  assertEquals(hub.snapshot(), {
    lastId: 4,
    lastSerial: 4,
    accounts: ["Sam"],
    alwaysOn: [],
    users: [
      {
        id: 1,
        ...nothing,
        origin: from("net1"),
        connections: [{ id: 1, origin: from("net1") }],
        person: {
          nick: "pat",
          handle: "pat",
          home: "irc",
          username: "irc",
          host: "",
          realname: "",
        },
        modes: ["operator"],
        spokeAt: 11,
        watched: ["al", "pat/2"],
        channels: ["x", "y"],
      },
      {
        id: 2,
        ...nothing,
        origin: from("net2"),
        connections: [{ id: 2, origin: from("net2"), away: "supper" }],
        person: {
          nick: "pat",
          handle: "pat/2",
          home: "json16",
          username: "json16",
          host: "",
          realname: "",
        },
        returnsToLobby: true,
        away: "supper",
        registeredAt: 5,
        spokeAt: 5,
        invitedTo: ["y"],
        channels: ["foyer", "x"],
      },
      {
        ...nothing,
        id: 4,
        origin: from(""),
        connections: [{ id: 4, origin: from("") }],
        channels: [],
      },
    ],
    channels: [
      {
        name: "foyer",
        made: { origin: "net2", transient: false, at: 5, serial: 1 },
        flags: ["no_external"],
        lists: noLists,
        members: [[2, NO_RIGHTS]],
      },
      {
        name: "old",
        made: { origin: "net1", transient: false, at: 6, serial: 2 },
        flags: ["no_external"],
        lists: noLists,
        members: [],
      },
      {
        name: "x",
        made: { origin: "net1", transient: true, at: 7, serial: 3 },
        topic: { text: "tea", by: "pat!irc@", at: 9 },
        flags: ["no_external", "topic_locked"],
        key: "k",
        limit: 5,
        lists: { ...noLists, ban: [{ mask: "eve!*@*", by: "pat!irc@", at: 10 }] },
        members: [[1, withRight(NO_RIGHTS, "operator", true)], [
          2,
          withRight(NO_RIGHTS, "voice", true),
        ]],
      },
      {
        name: "y",
        made: { origin: "net1", transient: true, at: 11, serial: 4 },
        flags: ["no_external", "topic_locked"],
        lists: noLists,
        members: [[1, withRight(NO_RIGHTS, "operator", true)]],
      },
    ],
    empty: ["old"],
    counters: [["pat", 1, 3]],
    formers: [],
    serverBans: [{ mask: "mallory!*@*", by: "pat", at: 12, reason: "spam", until: 1012 }],
    peak: 2,
  });
});

Deno.test("a snapshot does not change with its hub", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect();
  hub.apply(user, { type: "register", nick: "olga", home: "irc" });
  hub.apply(user, { type: "join", channel: "x", make: true, claim: true });
  const snapshot = hub.snapshot();
  const text = JSON.stringify(snapshot);
  hub.apply(user, { type: "topic", text: "tea" });
  hub.apply(user, {
    type: "modes",
    changes: [
      { mode: "right", right: "voice", whom: "olga", set: true },
      { mode: "right", right: "operator", whom: "olga", set: false },
    ],
  });
  hub.apply(user, { type: "away", text: "supper" });
  hub.apply(user, { type: "part" });
  assertEquals(JSON.stringify(snapshot), text);
});

Deno.test("a restored hub shares nothing with the one that the snapshot was taken of", () => {
  const hub = new Hub({ maxChannels: 10 });
  const user = hub.connect();
  hub.apply(user, { type: "register", nick: "olga", home: "irc" });
  hub.apply(user, { type: "join", channel: "x", make: true, claim: true });
  const snapshot = hub.snapshot();
  const text = JSON.stringify(snapshot);
  const restored = Hub.restore(JSON.parse(text), { maxChannels: 10 });
  const again = restored.user(1);
  if (again === undefined) throw new Error("The restored hub has no user 1");
  assert(again !== user);
  const [membership] = again.memberships.values();
  assert(membership?.rights === withRight(NO_RIGHTS, "operator", true), "rights are values");
  restored.apply(again, grant("olga", "operator", false));
  assertEquals(JSON.stringify(hub.snapshot()), text);
  assertEquals(JSON.stringify(snapshot), text);
  assert(JSON.stringify(restored.snapshot()) !== text);
});

Deno.test("a snapshot whose member is no user is refused", () => {
  const made = { origin: "", transient: true, at: 0, serial: 1 };
  const members = [[7, NO_RIGHTS]] as const;
  const lists = { ban: [], exception: [], invite: [] };
  const channels = [{ name: "x", made, flags: [], lists, members }];
  const rest = { empty: [], counters: [], formers: [], serverBans: [], peak: 0 };
  const snapshot = {
    lastId: 9,
    lastSerial: 1,
    accounts: [],
    alwaysOn: [],
    users: [],
    channels,
    ...rest,
  };
  assertThrows(
    () => Hub.restore(snapshot, { maxChannels: 10 }),
    RangeError,
    'Snapshot has no user "7" of "x"',
  );
});
