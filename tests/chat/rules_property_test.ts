/**
 * The rules of channels as properties: bans, exceptions and invitations against a plain model; modes that
 * are set and cleared; and a hub that was restored from its snapshot, which answers as the first one does.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Flag, FLAGS, LIST_NAMES, type ListName } from "../../lib/chat/channel.ts";
import type { Command, MetadataTarget } from "../../lib/chat/command.ts";
import type { Delivery } from "../../lib/chat/event.ts";
import type { ChannelChange } from "../../lib/chat/modes.ts";
import { RIGHTS } from "../../lib/chat/rights.ts";
import { refusalsIn, Stage } from "./stage.ts";

const NAMES = ["bob", "carol", "dave"] as const;
const MASKS = ["bob", "carol", "*", "*!*@carol.ip", "*!*@192.0.2.*", "d*!*@*"] as const;
/** Whom each of the masks means, by hand. */
const MEANT: Readonly<Record<typeof MASKS[number], readonly string[]>> = {
  "bob": ["bob"],
  "carol": ["carol"],
  "*": NAMES,
  "*!*@carol.ip": ["carol"],
  "*!*@192.0.2.*": [],
  "d*!*@*": ["dave"],
};

const flag = fc.constantFrom(...FLAGS);
const mask = fc.constantFrom(...MASKS);
const name = fc.constantFrom(...NAMES);
const list = fc.constantFrom(...LIST_NAMES);

const change: fc.Arbitrary<ChannelChange> = fc.oneof(
  fc.record({ mode: fc.constant("flag" as const), flag, set: fc.boolean() }),
  fc.record({ mode: fc.constant("list" as const), list, mask, set: fc.boolean() }),
  fc.constantFrom<ChannelChange>(
    { mode: "key", key: "k" },
    { mode: "key" },
    { mode: "limit", limit: 2 },
    { mode: "limit" },
  ),
  fc.record({
    mode: fc.constant("right" as const),
    right: fc.constantFrom(...RIGHTS),
    whom: name,
    set: fc.boolean(),
  }),
);

Deno.test("who enters and who speaks is what a plain model says", () => {
  const doors = fc.record({
    bans: fc.uniqueArray(mask),
    exceptions: fc.uniqueArray(mask),
    invited: fc.uniqueArray(mask),
    flags: fc.uniqueArray(flag),
    key: fc.option(fc.constantFrom("k", "other"), { nil: undefined }),
    limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    invitedBy: fc.constantFrom("nobody", "operator", "member"),
    voice: fc.boolean(),
    who: name,
    isIn: fc.boolean(),
  });
  fc.assert(
    fc.property(doors, (it) => {
      const stage = new Stage(["alice", "eve", ...NAMES]);
      stage.join("alice", "x");
      stage.join("eve", "x");
      if (it.isIn) stage.join(it.who, "x");
      const set = (name: ListName, masks: readonly string[]): ChannelChange[] =>
        masks.map((mask) => ({ mode: "list", list: name, mask, set: true }));
      const changes: ChannelChange[] = [
        ...set("ban", it.bans),
        ...set("exception", it.exceptions),
        ...set("invite", it.invited),
        ...FLAGS.map((each: Flag): ChannelChange => (
          { mode: "flag", flag: each, set: it.flags.includes(each) }
        )),
        ...(it.key === undefined ? [] : [{ mode: "key", key: it.key } as const]),
        ...(it.limit === undefined ? [] : [{ mode: "limit", limit: it.limit } as const]),
        ...(it.voice && it.isIn
          ? [{ mode: "right", right: "voice", whom: it.who, set: true } as const]
          : []),
      ];
      stage.do("alice", { type: "modes", channel: "x", changes });
      const inviter = { nobody: undefined, operator: "alice", member: "eve" }[it.invitedBy];
      if (inviter !== undefined) {
        stage.do(inviter, { type: "invite", channel: "x", whom: it.who });
      }

      const isMeant = (masks: readonly (typeof MASKS[number])[]) =>
        masks.some((mask) => MEANT[mask].includes(it.who));
      const isBanned = isMeant(it.bans) && !isMeant(it.exceptions);
      const has = (flag: Flag) => it.flags.includes(flag);

      const isSilent = !it.isIn && has("no_external") ||
        !(it.voice && it.isIn) && (has("moderated") || isBanned);
      const said = stage.deliveries(it.who, { type: "say", channel: "x", fold: true, text: "hi" });
      assertEquals(refusalsIn(said).length === 1, isSilent);

      const join = stage.deliveries(it.who, {
        type: "join",
        channel: "x",
        make: true,
        fold: true,
        key: "k",
      });
      const isOut = !it.isIn && it.invitedBy !== "operator" && (
        isBanned || has("invite_only") && !isMeant(it.invited) ||
        has("accounts_only") || it.key === "other" || it.limit !== undefined && it.limit <= 2
      );
      assertEquals(refusalsIn(join).length === 1, isOut);
    }),
  );
});

