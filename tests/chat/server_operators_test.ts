/**
 * What operators of the server do, which holds for the users of all dialects.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/chat/command.ts";
import { MAX_REASON_BYTES } from "../../lib/chat/lengths.ts";
import { MAX_MASK_LENGTH } from "../../lib/chat/masks.ts";
import { MAX_SERVER_BANS } from "../../lib/chat/server_bans.ts";
import { Stage } from "./stage.ts";

const ban = (mask: string, seconds?: number): Command => {
  const command = { type: "ban_server", mask, reason: "spam" } as const;
  return seconds === undefined ? command : { ...command, seconds };
};

/** root is an operator of the server; alice is not; pat comes from the course. */
function stage(): Stage {
  const stage = new Stage(["root", "alice"]);
  stage.enter("pat", { course: true, lobby: true, address: "198.51.100.7" });
  stage.do("root", { type: "oper" });
  return stage;
}

Deno.test("one becomes an operator once, and only operators do what is theirs", () => {
  const it = new Stage(["alice", "bob"]);
  const commands: Command[] = [
    { type: "kill", whom: "bob", reason: "" },
    { type: "wallops", text: "hi" },
    ban("bob"),
    { type: "unban_server", mask: "bob" },
    { type: "server_bans" },
  ];
  for (const command of commands) {
    it.expect("alice", command, "alice < refused not_server_operator");
  }
  it.expect("alice", { type: "oper" }, [
    "alice < became_operator",
    "alice < user_modes_changed [operator] []",
  ]);
  it.expect("alice", { type: "oper" }, "alice < became_operator");
});

Deno.test("who is killed leaves for the others, and its connection ends behind its last words", () => {
  const it = stage();
  it.join("alice", "lobby");
  it.expect("root", { type: "kill", whom: "pat", reason: "spam" }, [
    "pat < killed root spam",
    "peers of pat: quit pat Killed by root: spam",
    "pat < closing Killed by root: spam",
    "pat ends: Killed by root: spam",
  ]);
  assertEquals(it.hub.userCount, 2);
  it.expect("root", { type: "kill", whom: "pat", reason: "" }, ["root < refused no_such_nick pat"]);
});

Deno.test("a long reason is cut, of a kill and of a ban", () => {
  const it = stage();
  const reason = "a" + "😀".repeat(200);
  const cut = `a${"😀".repeat((MAX_REASON_BYTES - 4) / 4)}`;
  const [killed] = it.do("root", { type: "kill", whom: "pat", reason });
  assertEquals(killed, `pat < killed root ${cut}`);
  it.do("root", { type: "ban_server", mask: "eve", reason });
  assertEquals(it.hub.snapshot().serverBans.map(({ reason }) => reason), [cut]);
});

Deno.test("wallops reach those who want to hear them", () => {
  const it = stage();
  it.do("alice", { type: "user_modes", set: ["wallops"], clear: [] });
  it.expect("root", { type: "wallops", text: "hi" }, "alice < wallops root hi");
});

Deno.test("a ban ends the connections it means, of all dialects, but no operator's", () => {
  for (const mask of ["198.51.100.7", "198.51.100.0/24", "*@198.51.*", "pat", "json16@*"]) {
    const it = stage();
    const lines = it.do("root", ban(mask));
    assertEquals(lines.slice(1), [
      "peers of pat: quit pat Banned: spam",
      "pat < closing Banned: spam",
      "pat ends: Banned: spam",
    ], mask);
  }
  const it = stage();
  assertEquals(it.do("root", ban("192.0.2.1")).slice(1), [
    "alice < closing Banned: spam",
    "alice ends: Banned: spam",
  ], "root comes from there as well");
});

Deno.test("who is banned does not get in, in any dialect, and nobody sees that it tried", () => {
  const it = stage();
  it.do("root", { type: "watch", nicks: ["eve", "eve_x"] });
  it.do("root", ban("203.0.113.0/24"));
  for (const course of [undefined, true] as const) {
    const actor = { address: "203.0.113.9", ...(course && { course, lobby: course }) };
    const lines = it.enter("eve", actor);
    assertEquals(lines, [
      "eve < refused banned_from_server spam",
      "eve < closing Banned: spam",
      "eve ends: banned",
    ]);
  }
  assertEquals(it.hub.userCount, 3);
  assertEquals(it.enter("eve", { address: "203.0.114.9" })[0], "eve < registered eve");
  it.expect("root", { type: "whowas", nick: "eve" }, "root < whowas eve []");
});

Deno.test("a ban has an end, at its second", () => {
  const it = stage();
  it.do("root", ban("203.0.113.9", 60));
  const eve = { address: "203.0.113.9" };
  it.time = 60_999;
  assertEquals(it.enter("eve", eve)[0], "eve < refused banned_from_server spam");
  it.expect("root", { type: "server_bans" }, [
    "root < server_bans [203.0.113.9 root 1000 spam 61000]",
  ]);
  it.time = 61_000;
  assertEquals(it.enter("eve", eve)[0], "eve < registered eve");
  it.expect("root", { type: "server_bans" }, "root < server_bans []");
});

Deno.test("a ban is set and removed by its mask in any form, and listed once", () => {
  const it = stage();
  assertEquals(it.do("root", ban("PAT")).at(-1), "pat ends: Banned: spam");
  it.do("root", { type: "unban_server", mask: "pat" });
  it.do("root", ban("Eve"));
  it.do("root", ban("EVE!*@*", 1));
  it.expect("root", { type: "server_bans" }, ["root < server_bans [EVE!*@* root 1000 spam 2000]"]);
  it.expect("root", { type: "unban_server", mask: "eVe!*@*" }, [
    "root < server_ban_removed eVe!*@*",
  ]);
  it.expect("root", { type: "server_bans" }, "root < server_bans []");
  it.expect("root", { type: "unban_server", mask: "eve" }, "root < refused no_such_ban eve");
  assertEquals(it.enter("eve")[0], "eve < registered eve");
});

Deno.test("what would keep everybody out, or is no mask, is refused", () => {
  const it = stage();
  const masks = ["*", "*!*@*", "?*", "*@*.*", "0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/15", ""];
  // Its full form, with `!*@*` behind it, is one character too long.
  const long = "x".repeat(MAX_MASK_LENGTH - 3);
  for (const mask of [...masks, "10.0.0.0/33", "x y", long]) {
    it.expect("root", ban(mask), `root < refused invalid_mask ${mask}`);
  }
  for (const mask of ["10.0.0.0/8", "2001::/16", "2001:db8::1", long.slice(1)]) {
    assertEquals(it.do("root", ban(mask))[0]?.split(" ", 3).at(-1), "server_ban_set");
  }
});

Deno.test("there is an end to the number of bans; ended ones make room", () => {
  const it = stage();
  for (let i = 0; i < MAX_SERVER_BANS; i++) it.do("root", ban(`n${i}`, i === 0 ? 1 : 100));
  it.expect("root", ban("late"), `root < refused too_many_bans ${MAX_SERVER_BANS}`);
  it.time += 1000;
  assertEquals(it.do("root", ban("late"))[0]?.includes("server_ban_set"), true);
});

Deno.test("an IPv6 address is banned in any of its forms", () => {
  const it = stage();
  it.enter("eve", { address: "2001:db8::17" });
  assertEquals(it.do("root", ban("2001:DB8:0:0::/64")).at(-1), "eve ends: Banned: spam");
});
