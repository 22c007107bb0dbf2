/**
 * The soak's check of one stay in a channel, and of a server that was killed: it must find what is missing, doubled, moved
 * or too much, and let pass what the last moments have taken.
 *
 * @module
 */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkCrash, LOST_MS } from "../../bench/soak/id_witness.ts";
import { TaggedIrcReader } from "../../bench/soak/tagged_irc.ts";
import { Violation } from "../../bench/soak/violation.ts";
import { type Page, Visit } from "../../bench/soak/visit.ts";
import { makeMsgid } from "../../lib/chat/msgid.ts";
import { utf8 } from "../support/wire/wire.ts";

const IDS = Array.from({ length: 250 }, (_, n) => makeMsgid(1_000 + n, 0, 7));

/** A client that has entered behind the first 50, and was sent the rest. */
function visitor(): Visit {
  const visit = new Visit();
  visit.add("of another channel");
  visit.begin();
  for (const id of IDS.slice(50)) visit.add(id);
  return visit;
}

/** A server whose history has `ids`. */
function server(ids: readonly string[]) {
  return (before = "~"): Promise<Page> => {
    const keys = ids.filter((id) => id < before).slice(-100);
    return Promise.resolve({ keys, ...(keys.length === 100 && { before: keys[0] as string }) });
  };
}

Deno.test("visit: a history that ends with what was sent is right, whatever was before", async () => {
  assertEquals(await visitor().check("i", server(IDS)), 200);
  assertEquals(await new Visit().check("i", server(IDS)), 0);
  assertEquals(await visitor().check("i", server(IDS), 100), 100);
  await assertRejects(() => visitor().check("i", server(IDS.slice(0, -1)), 100), Violation);
});

Deno.test("visit: what is said while the history is read must be sent as well", async () => {
  const late = makeMsgid(5_000, 0, 7);
  const later = makeMsgid(5_001, 0, 7);
  const visit = visitor();
  const ask = server([...IDS, late]);
  assertEquals(
    await visit.check("i", (before) => {
      visit.add(late);
      visit.add(later);
      return ask(before);
    }),
    201,
  );
  await assertRejects(() => visitor().check("i", ask), Violation);
});

const WRONG: Record<string, readonly string[]> = {
  "a loss at the end": IDS.slice(0, -1),
  "a loss in between": IDS.toSpliced(120, 1),
  "a double": IDS.toSpliced(120, 0, IDS[120] as string),
  "another order": IDS.with(120, IDS[121] as string).with(121, IDS[120] as string),
  "another id": IDS.with(120, makeMsgid(1_120, 0, 8)),
  "a loss at the beginning of the stay": IDS.slice(51),
};

for (const [name, ids] of Object.entries(WRONG)) {
  Deno.test(`visit: ${name} is found`, async () => {
    await assertRejects(() => visitor().check("i", server(ids)), Violation);
  });
}

/** When the last of `IDS` was said. */
const LAST = 1_249;

Deno.test("crash: the last moments may be missing, and nothing else", () => {
  const check = (kept: readonly string[], killedAt = LAST) => checkCrash("v", IDS, kept, killedAt);
  assertEquals(check(IDS), 0);
  // What was kept and not sent any more, and what an earlier server has kept.
  assertEquals(check([makeMsgid(1, 0, 7), ...IDS, makeMsgid(2_000, 0, 7)]), 0);
  assertEquals(check(IDS.slice(0, -40)), 40);
  assertEquals(check(IDS.slice(0, -LOST_MS)), LOST_MS);
  assertThrows(() => check(IDS.slice(0, -40), LAST + LOST_MS), Violation, "others");
  assertThrows(() => check(IDS.slice(0, -LOST_MS - 2)), Violation);
  assertEquals(checkCrash("v", IDS, IDS.slice(0, -LOST_MS - 2), LAST, LOST_MS + 2), LOST_MS + 2);
  assertThrows(() => check(IDS.toSpliced(240, 1)), Violation);
  assertThrows(() => check(IDS.slice(1)), Violation);
  assertThrows(() => check(IDS.with(249, makeMsgid(1_250, 0, 8)).slice(1)), Violation);
  assertEquals(checkCrash("v", [], IDS, LAST), 0);
  assertEquals(checkCrash("v", IDS.slice(-3), IDS.slice(0, -3), LAST), 3);
});

Deno.test("tagged irc: pages are no part of what happens, and ids are those of messages", () => {
  const pages: unknown[] = [];
  const reader = new TaggedIrcReader((page) => pages.push(page));
  const lines = [
    "@msgid=1;time=t :bob!~bob@h JOIN #x",
    "@time=t;msgid=2 :bob!~bob@h PRIVMSG #x :hi : there",
    "@time=t :bob!~bob@h PRIVMSG #x :the rest of it",
    "@msgid=5 :bob!~bob@h PRIVMSG #x :\x01ACTION waves\x01",
    "@msgid=6 :bob!~bob@h PRIVMSG #x :\x01VERSION\x01",
    "@msgid=7 :bob!~bob@h PRIVMSG @#x :for some",
    "@msgid=8 :bob!~bob@h PRIVMSG me :for one",
    ":s BATCH +7 chathistory #x",
    "@batch=7;msgid=2 :bob!~bob@h PRIVMSG #x :hi",
    "@msgid=3 :bob!~bob@h PRIVMSG #x :meanwhile",
    "@batch=7;msgid=4 :bob!~bob@h PRIVMSG #x :hi",
    ":s BATCH -7",
    ":s FAIL CHATHISTORY INVALID_TARGET LATEST #x :No",
    "PING :s",
  ];
  const bytes = utf8(lines.map((line) => `${line}\r\n`).join(""));
  const texts = [...bytes].flatMap((_, i) => reader.push(bytes.subarray(i, i + 1)));
  assertEquals(texts, [
    { text: ":bob JOIN", joined: "x" },
    { text: ":bob SAID hi : there", id: "2" },
    { text: ":bob SAID the rest of it" },
    { text: ":bob EMOTED waves", id: "5" },
    { text: ":bob SAID \x01VERSION\x01" },
    { text: ":bob SAID for some" },
    { text: ":bob SAID for one" },
    { text: ":bob SAID meanwhile", id: "3" },
  ]);
  assertEquals(pages.map((page) => page instanceof Error ? "refused" : page), [
    ["2", "4"],
    "refused",
  ]);
});