Deno.test("the events of mode changes, put together, are the modes that the channel has", () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 6 }), (commands) => {
      const stage = new Stage(["alice", ...NAMES]);
      for (const name of ["alice", ...NAMES]) stage.join(name, "x");
      const flags = new Set<Flag>(["no_external", "topic_locked"]);
      const lists = { ban: new Set(), exception: new Set(), invite: new Set() };
      const rights = new Set<string>(["operator alice"]);
      let key: string | undefined;
      let limit: number | undefined;
      for (const changes of commands) {
        for (const each of stage.deliveries("alice", { type: "modes", channel: "x", changes })) {
          if (each.to !== "channel" || each.event.type !== "modes_changed") continue;
          for (const done of each.event.changes) {
            if (done.mode === "flag") toggle(flags, done.flag, done.set);
            if (done.mode === "list") toggle(lists[done.list], done.mask, done.set);
            if (done.mode === "right") {
              toggle(rights, `${done.right} ${done.whom.handle}`, done.set);
            }
            if (done.mode === "key") key = done.key;
            if (done.mode === "limit") limit = done.limit;
          }
        }
      }
      const [[channel]] = [...stage.user("alice").memberships.entries()] as [[
        import("../../lib/chat/channel.ts").Channel,
        unknown,
      ]];
      assertEquals(new Set(channel.flags), flags);
      assertEquals([channel.key, channel.limit], [key, limit]);
      for (const list of LIST_NAMES) {
        assertEquals(new Set(channel.lists[list].entries.map(({ mask }) => mask)), lists[list]);
      }
      const held = [...channel.members].flatMap(([user, { rights }]) =>
        RIGHTS.filter((right) => rights[right]).map((right) => `${right} ${user.person?.handle}`)
      );
      assertEquals(new Set(held), rights);
    }),
  );
});

/** Adds or deletes; fails when that is no change. */
function toggle<Value>(set: Set<Value>, value: Value, isIn: boolean): void {
  assertEquals(set.has(value), !isIn, `"${value}" was so already`);
  if (isIn) set.add(value);
  else set.delete(value);
}

const channel = fc.constantFrom("x", "x", "x", "y", "lobby");
const fold = fc.constant(true);
const whom = fc.constantFrom("alice", ...NAMES);
const type = <Type extends string>(value: Type) => fc.constant(value);
const key = fc.constantFrom("a", "b");
const target = fc.constantFrom<MetadataTarget>({}, { channel: "x" }, { channel: "y" }, {
  user: "bob",
});

/** What ends a user's part in the play is rarer than the rest. */
const ending: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: type("kill"), whom, reason: fc.constant("spam") }),
  fc.record({
    type: type("ban_server"),
    mask: fc.constantFrom("bob", "198.51.100.0/24"),
    reason: fc.constant("spam"),
    seconds: fc.integer({ min: 1, max: 100 }),
  }),
  fc.record({ type: type("quit") }),
);

