/**
 * Extended masks: of accounts, and those that only silence. What they mean, what they are refused for, and that
 * nobody speaks past them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Command } from "../../lib/chat/command.ts";
import { normalizeListMask } from "../../lib/chat/extended_masks.ts";
import type { ChannelChange } from "../../lib/chat/modes.ts";
import { flag, list, modes, right, say, Stage } from "./stage.ts";

const ON_X = { channel: "x", fold: true } as const;
const join: Command = { type: "join", ...ON_X };

/** alice is the operator of x; bob is logged in to the account Robert; carol to none; pat is of the course. */
function stageWith(...changes: ChannelChange[]): Stage {
  const stage = new Stage(["alice", "carol"]);
  stage.lines(stage.hub.order({ type: "accounts", names: ["Robert", "carl"] }));
  stage.enter("bob");
  stage.do("bob", { type: "login", account: "Robert" });
  stage.enter("pat", { course: true });
  stage.join("alice", "x");
  stage.do("alice", modes(...changes));
  return stage;
}

const MUTED = "refused cannot_send x muted";
const BANNED = "refused cannot_send x banned";

Deno.test("a mask has one full form, which is a full form itself", () => {
  const forms: Readonly<Record<string, string | undefined>> = {
    "~m:bob": "~m:bob!*@*",
    "~M:*@host": "~m:*!*@host",
    "~A:Bob": "~a:Bob",
    "~a:b**": "~a:b*",
    "~m:~A:bob": "~m:~a:bob",
    "~m:~m:bob": undefined,
    "~m:~x:bob": undefined,
    "~m:": undefined,
    "~a:": undefined,
    "~a:bob!*@*": undefined,
    "~a:~m:bob": undefined,
    "~q:bob": undefined,
    "~account:bob": undefined,
    "a:bob": "*!*@a:bob",
    "~bob": "~bob!*@*",
    "fe80::~a:1": "*!*@fe80::~a:1",
  };
  for (const [mask, full] of Object.entries(forms)) {
    assertEquals(normalizeListMask(mask), full, mask);
    if (full !== undefined) assertEquals(normalizeListMask(full), full);
  }
  const text = fc.array(fc.constantFrom(..."~~~::aAmMxb*?!@.")).map((each) => each.join(""));
  fc.assert(fc.property(text, (mask) => {
    const full = normalizeListMask(mask);
    assertEquals(full === undefined ? undefined : normalizeListMask(full), full);
  }));
});

Deno.test("a ban of an account meets those who are logged in to it, and no namesake", () => {
  const stage = stageWith(list("ban", "~A:ROBERT"));
  stage.expect("bob", join, "bob < refused banned x");
  stage.do("bob", { type: "register", nick: "somebody", home: "irc", exact: true });
  assertEquals(stage.do("bob", join), ["bob < refused banned x"], "whatever the nick");
  stage.do("carol", { type: "register", nick: "rob", home: "irc", exact: true });
  assertEquals(stage.join("carol", "x")[0], "x: joined rob x");
  stage.do("alice", modes(list("ban", "~a:r?b"), list("ban", "~a:*")));
  assertEquals(stage.do("carol", say("hi")), ["x: said rob x hi"], "not logged in");
  stage.do("carol", { type: "login", account: "carl" });
  assertEquals(stage.do("carol", say("hi")), [`carol < ${BANNED}`], "logged in meanwhile");
  stage.do("carol", { type: "logout" });
  stage.expect("carol", say("hi"), "x: said rob x hi");
});

Deno.test("exceptions and invitations can mean an account", () => {
  const stage = stageWith(
    list("ban", "*"),
    list("exception", "~a:robert"),
    list("invite", "~a:rob*"),
    flag("invite_only"),
  );
  stage.expect("carol", join, "carol < refused banned x");
  assertEquals(stage.join("bob", "x")[0], "x: joined bob x");
  stage.expect("bob", say("hi"), "x: said bob x hi");
  stage.do("alice", modes(list("exception", "carol")));
  stage.expect("carol", join, "carol < refused invite_only x");
});

