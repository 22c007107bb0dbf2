/**
 * A client's half of IRC asks for what was said before, and reads the answers.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { irc } from "../../lib/protocol/irc.ts";
import { linesOf, reads, registered, sent } from "../support/irc_client.ts";

const CAPS = "draft/chathistory batch message-tags server-time soju.im/search";

const HEAD = "@time=2026-01-02T03:04:05.678Z;batch=1;msgid=";

Deno.test("irc client: questions for the history of channels and users", () => {
  const codec = registered(CAPS, { receipts: true });
  assertEquals([codec.hasHistory, codec.canSearch], [true, true]);
  const tea = { channel: "tea" };
  const page = { type: "history", limit: 50 } as const;
  const lines = [
    { ...page, find: "latest", target: tea } as const,
    { ...page, find: "before", anchor: { msgid: "m1" }, target: tea } as const,
    {
      ...page,
      find: "before",
      anchor: { at: 1_767_323_045_678 },
      target: { user: "eve" },
    } as const,
    { type: "search", words: "a b; c\\", target: tea, limit: 20 } as const,
    { type: "search", words: "x", limit: 20 } as const,
  ].flatMap((command) => sent(codec, command));
  assertEquals(lines, [
    "CHATHISTORY LATEST #tea * 50",
    "CHATHISTORY BEFORE #tea msgid=m1 50",
    "CHATHISTORY BEFORE eve timestamp=2026-01-02T03:04:05.678Z 50",
    "SEARCH in=#tea;text=a\\sb\\:\\sc\\\\;limit=20",
    "SEARCH text=x;limit=20",
  ]);
});

Deno.test("irc client: a page of a private conversation, both sides of it", () => {
  const codec = registered(CAPS, { receipts: true });
  const [page] = reads(
    codec,
    ":s BATCH +1 chathistory eve",
    `${HEAD}m1 :eve!~e@h PRIVMSG dave :one`,
    `${HEAD}m2 :dave!~d@h PRIVMSG eve :two`,
    `${HEAD}m3 :eve!~e@h JOIN #tea`,
    ":s BATCH -1",
  );
  const shown = page?.type === "history"
    ? page.kept.map(({ event, stamp }) => [
      stamp.msgid,
      event.type,
      "by" in event ? event.by?.nick : "",
      "text" in event ? event.text : "",
    ])
    : [];
  assertEquals(page?.type === "history" && [page.name, page.isChannel], ["eve", false]);
  assertEquals(shown, [["m1", "dm", "eve", "one"], ["m2", "dm", "dave", "two"]]);
});

Deno.test("irc client: what a search has found, in channels and elsewhere, and refusals", () => {
  const codec = registered(CAPS, { receipts: true });
  const [found, ...others] = reads(
    codec,
    ":s BATCH +1 soju.im/search",
    `${HEAD}m1 :eve!~e@h PRIVMSG #tea :one`,
    `${HEAD}m2 :eve!~e@h PRIVMSG dave :two`,
    ":s BATCH -1",
    "FAIL SEARCH INVALID_PARAMS in=#den :Invalid parameters",
    "FAIL CHATHISTORY INVALID_TARGET BEFORE #den :No",
    "FAIL CHATHISTORY INVALID_TARGET BEFORE eve :No",
    "FAIL CHATHISTORY INVALID_PARAMS BEFORE :No",
    "FAIL REDACT FORBIDDEN #tea m1 :No",
  );
  assertEquals(
    found?.type === "found" && found.kept.map(({ event }) => event.type),
    ["said", "dm"],
  );
  assertEquals(others.map(({ type }) => type), [
    "search_refused",
    "history_refused",
    "history_refused",
    "history_refused",
    "notice",
  ]);
  const targets = others.flatMap((each) =>
    each.type === "history_refused" && each.ask.type === "history" ? [each.ask.target] : []
  );
  assertEquals(targets, [{ channel: "den" }, { user: "eve" }, undefined]);
});

Deno.test("irc client: how far its user has read, to the server and from it", () => {
  const codec = registered(CAPS, { receipts: true });
  const at = 1_767_323_045_678;
  assertEquals(
    sent(codec, { type: "marker", target: { channel: "tea" }, at }),
    ["MARKREAD #tea timestamp=2026-01-02T03:04:05.678Z"],
  );
  assertEquals(
    reads(codec, ":s MARKREAD #tea timestamp=2026-01-02T03:04:05.678Z", ":s MARKREAD eve *"),
    [
      { type: "marker", target: { channel: "tea" }, at },
      { type: "marker", target: { user: "eve" } },
    ],
  );
});

Deno.test("irc client: what an account has read is asked for by those who log in", () => {
  const login = { account: "dave", password: "x" };
  const codec = irc.clientCodec("dave", { login, receipts: true });
  codec.encode({ type: "register", nick: "dave" });
  reads(codec, ":s CAP * LS :draft/read-marker sasl batch");
  assertEquals(linesOf(codec.takeAnswer?.() ?? new Uint8Array()), [
    "CAP REQ :batch draft/read-marker sasl",
  ]);
});