const acting: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    type: type("join"),
    channel,
    fold,
    make: fold,
    claim: fold,
    key: fc.constant("k"),
    members: fc.boolean(),
    exclusive: fc.boolean(),
  }),
  fc.record({ type: type("part"), channel, fold }),
  fc.record({ type: type("create"), channel: fc.constantFrom("z", "X") }),
  fc.record({ type: type("modes"), channel, fold, changes: fc.array(change, { maxLength: 4 }) }),
  fc.record({ type: type("say"), channel, fold, text: fc.constant("hi") }),
  fc.record({ type: type("kick"), channel, fold, whom }),
  fc.record({ type: type("invite"), channel, fold, whom }),
  fc.record({ type: type("topic"), channel, fold, text: fc.constantFrom("", "cats", "dogs") }),
  fc.record({ type: type("away"), text: fc.constant("lunch") }),
  fc.record({ type: type("away") }),
  fc.record({ type: type("realname"), realname: fc.constantFrom("Ada", "Eve") }),
  fc.record({ type: type("watch"), nicks: fc.array(whom, { maxLength: 3 }) }),
  fc.record({ type: type("unwatch"), nicks: fc.array(whom, { maxLength: 3 }) }),
  fc.record({
    type: type("register"),
    nick: fc.constantFrom("alice", "Bob", "eve", "carol"),
    home: type("irc"),
    exact: fold,
  }),
  fc.record({
    type: type("user_modes"),
    set: fc.subarray(["invisible" as const, "bot" as const, "wallops" as const]),
    clear: fc.subarray(["invisible" as const, "bot" as const, "operator" as const]),
  }),
  fc.record({
    type: type("rename_channel"),
    channel,
    fold,
    to: fc.constantFrom("x", "X", "y", "w"),
  }),
  fc.record({ type: type("metadata_set"), target, key, value: fc.constantFrom("1", "2") }),
  fc.record({ type: type("metadata_set"), target, key }),
  fc.record({ type: fc.constantFrom("metadata_clear", "metadata_sync"), target }),
  fc.record({ type: fc.constantFrom("metadata_sub", "metadata_unsub"), keys: fc.array(key) }),
  fc.constant<Command>({ type: "oper" }),
  fc.record({ type: type("unban_server"), mask: fc.constant("bob") }),
);

const changing = fc.record({
  type: type("modes"),
  channel,
  fold,
  changes: fc.array(change, { minLength: 1, maxLength: 4 }),
});
const command = fc.oneof(
  { arbitrary: acting, weight: 20 },
  { arbitrary: changing, weight: 8 },
  { arbitrary: ending, weight: 1 },
);

const QUERIES: readonly Command[] = [
  { type: "list" },
  { type: "names" },
  { type: "find_channels" },
  { type: "counts" },
  { type: "my_invites" },
  { type: "my_modes" },
  { type: "watched" },
  { type: "watch_status" },
  { type: "server_bans" },
  { type: "who", mask: "*" },
  ...["x", "y", "lobby"].flatMap((channel): Command[] => [
    { type: "members_of", channel, fold: true },
    { type: "topic_of", channel, fold: true },
    { type: "modes_of", channel, fold: true },
    { type: "who", channel, fold: true },
    ...LIST_NAMES.map((list): Command => ({ type: "masks_of", channel, fold: true, list })),
  ]),
  ...["alice", "bob", "carol", "eve"].flatMap((nick): Command[] => [
    { type: "whois", nick },
    { type: "whowas", nick },
  ]),
];

/** A stage after some commands; whoever has gone says nothing. */
function play(commands: readonly (readonly [number, Command])[]): Stage {
  const stage = new Stage();
  stage.enter("alice");
  stage.enter("bob");
  stage.enter("carol", { address: "198.51.100.7" });
  stage.enter("dave", { course: true, lobby: true });
  for (const name of ["alice", "bob"]) stage.join(name, "x");
  for (const [who, command] of commands) act(stage, who, command);
  return stage;
}

/** What comes of a command of user number `who`, a while later. */
function deliveries(stage: Stage, who: number, command: Command): readonly Delivery[] {
  // So long that a channel may be renamed again.
  stage.time += 20_000;
  const user = stage.hub.user(who);
  return user === undefined ? [] : stage.hub.apply(user, command, stage.time);
}

/** The same, in lines. */
function act(stage: Stage, who: number, command: Command): readonly string[] {
  return stage.lines(deliveries(stage, who, command));
}

const script = fc.array(fc.tuple(fc.constantFrom(1, 1, 2, 3, 4), command), { maxLength: 40 });