Deno.test("a muted user enters and is silent, in every form of speech and in every dialect", () => {
  const stage = stageWith(list("ban", "~m:~a:robert"), list("ban", "~m:pat"));
  assertEquals(stage.join("bob", "x")[0], "x: joined bob x");
  stage.do("pat", { type: "join", channel: "x", exclusive: true });
  const forms: Command[] = [
    say("hi"),
    { type: "emote", ...ON_X, text: "waves" },
    { type: "tag", ...ON_X, tags: new Map([["+typing", "active"]]) },
    { type: "say", ...ON_X, text: "hi", least: "operator" },
    { type: "topic", ...ON_X, text: "hi" },
  ];
  stage.do("alice", modes(flag("topic_locked", false)));
  for (const form of forms) stage.expect("bob", form, `bob < ${MUTED}`);
  stage.expect("pat", { type: "say", text: "hi" }, `pat < ${MUTED}`);
  assertEquals(stage.do("bob", { type: "dm", to: "alice", text: "please?" }).length, 2);
  stage.do("alice", modes(right("voice", "pat")));
  stage.expect("pat", { type: "say", text: "hi" }, "x: said pat x hi");
  const bye = { type: "part", ...ON_X, reason: "you are all wrong" } as const;
  assertEquals(stage.do("bob", bye), ["x: left bob x"], "its last words are not heard");
  stage.expect("pat", bye, "x: left pat x you are all wrong");
});

Deno.test("nor does a banned member say something by the topic, or when it leaves", () => {
  const stage = stageWith(flag("topic_locked", false));
  stage.join("carol", "x");
  stage.do("alice", modes(list("ban", "carol")));
  stage.expect("carol", { type: "topic", ...ON_X, text: "hi" }, `carol < ${BANNED}`);
  stage.expect("carol", { type: "part", ...ON_X, reason: "hi" }, "x: left carol x");
});

Deno.test("an exception from silence lifts a mute and no ban; a full one lifts both", () => {
  const stage = stageWith(list("ban", "~m:*"));
  stage.join("bob", "x");
  stage.join("carol", "x");
  stage.do("alice", modes(list("exception", "~m:~a:*")));
  stage.expect("bob", say("hi"), "x: said bob x hi");
  stage.expect("carol", say("hi"), `carol < ${MUTED}`);
  stage.do("alice", modes(list("ban", "bob")));
  stage.expect("bob", say("hi"), `bob < ${BANNED}`);
  stage.do("bob", { type: "part", ...ON_X });
  stage.expect("bob", join, "bob < refused banned x");
  stage.do("alice", modes(list("exception", "bob")));
  assertEquals(stage.join("bob", "x")[0], "x: joined bob x");
  stage.expect("bob", say("hi"), "x: said bob x hi");
  stage.do("alice", modes(list("ban", "~M:*!*@*", false)));
  assertEquals(stage.do("carol", say("hi")), ["x: said carol x hi"], "removed in another case");
});

Deno.test("masks of no kind are refused, and nobody is invited to be silent", () => {
  const stage = stageWith();
  for (const mask of ["~x:bob", "~m:", "~a:", "~m:~m:bob"]) {
    stage.expect("alice", modes(list("ban", mask)), `alice < refused invalid_mode x ban ${mask}`);
  }
  stage.expect("alice", modes(list("invite", "~m:bob")), [
    "alice < refused invalid_mode x invite ~m:bob",
  ]);
});

Deno.test("a hub that was restored bans and silences the same users", () => {
  const stage = stageWith(list("ban", "~m:~a:robert"), list("ban", "~a:carl"));
  stage.join("bob", "x");
  stage.restore();
  stage.expect("bob", say("hi"), `bob < ${MUTED}`);
  stage.do("carol", { type: "login", account: "carl" });
  stage.expect("carol", join, "carol < refused banned x");
});
