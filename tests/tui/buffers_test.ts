/**
 * Many conversations: which event goes where, what is new, and how one gets there. Pictures of the screen.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { irc } from "../../lib/protocol/irc.ts";
import { Buffers, MOST_CHANNELS, MOST_QUERIES } from "../../lib/tui/buffers.ts";
import { mentions } from "../../lib/tui/mentions.ts";
import { people, person } from "../support/events.ts";
import { entered, inTea, Stage, type StageOptions } from "./stage.ts";

const CTRL_N = "\x0e", CTRL_P = "\x10", ALT = "\x1b", PAGE_UP = "\x1b[5~";

function said(nick: string, channel: string, text: string): ChatEvent {
  return { type: "said", by: person(nick), channel, text };
}

function dm(nick: string, text: string): ChatEvent {
  return { type: "dm", by: person(nick), to: person("pat"), text };
}

/** pat on IRC, in #tea and #den, looking at #tea. */
function onIrc(options: StageOptions = {}): Stage {
  const stage = inTea({ columns: 60, ...options }, ["pat", "chris"]);
  stage.hears(...entered("den", ["pat", "chris", "zoe"]));
  return stage;
}

Deno.test("buffers: the channel that was asked for is shown, another is not", async () => {
  using stage = onIrc();
  assertEquals(
    await stage.status(),
    " 2 #tea (2)                                          irc h:1",
  );
  assertEquals(await stage.shows(), ["*** You are in tea", "*** In tea: pat, chris", "pat> ▏"]);
  assertEquals(stage.types("/join #lake\r").length, 1);
  stage.hears(...entered("lake", ["pat"]));
  assertEquals((await stage.status()).slice(0, 12), " 4 #lake (1)");
});

Deno.test("buffers: each has its own output, draft and place, and tells what is new", async () => {
  using stage = onIrc({ rows: 6 });
  stage.types("half a ");
  stage.hears(...Array.from({ length: 9 }, (_, i) => said("chris", "tea", `line ${i}`)));
  stage.types(PAGE_UP);
  const before = await stage.shows();
  stage.hears(said("zoe", "den", "one"), said("zoe", "den", "two"));
  assertEquals(
    await stage.status(),
    " 2 #tea (2)                                    [3:2] irc h:1",
  );
  stage.types(`${ALT}3`);
  assertEquals(await stage.shows(), [
    "*** You are in den",
    "*** In den: pat, chris, zoe",
    "zoe: one",
    "zoe: two",
    "pat> ▏",
  ]);
  stage.types(`den${ALT}2`);
  assertEquals(await stage.shows(), before);
  assertEquals(stage.typed, "half a ");
  stage.types(`${ALT}3`);
  assertEquals(stage.typed, "den");
});

Deno.test("buffers: a row says from where it is new, until one looks elsewhere", async () => {
  using stage = onIrc();
  stage.types(`${ALT}3`);
  stage.hears(said("chris", "tea", "one"));
  stage.types(`${ALT}2`);
  const mark = `-- new ${"-".repeat(53)}`;
  assertEquals((await stage.shows()).slice(-4), [
    "*** In tea: pat, chris",
    mark,
    "chris: one",
    "pat> ▏",
  ]);
  stage.hears(said("chris", "tea", "two"));
  assertEquals((await stage.shows()).slice(-4), [mark, "chris: one", "chris: two", "pat> ▏"]);
  stage.types(`${ALT}3${ALT}2`);
  assert(!(await stage.shows()).includes(mark));
});

Deno.test("buffers: Ctrl-N and Ctrl-P go round, Alt-A goes where one is called first", async () => {
  using stage = onIrc();
  const shown = async () => (await stage.status()).trim().split(" ", 2).join(" ");
  const visited = [];
  for (const key of [CTRL_N, CTRL_N, CTRL_N, CTRL_P, CTRL_P]) {
    stage.types(key);
    visited.push(await shown());
  }
  assertEquals(visited, ["3 #den", "1 server", "2 #tea", "1 server", "3 #den"]);
  stage.types(`${ALT}1`);
  stage.hears(said("zoe", "tea", "hello"), said("zoe", "den", "Pat: hello"));
  assertEquals((await stage.status()).includes("[3:1!1 2:1]"), true);
  stage.types(`${ALT}a`);
  assertEquals(await shown(), "3 #den");
  stage.types(`${ALT}a`);
  assertEquals(await shown(), "2 #tea");
  stage.types(`${ALT}a`);
  assertEquals(await shown(), "2 #tea");
});

Deno.test("buffers: a private message opens a conversation, and what is typed there goes to its user", async () => {
  for (const protocol of [irc, undefined]) {
    using stage = new Stage({ ...(protocol && { protocol }), columns: 60 });
    stage.hears(dm("chris", "psst"));
    assert((await stage.status()).includes("[2:1!1]"));
    stage.types(`${ALT}2`);
    assertEquals(await stage.shows(), ["chris -> pat: psst", "pat> ▏"]);
    assertEquals(stage.types("yes?\r"), [
      { type: "send", command: { type: "dm", to: "chris", text: "yes?" } },
    ]);
    stage.types("/part\r");
    assertEquals((await stage.status()).includes("chris"), false);
  }
});

