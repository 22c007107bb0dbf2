/**
 * What Tab completes, and how it goes on.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { Roster } from "../../lib/tui/roster.ts";
import { Stage } from "./stage.ts";
import { people, person } from "../support/events.ts";

const TAB = "\t", SHIFT_TAB = "\x1b[Z", LEFT = "\x1b[D";

/** A stage on which zoe, chris and charlie have spoken, charlie last. */
function withUsers(options: ConstructorParameters<typeof Stage>[0] = {}): Stage {
  const stage = new Stage(options);
  ["zoe", "chris", "charlie"].forEach((nick) => stage.says(nick, "hi"));
  return stage;
}

function typed(stage: Stage, bytes: string): string {
  stage.types(`\x05\x15${bytes}`);
  return stage.typed;
}

Deno.test("completion: a nick at the start of the line is spoken to", () => {
  using stage = withUsers();
  assertEquals(typed(stage, `z${TAB}`), "zoe: ");
  assertEquals(typed(stage, `Z${TAB}`), "zoe: ");
});

Deno.test("completion: a nick elsewhere is a word", () => {
  using stage = withUsers();
  assertEquals(typed(stage, `hi z${TAB}!`), "hi zoe !");
  assertEquals(typed(stage, `hi z and${LEFT.repeat(4)}${TAB}`), "hi zoe and");
  assertEquals(typed(stage, `/message z${TAB}`), "/message zoe ");
});

Deno.test("completion: Tab again offers the next, the last speakers first", () => {
  using stage = withUsers();
  assertEquals(typed(stage, `ch${TAB}`), "charlie: ");
  assertEquals(typed(stage, `ch${TAB}${TAB}`), "chris: ");
  assertEquals(typed(stage, `ch${TAB}${TAB}${TAB}`), "charlie: ");
  assertEquals(typed(stage, `ch${TAB}${SHIFT_TAB}`), "chris: ");
  stage.says("chris", "again");
  assertEquals(typed(stage, `ch${TAB}`), "chris: ");
});

Deno.test("completion: any other key ends the round", () => {
  using stage = withUsers();
  assertEquals(typed(stage, `ch${TAB}x${TAB}`), "charlie: x");
});

Deno.test("completion: nothing fits", () => {
  using stage = withUsers();
  assertEquals(typed(stage, TAB), "");
  assertEquals(typed(stage, `hi ${TAB}`), "hi ");
  assertEquals(typed(stage, `q${TAB}`), "q");
  assertEquals(typed(stage, `p${TAB}`), "p", "One does not speak to oneself");
});

Deno.test("completion: commands of the protocol, at the start only", () => {
  using stage = withUsers();
  assertEquals(typed(stage, `/na${TAB}`), "/names ");
  assertEquals(typed(stage, `x /n${TAB}`), "x /n");
  using other = withUsers({ protocol: cs168 });
  assertEquals(typed(other, `/cr${TAB}`), "/create ");
  assertEquals(typed(other, `/n${TAB}`), "/n");
  using third = withUsers({ protocol: chat1 });
  assertEquals(typed(third, `/cr${TAB}`), "/cr");
});

Deno.test("completion: channels behind /join", () => {
  using stage = withUsers();
  stage.hears({ type: "channels", channels: ["lobby", "zebra"] });
  assertEquals(typed(stage, `/join z${TAB}`), "/join zebra");
  assertEquals(typed(stage, `/join l${TAB}`), "/join lobby");
});

Deno.test("roster: nicks of joins, chat and names; users that left come last", () => {
  const roster = new Roster();
  roster.notice({ type: "names", channel: "lobby", members: people(["b", "a"]) });
  assertEquals(roster.nicks, ["a", "b"]);
  roster.notice({ type: "joined", by: person("c"), channel: "" });
  roster.notice({ type: "emoted", by: person("b"), channel: "", text: "waves" });
  assertEquals(roster.nicks, ["b", "c", "a"]);
  roster.notice({ type: "left", by: person("b"), channel: "" });
  assertEquals(roster.nicks, ["c", "a", "b"]);
  roster.notice({ type: "names", channel: "lobby", members: people(["c", "b"]) });
  assertEquals(roster.nicks, ["c", "a", "b"]);
});

Deno.test("roster: bounded", () => {
  const roster = new Roster();
  for (let i = 0; i < 3000; i++) {
    roster.notice({ type: "joined", by: person(`n${i}`), channel: "" });
  }
  assertEquals(roster.nicks.length, 1000);
  assertEquals(roster.nicks[0], "n2999");
});
