/**
 * Always-on accounts as properties: whatever happens, a hub that was restored from its snapshot answers as the first one
 * does, what is written down is what there is, and what a restart brings back is what was there.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Command, Order } from "../../lib/chat/command.ts";
import { alwaysOn, Town } from "./town.ts";

const ACCOUNTS = ["alice", "bob", "carol"];
const TIGHT = {
  maxChannels: 4,
  maxEmptyByOrigin: 3,
  maxJoined: 3,
  alwaysOn: { isOpen: true, maxAccounts: 2, maxByHost: 2 },
};

/** What happens to the connection of a name: it enters, as itself or late, or leaves, or something else. */
type Deed =
  | { readonly do: "enter"; readonly nick: string; readonly account?: string }
  | { readonly do: "leave" }
  | { readonly do: "command"; readonly command: Command }
  | { readonly do: "order"; readonly order: Order };
type Step = readonly [name: string, deed: Deed];

const name = fc.constantFrom("one", "two", "three", "four");
const nick = fc.constantFrom("alice", "bob", "carol", "dave", "erin", "Alice_");
const account = fc.constantFrom(...ACCOUNTS);
const channel = fc.constantFrom("x", "y", "z", "lobby");
const on = { fold: true, make: true, claim: true } as const;

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: channel.map((channel): Command => ({ type: "join", channel, ...on })) },
  { weight: 3, arbitrary: fc.boolean().map((set) => alwaysOn(set)) },
  { weight: 3, arbitrary: fc.constant(alwaysOn(true)) },
  { weight: 2, arbitrary: channel.map((channel): Command => ({ type: "part", channel })) },
  { weight: 2, arbitrary: fc.constant<Command>({ type: "quit", reason: "bye" }) },
  {
    weight: 2,
    arbitrary: account.map((account): Command => ({ type: "login", account, rename: true })),
  },
  fc.constant<Command>({ type: "logout" }),
  fc.constant<Command>({ type: "oper" }),
  nick.map((nick): Command => ({ type: "ghost", nick })),
  nick.map((whom): Command => ({ type: "kill", whom, reason: "spam" })),
  nick.map((nick): Command => ({ type: "register", nick, home: "irc", exact: true })),
  fc.constantFrom<Command>({ type: "away", text: "tea" }, { type: "away" }),
  fc.tuple(channel, nick).map(([channel, whom]): Command => ({ type: "kick", channel, whom })),
  fc.tuple(channel, nick, fc.boolean()).map(([channel, whom, set]): Command => ({
    type: "modes",
    channel,
    changes: [{ mode: "right", right: "operator", whom, set }],
  })),
  channel.map((channel): Command => ({
    type: "modes",
    channel,
    changes: [{ mode: "key", key: "k" }],
  })),
  fc.tuple(channel, channel).map(([channel, to]): Command => ({
    type: "rename_channel",
    channel,
    to,
  })),
  channel.map((channel): Command => ({ type: "topic", channel, text: "cats" })),
  channel.map((channel): Command => ({ type: "register_channel", channel })),
  channel.map((channel): Command => ({ type: "drop_channel", channel })),
  channel.map((channel): Command => ({ type: "say", channel, text: "hi" })),
  fc.constant<Command>({ type: "user_modes", set: ["bot"], clear: [] }),
);

const order: fc.Arbitrary<Order> = fc.oneof(
  fc.subarray(ACCOUNTS).map((names): Order => ({ type: "always_on", names })),
  account.map((name): Order => ({ type: "account_removed", name })),
  account.map((name): Order => ({ type: "account_added", name })),
  fc.constant<Order>({ type: "expire_absent", ageMs: 4_000 }),
);

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("enter" as const), nick, account }, {
      requiredKeys: ["do", "nick"],
    }),
  },
  { weight: 5, arbitrary: fc.constant<Deed>({ do: "leave" }) },
  { weight: 16, arbitrary: command.map((command): Deed => ({ do: "command", command })) },
  { weight: 1, arbitrary: order.map((order): Deed => ({ do: "order", order })) },
);
const script = fc.array(fc.tuple(name, deed), { maxLength: 60 });

function act(town: Town, [name, deed]: Step): readonly string[] {
  town.time += 500;
  switch (deed.do) {
    case "enter":
      return town.enter(name, deed.nick, deed.account);
    case "leave":
      return town.leave(name);
    case "command":
      return town.do(name, deed.command);
    case "order":
      return town.order(deed.order);
  }
}

/** Counting gives what the hub counts, and the books are what describing everything anew would give. */
function check(town: Town): void {
  const { hub, held } = town;
  const { users, channels, empty } = hub.snapshot();
  const absent = new Set(users.filter((user) => user.connections.length === 0).map(({ id }) => id));
  for (const { absentSince, connections, person, modes, away } of users) {
    assertEquals(absentSince !== undefined, connections.length === 0);
    if (connections.length > 0) continue;
    assertEquals(hub.alwaysOn.includes(person?.account ?? ""), true, "only such users stay");
    assertEquals([modes.includes("operator"), away === undefined], [false, false]);
  }
  const deserted = channels.filter(({ members, registration }) =>
    registration === undefined && members.every(([id]) => absent.has(id))
  );
  assertEquals([...empty].sort(), deserted.map(({ name }) => name).sort());
  for (const name of ACCOUNTS) {
    const user = hub.keptUser(name);
    assertEquals(town.kept(name)?.channels, user?.channels, name);
    assertEquals(town.kept(name)?.person, user?.person, name);
    assertEquals(town.kept(name)?.modes, user?.modes, name);
  }
  const names = channels.map(({ name }) => name);
  assertEquals(held, names.filter((name) => hub.heldChannel(name) !== undefined).sort());
}

/** What the next server must know of users and channels. */
function ofNext(town: Town): unknown {
  return ACCOUNTS.map((name) => {
    const kept = town.hub.keptUser(name);
    if (kept === undefined) return undefined;
    // Whoever is not connected is called like its account.
    const { nick: _, handle: _2, ...person } = kept.person;
    return { channels: kept.channels, person, modes: kept.modes };
  });
}

Deno.test("property: a restored hub with absent users answers as the first one does", () => {
  fc.assert(
    fc.property(script, script, (before, after) => {
      const [one, other] = [new Town(ACCOUNTS, TIGHT), new Town(ACCOUNTS, TIGHT)];
      for (const step of before) assertEquals(act(other, step), act(one, step));
      other.restore();
      for (const step of after) {
        assertEquals(act(other, step), act(one, step));
        assertEquals(JSON.stringify(other.hub.snapshot()), JSON.stringify(one.hub.snapshot()));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("property: what is written down of always-on users is what there is", () => {
  fc.assert(
    fc.property(script, (steps) => {
      const town = new Town(ACCOUNTS, TIGHT);
      for (const step of steps) {
        act(town, step);
        check(town);
      }
    }),
    { numRuns: 600 },
  );
});

Deno.test("property: a server that was killed comes back with its always-on users", () => {
  fc.assert(
    fc.property(script, (steps) => {
      const town = new Town(ACCOUNTS, TIGHT);
      for (const step of steps.filter(([, deed]) => deed.do !== "order")) act(town, step);
      const expected = ofNext(town);
      town.restart();
      assertEquals(ofNext(town), expected);
      check(town);
    }),
    { numRuns: 600 },
  );
});