Deno.test("buffers: what one says to somebody stands in the conversation, wherever it was typed", () => {
  using stage = onIrc();
  stage.hears({ type: "dm_sent", by: person("pat"), to: person("zoe"), text: "psst" });
  stage.types("/query zoe\r");
  assertEquals(stage.lines, ["pat -> zoe: psst"]);
});

Deno.test("buffers: who leaves the server or changes the name is seen where the user was", () => {
  using stage = onIrc();
  stage.hears(
    { type: "quit", by: person("zoe") },
    { type: "renamed", by: person("chris"), now: person("kit") },
  );
  assertEquals(stage.lines.slice(2), ["*** chris is called kit now"]);
  stage.types(`${ALT}3`);
  assertEquals(stage.lines.slice(2), [
    "*** zoe has left the server",
    "*** chris is called kit now",
  ]);
  assertEquals([...stage.model.buffers.current.members.names].sort(), ["kit", "pat"]);
});

Deno.test("buffers: one's own new name is known, and mentions follow it", async () => {
  using stage = onIrc();
  stage.hears({ type: "renamed", by: person("pat"), now: person("patricia") });
  assertEquals((await stage.shows()).at(-1), "patricia> ▏");
  stage.types(`${ALT}1`);
  stage.hears(said("zoe", "den", "pat: no"), said("zoe", "den", "patricia: yes"));
  assert((await stage.status()).includes("[3:2!1]"));
});

Deno.test("buffers: mentions are collected, from all channels", async () => {
  using stage = onIrc();
  stage.hears(said("zoe", "den", "is pat here?"), said("chris", "tea", "PAT!"), dm("zoe", "psst"));
  stage.hears(said("chris", "tea", "the pattern"), said("pat", "tea", "I am pat"));
  assertEquals(stage.model.calls, 3);
  stage.types(`${ALT}0`);
  assertEquals(stage.lines, ["#den zoe: is pat here?", "#tea chris: PAT!"]);
  assert((await stage.status()).startsWith(" 0 mentions  "));
});

Deno.test("buffers: /part closes a channel, a kick leaves it open and says so", async () => {
  using stage = onIrc();
  assertEquals(stage.types("/part\r"), [
    { type: "send", command: { type: "part", channel: "tea" } },
  ]);
  stage.hears({ type: "left", by: person("pat"), channel: "tea" });
  assertEquals((await stage.status()).slice(0, 9), " 1 server");
  stage.types(`${ALT}2`);
  const [zoe, una] = [person("zoe"), person("una")];
  stage.hears({ type: "kicked", by: zoe, whom: una, channel: "den", reason: "too loud" });
  assertEquals(stage.lines.at(-1), "*** zoe removed una from the chat (too loud)");
  stage.hears({ type: "removed", by: zoe, channel: "den" });
  assertEquals((await stage.status()).slice(0, 19), " 2 #den (not in it)");
  assertEquals(stage.lines.at(-1), "*** zoe removed you from den");
  stage.hears({ type: "removed", by: zoe, channel: "den", reason: "you too" });
  assertEquals(stage.lines.at(-1), "*** zoe removed you from den (you too)");
});

Deno.test("buffers: refusals and answers are seen where one looks, the server's words in the first", () => {
  using stage = onIrc();
  stage.hears(
    { type: "refused", refusal: { code: "no_such_nick", nick: "bob" } },
    { type: "notice", text: "no such command", isAnswer: true },
    { type: "notice", text: "hello all" },
    { type: "notice", text: "zoe sets +m", channel: "den" },
  );
  const [first, tea, den] = stage.model.buffers.list.map((_, i) => {
    stage.types(`${ALT}${i + 1}`);
    return stage.lines.slice(i === 0 ? 0 : 2);
  });
  assertEquals(first, ["*** hello all"]);
  assertEquals(tea?.length, 2);
  assertEquals(den, ["*** zoe sets +m"]);
});

Deno.test("buffers: json16 learns name and members of its channel from the answer to names", async () => {
  using stage = new Stage({ columns: 60 });
  stage.hears({ type: "names", channel: "lobby", members: people(["pat", "chris"]) });
  assertEquals((await stage.status()).slice(0, 12), " 1 lobby (2)");
  stage.hears({ type: "joined", by: person("zoe"), channel: "" });
  assertEquals((await stage.status()).slice(0, 12), " 1 lobby (3)");
  stage.types("z\t");
  assertEquals(stage.typed, "zoe: ");
});

Deno.test("buffers: cs168 is where it asked to be, unless that was refused", async () => {
  using stage = new Stage({ protocol: cs168, columns: 60 });
  stage.types("/create tea\r");
  assertEquals((await stage.status()).slice(0, 6), " 1 tea");
  stage.types("/join den\r");
  stage.hears({ type: "notice", text: "No channel named den exists. Try '/create den'?" });
  assertEquals((await stage.status()).slice(0, 7), " 1 tea ");
  stage.types("/list\r");
  stage.hears({ type: "notice", text: "tea\nlake" });
  assertEquals((await stage.status()).slice(0, 7), " 1 tea ");
});

