/**
 * Modes, lists and rights of a channel: who may change them, what comes of it, and what is refused.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FLAGS } from "../../lib/chat/channel.ts";
import type { Command } from "../../lib/chat/command.ts";
import { MAX_KEY_BYTES } from "../../lib/chat/lengths.ts";
import { MAX_LIST_ENTRIES } from "../../lib/chat/mask_list.ts";
import { MAX_MASK_LENGTH } from "../../lib/chat/masks.ts";
import type { ChannelChange } from "../../lib/chat/modes.ts";
import {
  hasAtLeast,
  NO_RIGHTS,
  rankOf,
  RIGHTS,
  rightsOf,
  withRight,
} from "../../lib/chat/rights.ts";
import { flag, list, modes, right, Stage } from "./stage.ts";

const mask = (text: string, set = true) => list("ban", text, set);

/** alice is the operator of x; bob and carol are members; dave is not. */
function stage(): Stage {
  const stage = new Stage(["alice", "bob", "carol", "dave"]);
  for (const name of ["alice", "bob", "carol"]) stage.join(name, "x");
  return stage;
}

Deno.test("only operators change modes, and a refusal changes nothing", () => {
  const it = stage();
  const change = modes({ mode: "key", key: "k" }, right("voice", "bob"));
  it.expect("bob", change, "bob < refused not_operator x");
  it.expect("dave", change, "dave < refused not_in_channel x");
  it.expect("dave", { ...change, channel: "y" } as Command, "dave < refused no_such_channel y");
  it.expect("alice", { type: "modes_of", channel: "x" }, [
    "alice < modes_are x [no_external, topic_locked] false 1000",
  ]);
});

Deno.test("a right for a nick that two hold is refused to a user who knows them by their nicks", () => {
  const it = new Stage(["alice", "carol"]);
  it.hub.apply(it.hub.connect(), { type: "register", nick: "carol", home: "json16" });
  it.enter("pat", { course: true });
  it.join("alice", "x");
  it.do("pat", { type: "join", channel: "x" });
  it.do("alice", modes(right("operator", "pat")));
  it.expect("pat", modes(right("voice", "carol")), [
    "pat < refused ambiguous_nick carol [carol, carol/2]",
  ]);
});

Deno.test("each flag is set and cleared; what is so already is no event", () => {
  const it = stage();
  for (const flag of FLAGS) {
    it.do("alice", modes({ mode: "flag", flag, set: false }));
    const set = modes({ mode: "flag", flag, set: true });
    it.expect("alice", set, `x: modes_changed alice x [flag ${flag} true]`);
    it.expect("alice", set, []);
  }
  it.expect("alice", { type: "modes_of", channel: "x" }, [
    `alice < modes_are x [${FLAGS.join(", ")}] false 1000`,
  ]);
});

Deno.test("one command is one event with those changes that changed something", () => {
  const it = stage();
  const change = modes(
    flag("secret"),
    flag("topic_locked"),
    { mode: "key", key: "k" },
    { mode: "limit", limit: 5 },
    right("operator", "bob"),
    mask("eve"),
  );
  it.expect("alice", change, [
    "x: modes_changed alice x " +
    "[flag secret true, key k, limit 5, right operator bob true, list ban eve!*@* true]",
  ]);
  it.expect("alice", change, []);
});

Deno.test("a key and a limit are removed by leaving them out", () => {
  const it = stage();
  it.expect("alice", modes({ mode: "key" }, { mode: "limit" }), []);
  it.do("alice", modes({ mode: "key", key: "k" }, { mode: "limit", limit: 5 }));
  it.expect("alice", modes({ mode: "key" }, { mode: "limit" }), [
    "x: modes_changed alice x [key k, limit]",
  ]);
});