Deno.test("a hub that was restored answers every command and question as the first one does", () => {
  fc.assert(
    fc.property(script, script, (before, after) => {
      const [one, other] = [play(before), play(before)];
      other.restore();
      for (const [who, command] of after) {
        assertEquals(act(other, who, command), act(one, who, command));
      }
      for (let who = 1; who <= 4; who++) {
        for (const query of QUERIES) assertEquals(act(other, who, query), act(one, who, query));
      }
      assertEquals(JSON.stringify(other.hub.snapshot()), JSON.stringify(one.hub.snapshot()));
    }),
  );
});

Deno.test("after any commands, counters are what counting gives, names are unique, and what was told stays as it was", () => {
  fc.assert(
    fc.property(script, (commands) => {
      const stage = play([]);
      const { hub } = stage;
      const told: [unknown, string][] = [];
      for (const [who, command] of commands) {
        const events = deliveries(stage, who, command).map((each) => "event" in each && each.event);
        for (const each of [...events, hub.snapshot()]) told.push([each, JSON.stringify(each)]);
      }
      for (const [each, text] of told) assertEquals(JSON.stringify(each), text);
      const { users, channels } = hub.snapshot();
      assertEquals(new Set(hub.channelNames).size, channels.length);
      const registered = users.filter(({ person }) => person !== undefined);
      const asker = hub.connect();
      hub.apply(asker, { type: "register", nick: "last one", home: "json16" });
      const [delivery] = hub.apply(asker, { type: "counts" });
      const event = delivery?.to === "user" ? delivery.event : undefined;
      const { peak: _, ...counts } = event?.type === "counts" ? event.counts : { peak: 0 };
      const withMode = (mode: "invisible" | "operator") =>
        registered.filter(({ modes }) => modes.includes(mode)).length;
      assertEquals(counts, {
        visible: registered.length - withMode("invisible") + 1,
        invisible: withMode("invisible"),
        operators: withMode("operator"),
        unregistered: 0,
        channels: channels.length,
      });
    }),
  );
});

Deno.test("a stranger learns nothing of a secret channel, whatever it asks", () => {
  const setup = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), command), { maxLength: 20 });
  fc.assert(
    fc.property(setup, fc.boolean(), (commands, invisible) => {
      const answers = [true, false].map((isSecretThere) => {
        const stage = play([]);
        stage.leave("dave");
        stage.enter("mallory");
        if (isSecretThere) {
          for (const name of ["alice", "bob"]) stage.join(name, "hush");
          const changes: ChannelChange[] = [
            { mode: "flag", flag: "secret", set: true },
            { mode: "list", list: "ban", mask: "eve", set: true },
          ];
          stage.do("alice", { type: "modes", channel: "hush", changes });
          stage.do("alice", { type: "topic", channel: "hush", text: "plans" });
        }
        if (invisible) stage.do("bob", { type: "user_modes", set: ["invisible"], clear: [] });
        const heard: string[] = [];
        stage.time = 1000;
        for (const [who, command] of commands) {
          // Leaving all channels and speaking in the first of them is about different ones.
          if (!("channel" in command) || "exclusive" in command && command.exclusive) continue;
          act(stage, who, command);
        }
        const questions: Command[] = [
          ...QUERIES.filter(({ type }) => type !== "counts"),
          ...["hush", "HUSH"].flatMap((channel): Command[] => [
            { type: "members_of", channel, fold: true },
            { type: "topic_of", channel, fold: true },
            { type: "modes_of", channel, fold: true },
            { type: "masks_of", channel, fold: true, list: "ban" },
            { type: "who", channel, fold: true },
            { type: "say", channel, fold: true, text: "hi" },
            { type: "tag", channel, fold: true, tags: new Map() },
            { type: "part", channel, fold: true },
            { type: "kick", channel, fold: true, whom: "bob" },
            { type: "topic", channel, fold: true, text: "hi" },
            { type: "modes", channel, fold: true, changes: [] },
            { type: "invite", channel, fold: true, whom: "bob" },
          ]),
        ];
        for (const question of questions) {
          const lines = stage.do("mallory", question);
          // How many were looked at is a cost, which nobody is shown.
          heard.push(...lines.map((line) => line.replace(/(channels_found .*) \d+$/, "$1")));
        }
        return heard;
      });
      assertEquals(answers[0], answers[1]);
    }),
  );
});
