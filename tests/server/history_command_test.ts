/**
 * The operator's commands on the history: what they print, and what they leave.
 *
 * @module
 */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/options.ts";
import { DataClient } from "../../lib/data/client.ts";
import { DataError } from "../../lib/data/data_error.ts";
import { connect } from "../../lib/data/database.ts";
import { readChannel } from "../../lib/history/history_export.ts";
import { HISTORY, type HistoryCalls } from "../../lib/history/history_module.ts";
import { SqliteStore } from "../../lib/history/sqlite_store.ts";
import { parseHistoryRequest, prune, runHistoryCommand } from "../../lib/server/history_command.ts";
import { Place } from "../data/plan.ts";
import { idOf, joined, said, START } from "../history/rows.ts";
import { FakeClock } from "../support/clock.ts";
import { DATA_THREAD_MODULE } from "../support/data_thread.ts";

const DAY_MS = 86_400_000;
const KEEP = { ageMs: 3650 * DAY_MS, isSearchable: false };

/** A store in `place`, as a running server has one. */
async function open(place: Place) {
  const path = `${place.path}/parlance.db`;
  const client = await DataClient.open({ thread: DATA_THREAD_MODULE, path });
  const port = client.port<HistoryCalls>(HISTORY.name);
  const options = { port, ageMs: 3650 * DAY_MS, rows: 1000, now: () => START };
  return { client, store: await SqliteStore.open(options) };
}

async function run(place: Place, words: string, format?: string): Promise<string[]> {
  const lines: string[] = [];
  const request = parseHistoryRequest(words.split(" "), format);
  await runHistoryCommand(request, place.path, KEEP, (line) => lines.push(line));
  return lines;
}

Deno.test("an export is all that is kept of a channel, also of earlier ones of its name", async () => {
  using place = new Place();
  const { client, store } = await open(place);
  store.append(said(0, "#x 1 1", "a \x02bold\x02 word"));
  store.append(joined(1, "#x 1 1", "bob"));
  store.append(said(2, "#y 1 2", "elsewhere"));
  store.append(said(3, "#X 2 3", "anew"));
  await store.close();
  // The server still uses the database.
  assertEquals(await run(place, "history export #x", "text"), [
    "2023-11-14 22:13:20 <ann> a bold word",
    "2023-11-14 22:13:20 *** bob has joined",
    "2023-11-14 22:13:20 <ann> anew",
  ]);
  const json = (await run(place, "history export x")).map((line) => JSON.parse(line));
  assertEquals(json.map(({ msgid, type, by }) => [msgid, type, by.handle]), [
    [idOf(0), "said", "ann"],
    [idOf(1), "joined", "bob"],
    [idOf(3), "said", "ann"],
  ]);
  assertEquals(json[0].text, "a \x02bold\x02 word");
  assertEquals(json[0].time, "2023-11-14T22:13:20.000Z");
  assertEquals(await run(place, "history export nowhere"), []);
  await client.close();
});

Deno.test("a backup is a whole copy for this user alone, and never takes the place of a file", async () => {
  using place = new Place();
  const { client, store } = await open(place);
  for (let n = 0; n < 500; n++) store.append(said(n, "#x 1 1"));
  await store.latest([]);
  const file = place.file("copy.db");
  const copied = run(place, `backup ${file}`);
  for (let n = 500; n < 1000; n++) store.append(said(n, "#x 1 1"));
  assertEquals(await copied, [`Copied the database to ${file}`]);
  await store.close();
  await client.close();
  const copy = connect(file, { durable: false });
  const kept = [...readChannel(copy, "x")].map(({ stamp }) => stamp.msgid);
  copy.close();
  assertEquals(kept, Array.from(kept, (_, n) => idOf(n)));
  assertEquals(kept.length >= 500, true);
  assertEquals((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
  await assertRejects(() => run(place, `backup ${file}`), DataError, "it exists already");
  await assertRejects(() => run(place, `backup ${place.path}/no/copy`), DataError, "no such file");
});

Deno.test("pruning removes at once what the settings do not keep", async () => {
  using place = new Place();
  const { client, store } = await open(place);
  for (let n = 0; n < 1200; n++) store.append(said(n, "#x 1 1"));
  await store.close();
  const lines: string[] = [];
  const settings = { ...KEEP, rows: 10 };
  await runHistoryCommand({ do: "prune" }, place.path, settings, (line) => lines.push(line));
  assertEquals(lines, ["Removed what is too old or too much"]);
  assertEquals((await run(place, "history export x")).length, 10);
  await client.close();
});

Deno.test("a wrong command is refused with the right ones", () => {
  for (const wrong of ["history", "history export", "history export a b", "backup", "history x"]) {
    const error = assertThrows(() => parseHistoryRequest(wrong.split(" ")), UsageError);
    assertEquals(
      error.message,
      "History command must be history export CHANNEL, history prune or backup FILE, " +
        `got "${wrong}"`,
    );
  }
  assertThrows(() => parseHistoryRequest(["history", "export", "x"], "xml"), UsageError, "jsonl");
});

Deno.test("while it prunes, it leaves the database to the server for as long as it has it", async () => {
  const clock = new FakeClock();
  const begins: number[] = [];
  const pruned = prune(() => {
    begins.push(clock.now());
    clock.advance(30);
    return begins.length < 3;
  }, clock);
  for (let timers = 0; timers < 2; timers++) {
    assertEquals(clock.timers, 1);
    clock.advance(29);
    assertEquals(begins.length, timers + 1);
    clock.advance(1);
    await Promise.resolve();
  }
  await pruned;
  assertEquals([begins, clock.timers], [[0, 60, 120], 0]);
});
