/**
 * The history desk over a store that only the test answers.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Range } from "../../lib/chat/history.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { NO_ORIGIN } from "../../lib/chat/user.ts";
import { MEMORY_LIMITS, MemoryStore } from "../../lib/history/memory_store.ts";
import { Recorder } from "../../lib/history/recorder.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { HistoryDesk } from "../../lib/server/history_desk.ts";
import { Sequencer } from "../../lib/server/sequencer.ts";
import { isResolved } from "../support/within.ts";

/** Removes a row when the test says so. */
class SlowStore extends MemoryStore {
  readonly removed = Promise.withResolvers<void>();

  override remove(): Promise<void> {
    return this.removed.promise;
  }
}

/** Alice, who has said something in her channel, and asks for it to be taken back. */
async function redaction() {
  const hub = new Hub({ maxChannels: 10 });
  const store = new SlowStore(MEMORY_LIMITS, false);
  const recorder = new Recorder({ store, lobby: "lobby", run: "1" });
  const sequencer = new Sequencer({ hub, dispatch: new Dispatch(), recorder });
  const alice = sequencer.connect(NO_ORIGIN);
  sequencer.apply(alice, { type: "register", nick: "alice", home: "irc" });
  sequencer.apply(alice, { type: "join", channel: "tea", make: true });
  sequencer.apply(alice, { type: "say", channel: "tea", text: "oops" });
  const faults: string[] = [];
  const onFault = ({ message }: Error) => void faults.push(message);
  const desk = new HistoryDesk({ hub, store, run: "1", limit: 100, onFault });
  const target = { channel: "tea" };
  const past = await desk.answer(alice, { type: "history", target, limit: 1, find: "latest" });
  const [kept] = past.type === "tell" && past.event.type === "history" ? past.event.kept : [];
  const msgid = kept?.stamp.msgid ?? "";
  return {
    hub,
    sequencer,
    alice,
    desk,
    store,
    faults,
    msgid,
    step: desk.answer(alice, { type: "redact", target, msgid }),
  };
}

Deno.test("history desk: nobody learns that a message is taken back before it is gone", async () => {
  const { store, step, msgid } = await redaction();
  assertEquals(await isResolved(step), false);
  store.removed.resolve();
  assertEquals(await step, { type: "announce_redaction", channel: "tea", msgid, isOwn: true });
});

Deno.test("history desk: what cannot be taken back is not said to be", async () => {
  const { store, step, faults } = await redaction();
  store.removed.reject(new Error("disk full"));
  const { type, event } = await step as Extract<Awaited<typeof step>, { type: "tell" }>;
  assertEquals([type, event.type, faults], ["tell", "record_refused", ["disk full"]]);
  assertEquals("why" in event && event.why, "failed");
});

Deno.test("history desk: a page of very long messages has few of them, and the next page goes on there", async () => {
  const { desk, alice, hub, sequencer } = await redaction();
  for (let i = 0; i < 50; i++) {
    sequencer.apply(alice, { type: "say", channel: "tea", text: `${i} ${"x".repeat(16_000)}` });
  }
  assertEquals(hub.channelNames, ["tea"]);
  const page = async (range: Range) => {
    const step = await desk.answer(alice, {
      type: "history",
      target: { channel: "tea" },
      limit: 100,
      ...range,
    });
    return step.type === "tell" && step.event.type === "history" ? step.event.kept : [];
  };
  let seen = await page({ find: "latest" });
  assertEquals(seen.length, 5);
  for (;;) {
    const older = await page({ find: "before", anchor: { msgid: seen[0]?.stamp.msgid ?? "" } });
    if (older.length === 0) break;
    seen = [...older, ...seen];
  }
  const numbers = seen.map(({ event }) => "text" in event ? parseInt(event.text ?? "") : NaN);
  assertEquals(numbers, [NaN, ...Array.from({ length: 50 }, (_, i) => i)]);
});
