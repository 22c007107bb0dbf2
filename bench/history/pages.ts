/**
 * `deno task history-pages [MESSAGES] [CHANNELS]`: fills a database with messages, and measures how long a page of 100 takes, how
 * much of that inside the thread of the database, what others wait for meanwhile, and how many bytes a message takes on the
 * disk.
 *
 * @module
 */

import { makeMsgid } from "../../lib/chat/msgid.ts";
import { personSeen } from "../../lib/chat/person.ts";
import { DataClient, type DataPort } from "../../lib/data/client.ts";
import { HISTORY, type HistoryCalls } from "../../lib/history/history_module.ts";
import { SqliteStore } from "../../lib/history/sqlite_store.ts";
import { TIMED_THREAD_MODULE, type TimedCalls } from "./timed_thread.ts";

const USAGE = "Usage: deno task history-pages [MESSAGES] [CHANNELS]";
const PAGES = 2_000;
const PAGE = 100;
const DAY_MS = 86_400_000;
/** About as long as what people say. */
const TEXT = "as long as what people say in a channel, more or less";

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([rows = "1000000", channels = "10000", ...extra]: string[]): Promise<number> {
  const [messages, places] = [Number(rows), Number(channels)];
  if (extra.length > 0 || !Number.isInteger(messages) || !Number.isInteger(places) || places < 1) {
    console.error(USAGE);
    return 2;
  }
  const folder = await Deno.makeTempDir({ prefix: "parlance-pages-" });
  const path = `${folder}/parlance.db`;
  const client = await DataClient.open({ thread: TIMED_THREAD_MODULE, path });
  try {
    const port = client.port<HistoryCalls & TimedCalls>(HISTORY.name);
    const store = await SqliteStore.open({
      port,
      ageMs: 7 * DAY_MS,
      rows: messages,
      maxWaiting: messages,
    });
    const start = Date.now() - messages;
    const began = performance.now();
    await fill(store, messages, places, start);
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `${messages} messages of ${TEXT.length + 9} bytes in ${places} channels written in ` +
        `${seconds.toFixed(1)} s, ${Math.round(messages / seconds)} a second`,
    );
    await measure(store, port, places, messages, start);
    await store.close();
    await client.close();
    const { size } = await Deno.stat(path);
    console.log(`on the disk: ${(size / messages).toFixed(0)} bytes a message`);
  } finally {
    await client.close();
    await Deno.remove(folder, { recursive: true });
  }
  return 0;
}

function conversationOf(channel: number): string {
  return `#c${channel} 1 ${channel}`;
}

async function fill(
  store: SqliteStore,
  messages: number,
  channels: number,
  start: number,
): Promise<void> {
  const people = Array.from({ length: 1000 }, (_, i) => personSeen(`user${i}`, "irc"));
  for (let n = 0; n < messages; n++) {
    const by = people[n % people.length] as (typeof people)[number];
    const channel = (n * 7919) % channels;
    const time = start + n;
    store.append({
      conversation: conversationOf(channel),
      stamp: { time, msgid: makeMsgid(time, 0, 7) },
      event: { type: "said", by, channel: `c${channel}`, text: `${TEXT} ${n % 1e8}` },
      author: `=${by.handle}`,
      payer: "",
    });
    // The next rows come when these are on their way.
    if (n % 2_000 === 1_999) await store.latest([]);
  }
  await store.latest([]);
}

async function measure(
  store: SqliteStore,
  port: DataPort<HistoryCalls & TimedCalls>,
  channels: number,
  messages: number,
  start: number,
): Promise<void> {
  const times: number[] = [];
  const empty: number[] = [];
  const stalls: number[] = [];
  let last = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    stalls.push(now - last - 1);
    last = now;
  }, 1);
  let found = 0;
  for (let n = 0; n < PAGES; n++) {
    const conversation = conversationOf(Math.floor(Math.random() * channels));
    const to = makeMsgid(start + Math.floor(messages * (0.5 + Math.random() / 2)), 0, 7);
    const began = performance.now();
    const page = await store.slice(conversation, { to, limit: PAGE, take: "last", events: true });
    times.push(performance.now() - began);
    found += page.length;
    // In turns, so that both have the same neighbours: a question that takes the thread no time.
    const asked = performance.now();
    await port.call("marker", "=nobody", "#nothing");
    empty.push(performance.now() - asked);
  }
  clearInterval(watch);
  console.log(
    `${PAGES} pages of up to ${PAGE}, ${(found / PAGES).toFixed(0)} rows each: ${describe(times)}`,
  );
  console.log(
    `of that in the thread of the database: ${describe([...await port.call("timings")])}`,
  );
  console.log(`a question that reads nothing: ${describe(empty)}`);
  console.log(`the event loop meanwhile, late by: ${describe(stalls)}`);
}

function describe(samples: number[]): string {
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`;
}