Deno.test("keys, limits and masks that cannot be one are refused, once a kind", () => {
  const it = stage();
  for (const key of ["", "a b", "a,b", ":a", "x".repeat(24), "é".repeat(12), "a\tb"]) {
    it.expect("alice", modes({ mode: "key", key }), `alice < refused invalid_mode x key ${key}`);
  }
  for (const limit of [0, -1, 1.5, NaN, Infinity, 1e12]) {
    it.expect("alice", modes({ mode: "limit", limit }), [
      `alice < refused invalid_mode x limit ${limit}`,
    ]);
  }
  it.expect("alice", modes(mask(""), mask("a b"), mask("y".repeat(200)), mask("eve")), [
    "x: modes_changed alice x [list ban eve!*@* true]",
    "alice < refused invalid_mode x ban ",
  ]);
  assertEquals(it.do("alice", modes({ mode: "key", key: "é".repeat(11) }))[0]?.slice(0, 3), "x: ");
});

Deno.test("of refusals that say different things each is told: of two modes, two lists, two nicks", () => {
  const it = stage();
  const changes: ChannelChange[] = [
    { mode: "key", key: "" },
    { mode: "key", key: ":" },
    { mode: "limit", limit: 0 },
    right("voice", "nobody"),
    right("voice", "no-one"),
    right("operator", "nobody"),
  ];
  it.expect("alice", modes(...changes), [
    "alice < refused invalid_mode x key ",
    "alice < refused invalid_mode x limit 0",
    "alice < refused no_such_nick nobody",
    "alice < refused no_such_nick no-one",
  ]);
  const fill = (name: "ban" | "exception") =>
    Array.from({ length: MAX_LIST_ENTRIES + 1 }, (_, i) => list(name, `m${i}`));
  assertEquals(it.do("alice", modes(...fill("ban"), ...fill("exception"))).slice(1), [
    `alice < refused list_full x ban m${MAX_LIST_ENTRIES}!*@* ${MAX_LIST_ENTRIES}`,
    `alice < refused list_full x exception m${MAX_LIST_ENTRIES}!*@* ${MAX_LIST_ENTRIES}`,
  ]);
  it.do("alice", modes(mask("m0", false)));
  assertEquals(it.do("alice", modes(mask("late"))).length, 1, "there is room again");
});

Deno.test("the longest key, the greatest limit and the longest mask are taken", () => {
  const it = stage();
  const key = "k".repeat(MAX_KEY_BYTES);
  const text = "m".repeat(MAX_MASK_LENGTH - 4);
  const changes = [
    { mode: "key", key },
    { mode: "limit", limit: 1e9 },
    { mode: "list", list: "ban", mask: `${text}!*@*`, set: true },
  ] as const;
  it.expect("alice", modes(...changes), [
    `x: modes_changed alice x [key ${key}, limit 1000000000, list ban ${text}!*@* true]`,
  ]);
});

Deno.test("masks are kept in their full form, once, and removed in any form", () => {
  const it = stage();
  it.time = 2000;
  it.expect("alice", modes(mask("Eve"), mask("eve!*@*"), mask("*@host")), [
    "x: modes_changed alice x [list ban Eve!*@* true, list ban *!*@host true]",
  ]);
  it.expect("bob", { type: "masks_of", channel: "x", list: "ban" }, [
    "bob < masks_are x ban [Eve!*@* alice!~alice@alice.ip 2000, *!*@host alice!~alice@alice.ip 2000]",
  ]);
  it.expect("alice", modes(mask("EVE!*", false), mask("nobody", false)), [
    "x: modes_changed alice x [list ban Eve!*@* false]",
  ]);
  it.expect("bob", { type: "masks_of", channel: "x", list: "ban" }, [
    "bob < masks_are x ban [*!*@host alice!~alice@alice.ip 2000]",
  ]);
  it.expect("alice", modes(mask("*!*@HOST", false)), [
    "x: modes_changed alice x [list ban *!*@host false]",
  ]);
  const exceptions = { type: "masks_of", channel: "x", list: "exception" } as const;
  it.expect("bob", exceptions, "bob < masks_are x exception []");
  it.do("alice", modes(list("exception", "dave"), mask("eve")));
  it.expect("bob", exceptions, [
    "bob < masks_are x exception [dave!*@* alice!~alice@alice.ip 2000]",
  ]);
});

