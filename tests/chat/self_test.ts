/**
 * What users set for themselves, and who learns of it: nicks, absence, real names, modes, watched users.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { MAX_AWAY_BYTES, MAX_REALNAME_BYTES, MAX_USERNAME_BYTES } from "../../lib/chat/lengths.ts";
import { MAX_WATCHED } from "../../lib/chat/watches.ts";
import { Stage } from "./stage.ts";

const nick = (nick: string): Command => ({ type: "register", nick, home: "irc", exact: true });
const watch = (...nicks: string[]): Command => ({ type: "watch", nicks });

Deno.test("a registration keeps a username and a real name, which are cut", () => {
  const stage = new Stage();
  stage.enter("alice", { realname: "Alice A." });
  const { username, host, realname, handle } = stage.user("alice").person ?? {};
  assertEquals([handle, username, host, realname], ["alice", "~alice", "alice.ip", "Alice A."]);
  stage.enter("bartholomew", { realname: "é".repeat(100) });
  const long = stage.user("bartholomew").person;
  assertEquals(long?.username, "~bartholomew".slice(0, MAX_USERNAME_BYTES));
  assertEquals(long?.realname, "é".repeat(MAX_REALNAME_BYTES / 2));
});

Deno.test("a user of the course has its protocol's name for a username, and a cloak", () => {
  const stage = new Stage();
  stage.enter("pat", { course: true, host: "cloak.ip" });
  const { username, host, realname } = stage.user("pat").person ?? {};
  assertEquals([username, host, realname], ["json16", "cloak.ip", ""]);
});

Deno.test("a nick that is taken in any case, or is no handle, is refused", () => {
  const stage = new Stage(["alice", "bob"]);
  stage.expect("bob", nick("ALICE"), "bob < refused nick_in_use ALICE");
  for (const bad of ["", "a b", "7of9", "-x", "a/2", "#x", "x".repeat(33), "~a"]) {
    stage.expect("bob", nick(bad), `bob < refused invalid_nick ${bad}`);
  }
  assertEquals(stage.do("bob", nick("bob")), [], "the same again");
});

Deno.test("a change of case is a new name of the same one, and nobody leaves for it", () => {
  const stage = new Stage(["alice", "bob"]);
  stage.do("alice", watch("bob"));
  stage.expect("bob", nick("BOB"), "peers of bob: renamed bob BOB");
  stage.expect("alice", { type: "whowas", nick: "bob" }, "alice < whowas bob []");
  const { username, realname } = stage.user("bob").person ?? {};
  assertEquals([username, realname], ["~bob", ""], "and keeps the rest");
});

Deno.test("being away is seen by peers, and answered each time", () => {
  const stage = new Stage(["alice"]);
  const away = (text?: string): Command =>
    text === undefined ? { type: "away" } : { type: "away", text };
  stage.expect("alice", away("lunch"), [
    "alice < now_away true",
    "peers of alice: away alice lunch",
  ]);
  stage.expect("alice", away("lunch"), "alice < now_away true");
  stage.expect("alice", away(), ["alice < now_away false", "peers of alice: away alice"]);
  stage.expect("alice", away(), "alice < now_away false");
  stage.do("alice", away("x".repeat(1000)));
  assertEquals(stage.user("alice").away?.length, MAX_AWAY_BYTES);
});

Deno.test("a real name is changed for all to see, unless it is none or too long", () => {
  const stage = new Stage(["alice"]);
  const realname = (realname: string): Command => ({ type: "realname", realname });
  const [delivery] = stage.deliveries("alice", realname("Ada"));
  const event = delivery?.to === "peers" && delivery.event;
  assertEquals(event && event.type === "realname_changed" && event.now.realname, "Ada");
  assertEquals(stage.user("alice").person?.realname, "Ada");
  stage.expect("alice", realname("Ada"), []);
  const longest = "é".repeat(MAX_REALNAME_BYTES / 2);
  stage.do("alice", realname(longest));
  assertEquals(stage.user("alice").person?.realname, longest);
  for (const bad of ["", "x".repeat(MAX_REALNAME_BYTES + 1), "é".repeat(76)]) {
    stage.expect("alice", realname(bad), [
      `alice < refused invalid_realname ${MAX_REALNAME_BYTES}`,
    ]);
  }
});

Deno.test("users change their own modes, but nobody makes itself an operator", () => {
  const stage = new Stage(["alice"]);
  stage.expect("alice", { type: "user_modes", set: ["invisible", "operator", "bot"], clear: [] }, [
    "alice < user_modes_changed [invisible, bot] []",
  ]);
  stage.expect("alice", { type: "my_modes" }, "alice < user_modes_are [invisible, bot]");
  assertEquals(stage.user("alice").person?.bot, true);
  stage.expect("alice", { type: "user_modes", set: ["bot"], clear: ["wallops"] }, []);
  stage.do("alice", { type: "oper" });
  stage.expect("alice", { type: "user_modes", set: ["wallops"], clear: ["operator", "bot"] }, [
    "alice < user_modes_changed [wallops] [operator, bot]",
  ]);
  assertEquals("bot" in (stage.user("alice").person ?? {}), false);
});

Deno.test("who is watched is announced when it comes, changes its nick, and goes", () => {
  const stage = new Stage(["alice", "bob"]);
  stage.expect("alice", watch("BOB", "carol", "dave"), [
    "alice < watch_online [bob]",
    "alice < watch_offline [carol, dave]",
  ]);
  assertEquals(stage.enter("carol"), ["carol < registered carol", "alice < watch_online [carol]"]);
  stage.expect("carol", nick("dave"), [
    "peers of carol: renamed carol dave",
    "alice < watch_offline [carol]",
    "alice < watch_online [dave]",
  ]);
  assertEquals(stage.leave("carol"), ["alice < watch_offline [dave]"]);
  stage.expect("alice", { type: "watched" }, "alice < watching [BOB, carol, dave]");
  stage.expect("alice", { type: "watch_status" }, [
    "alice < watch_online [bob]",
    "alice < watch_offline [carol, dave]",
  ]);
});

Deno.test("a user of the course is watched by its handle", () => {
  const stage = new Stage(["alice"]);
  stage.do("alice", watch("pat_x"));
  assertEquals(
    stage.enter("pat x", { course: true, lobby: true }).at(-1),
    "alice < watch_online [pat_x]",
  );
});

Deno.test("whom nobody watches any more is not announced", () => {
  const stage = new Stage(["alice", "bob"]);
  stage.do("alice", watch("carol", "dave"));
  stage.expect("alice", { type: "unwatch", nicks: ["CAROL", "nobody"] }, []);
  assertEquals(stage.enter("carol"), ["carol < registered carol"]);
  stage.do("alice", { type: "unwatch_all" });
  assertEquals(stage.enter("dave"), ["dave < registered dave"]);
  stage.do("alice", watch("eve"));
  stage.leave("alice");
  assertEquals(stage.enter("eve"), ["eve < registered eve"]);
});

Deno.test("the list of watched users has an end; what is on it already fits", () => {
  const stage = new Stage(["alice"]);
  const nicks = Array.from({ length: MAX_WATCHED }, (_, i) => `n${i}`);
  stage.do("alice", watch(...nicks));
  stage.expect("alice", watch("N1", "late", "later"), [
    "alice < watch_offline [N1]",
    `alice < refused watch_full ${MAX_WATCHED} [late, later]`,
  ]);
  stage.do("alice", { type: "unwatch_all" });
  assertEquals(stage.do("alice", watch("x".repeat(33))), [], "no handle is so long");
  const longest = "x".repeat(32);
  stage.expect("alice", watch(longest), `alice < watch_offline [${longest}]`);
});

Deno.test("absence and real names reach those who watch and share no channel, once", () => {
  const stage = new Stage(["alice", "bob", "carol"]);
  stage.do("alice", watch("carol"));
  stage.do("bob", watch("carol"));
  stage.do("carol", watch("carol"));
  stage.join("bob", "x");
  stage.join("carol", "x");
  assertEquals(stage.do("carol", { type: "away", text: "lunch" }).slice(1), [
    "peers of carol: away carol lunch",
    "watchers alice: away carol lunch",
  ]);
  assertEquals(
    stage.do("carol", { type: "realname", realname: "C" })[1],
    "watchers alice: realname_changed carol carol",
  );
});

Deno.test("several who watch one user hear of it in the order of connecting, also after one of them has stopped", () => {
  const stage = new Stage(["alice", "bob", "carol"]);
  for (const name of ["carol", "bob", "alice"]) stage.do(name, watch("Zoe"));
  const heard = ["alice", "bob", "carol"].map((name) => `${name} < watch_online [Zoe]`);
  assertEquals(stage.enter("Zoe"), ["Zoe < registered Zoe", ...heard]);
  stage.do("bob", { type: "unwatch", nicks: ["zoe"] });
  assertEquals(stage.leave("Zoe"), ["alice < watch_offline [Zoe]", "carol < watch_offline [Zoe]"]);
});

Deno.test("of those who watch it, strangers in channels of their own hear that a user is away, and it does not itself", () => {
  const stage = new Stage(["alice", "carol"]);
  stage.do("alice", watch("carol"));
  stage.do("carol", watch("carol"));
  stage.join("alice", "x");
  const away: Command = { type: "away", text: "lunch" };
  assertEquals(stage.do("carol", away).at(-1), "watchers alice: away carol lunch", "in no channel");
  stage.do("carol", { type: "away" });
  stage.join("carol", "y");
  assertEquals(
    stage.do("carol", away).at(-1),
    "watchers alice: away carol lunch",
    "in another one",
  );
});