Deno.test("status: in 80 columns, in 40, and not at all on a tiny screen", async () => {
  using stage = onIrc({ columns: 80 });
  stage.hears({
    type: "topic_set",
    by: person("zoe"),
    channel: "tea",
    text: "All about tea and what goes with it",
  });
  stage.hears(said("zoe", "den", "pat?"));
  assertEquals(
    await stage.status(),
    " 2 #tea (2) All about tea and what goes with it                  [3:1!1] irc h:1",
  );
  stage.resizes(40, 10);
  assertEquals(await stage.status(), " 2 #tea (2) All about …  [3:1!1] irc h:1");
  stage.resizes(20, 10);
  assertEquals(await stage.status(), " 2 #tea (2)  [3:1!1]");
  stage.resizes(10, 2);
  assertEquals(await stage.status(), "");
});

Deno.test("status: of many buffers with news, as many are named as fit", async () => {
  using stage = onIrc({ columns: 40 });
  for (let i = 0; i < 30; i++) {
    stage.hears(...entered(`c${i}`, ["pat"]), said("zoe", `c${i}`, "pat?"));
  }
  assert(/^ 2 #tea \(2\) +\[4:1!1 5:1!1 6:1!1 \+27\]$/.test(await stage.status()));
  stage.resizes(80, 9);
  assert(
    (await stage.status()).includes("[4:1!1 5:1!1 6:1!1 7:1!1 8:1!1 9:1!1 10:1!1 "),
  );
  stage.resizes(24, 9);
  assert(/^ 2 #tea \(2\) +\[4:1!1 \+29\]$/.test(await stage.status()), await stage.status());
});

Deno.test("mentions: the line stands out where it was said", async () => {
  using stage = onIrc();
  stage.hears(said("zoe", "tea", "hello pat"), said("zoe", "tea", "the others"));
  assertEquals((await stage.look("hello pat")).bold, true);
  assertEquals((await stage.look("the others")).bold, false);
});

Deno.test("status: control characters and wide characters of names and topics do no harm", async () => {
  using stage = onIrc({ columns: 40 });
  stage.hears({
    type: "topic_set",
    by: person("z"),
    channel: "tea",
    text: "\x1b[31m\u202e日本語日本語日本語日本語日本語",
  });
  const status = await stage.status();
  assert(!status.includes("\x1b") && !status.includes("\u202e"));
  assert(status.includes("␛[31m日本"));
  assert(status.endsWith("irc h:1"), status);
});

Deno.test("buffers: strangers cannot open conversations without end", () => {
  using stage = onIrc();
  stage.hears(...Array.from({ length: 3 * MOST_QUERIES }, (_, i) => dm(`eve${i}`, "hi")));
  assertEquals(stage.model.buffers.list.length, 3 + MOST_QUERIES);
  stage.types(`${ALT}1`);
  assertEquals(stage.lines.length, 2 * MOST_QUERIES);
});

Deno.test("buffers: a server cannot put its user into channels without end", () => {
  using stage = onIrc();
  for (let i = 0; i < MOST_CHANNELS + 50; i++) stage.hears({ type: "entered", channel: `c${i}` });
  assertEquals(stage.model.buffers.list.length, 1 + MOST_CHANNELS);
});

Deno.test("mentions: the nick as a word, in any case", () => {
  const yes = ["pat", "PAT: hi", "hi pat", "(pat)", "patpat pat", "@pat!", "🙂pat🙂"];
  const no = ["", "pa", "patpat", "pat_", "spat", "pat2", "päpat", "𝒳pat"];
  assertEquals(yes.filter((text) => !mentions(text, "pat")), []);
  assertEquals(no.filter((text) => mentions(text, "pat")), []);
  assertEquals([mentions("x", ""), mentions("zoë, hi", "Zoë")], [false, true]);
});

Deno.test("buffers: property: one is always on the screen, numbers are places, counts are of the others", () => {
  const name = fc.constantFrom("a", "B", "b", "c");
  const step = fc.oneof(
    fc.record({ do: fc.constantFrom("open", "close", "count", "find"), name }),
    fc.record({ do: fc.constantFrom("next", "previous", "active") }),
    fc.record({ do: fc.constant("go"), number: fc.nat(6) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const buffers = new Buffers("server", (text) => text.toLowerCase());
    for (const each of steps) {
      if (each.do === "open") buffers.open("channel", (each as { name: string }).name);
      else if ("name" in each) {
        const found = buffers.find("channel", each.name);
        if (found !== undefined && each.do === "close") buffers.close(found);
        if (found !== undefined && each.do === "count") buffers.count(found, true);
      } else if ("number" in each) buffers.goTo(each.number);
      else if (each.do === "active") buffers.goToActive();
      else buffers.step(each.do === "next" ? 1 : -1);
      assert(buffers.list.includes(buffers.current));
      assertEquals(buffers.current.unread, 0);
      buffers.list.forEach((buffer, i) => assertEquals(buffers.numberOf(buffer), i + 1));
      const names = buffers.list.map(({ name }) => name.toLowerCase());
      assertEquals(new Set(names).size, names.length);
    }
  }));
});