Deno.test("rights are given to members, and each unknown one is refused", () => {
  const it = stage();
  const change = modes(right("voice", "bob"), right("voice", "dave"), right("voice", "eve"));
  it.expect("alice", change, [
    "x: modes_changed alice x [right voice bob true]",
    "alice < refused not_a_member dave x",
    "alice < refused no_such_nick eve",
  ]);
});

Deno.test("nobody becomes a founder by an operator's word, or loses it by that", () => {
  const it = stage();
  it.expect("alice", modes(right("founder", "bob")), "alice < refused not_operator x");
  const membership = it.user("bob").memberships.values().next().value;
  if (membership !== undefined) membership.rights = withRight(NO_RIGHTS, "founder", true);
  it.expect("alice", modes(right("founder", "bob", false)), "alice < refused not_operator x");
  it.expect("alice", modes(right("voice", "bob")), "alice < refused not_operator x");
  it.expect("bob", modes(right("founder", "carol"), right("operator", "alice", false)), [
    "x: modes_changed bob x [right founder carol true, right operator alice false]",
  ]);
});

Deno.test("an operator that gave its right away in a command changes nothing behind it", () => {
  const it = stage();
  const change = modes(right("operator", "alice", false), right("operator", "bob"));
  it.expect("alice", change, [
    "x: modes_changed alice x [right operator alice false]",
    "alice < refused not_operator x",
  ]);
});

Deno.test("the lobby takes modes, topics and kicks of the server's operators only", () => {
  const it = new Stage(["alice", "bob"]);
  it.join("alice", "lobby");
  it.join("bob", "lobby");
  const commands: [Command, string][] = [
    [
      { type: "modes", channel: "lobby", changes: [flag("moderated")] },
      "lobby: modes_changed alice lobby [flag moderated true]",
    ],
    [{ type: "topic", channel: "lobby", text: "hi" }, "lobby: topic_set alice lobby hi"],
    [{ type: "kick", channel: "lobby", whom: "bob" }, "lobby: kicked alice bob lobby"],
  ];
  for (const [command] of commands) {
    it.expect("alice", command, "alice < refused not_operator lobby");
  }
  it.do("alice", { type: "oper" });
  const give = (right: "voice" | "operator" | "founder"): Command => ({
    type: "modes",
    channel: "lobby",
    changes: [{ mode: "right", right, whom: "bob", set: true }],
  });
  it.expect("alice", give("voice"), "lobby: modes_changed alice lobby [right voice bob true]");
  for (const right of ["operator", "founder"] as const) {
    it.expect("alice", give(right), "alice < refused not_operator lobby");
  }
  for (const [command, line] of commands) assertEquals(it.do("alice", command)[0], line);
});

Deno.test("an operator of the server has no rights in any other channel", () => {
  const it = stage();
  it.do("bob", { type: "oper" });
  it.expect("bob", modes(right("operator", "bob")), "bob < refused not_operator x");
});

Deno.test("rights are values: eight of them, each once", () => {
  for (let bits = 0; bits < 8; bits++) {
    const [founder, operator, voice] = [(bits & 4) > 0, (bits & 2) > 0, (bits & 1) > 0];
    const rights = rightsOf({ founder, operator, voice });
    assertEquals(rights, { founder, operator, voice });
    assertEquals(rights === rightsOf({ ...rights }), true);
    const held = RIGHTS.map((each) => rights[each]);
    const highest = held.indexOf(true);
    assertEquals(rankOf(rights), highest < 0 ? 0 : RIGHTS.length - highest, "by the highest one");
    RIGHTS.forEach((least, i) => {
      assertEquals(hasAtLeast(rights, least), held.slice(0, i + 1).includes(true));
    });
  }
});
