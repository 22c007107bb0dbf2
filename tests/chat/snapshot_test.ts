/**
 * What a snapshot has, and that it shares nothing with its hub. That a hub which was restored from one answers as the
 * first, `rules_property_test.ts` and `always_on_property_test.ts` show.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Hub } from "../../lib/chat/hub.ts";
import { NO_RIGHTS, withRight } from "../../lib/chat/rights.ts";
import type { User } from "../../lib/chat/user.ts";
import { from, grant } from "../support/origin.ts";

Deno.test("a snapshot has everything that there is to know, in its order, and so has what it restores", () => {
  const limits = { maxChannels: 10, lobby: "foyer" };
  const hub = new Hub(limits);
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
  const snapshot = hub.snapshot();
  assertEquals(snapshot, {
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
  const text = JSON.stringify(snapshot);
  assertEquals(JSON.stringify(Hub.restore(JSON.parse(text), limits).snapshot()), text);
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

Deno.test("an invitation ends with its channel, also in a hub that was restored", () => {
  const hub = new Hub({ maxChannels: 10 });
  const [olga, pat] = [hub.connect(from("net1")), hub.connect(from("net2"))];
  hub.apply(olga, { type: "register", nick: "olga", home: "irc" });
  hub.apply(pat, { type: "register", nick: "pat", home: "irc" });
  hub.apply(olga, { type: "join", channel: "x", make: true, claim: true });
  hub.apply(olga, { type: "invite", channel: "x", whom: "pat" });
  const again = Hub.restore(JSON.parse(JSON.stringify(hub.snapshot())), { maxChannels: 10 });
  for (const each of [hub, again]) {
    const invitedTo = () => each.snapshot().users.find(({ id }) => id === pat.id)?.invitedTo;
    assertEquals(invitedTo(), ["x"]);
    each.apply(each.user(olga.id) as User, { type: "part", channel: "x" });
    assertEquals([each.channelNames, invitedTo()], [[], []]);
  }
});
