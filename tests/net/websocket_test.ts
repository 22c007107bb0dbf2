/**
 * WebSockets as a transport: when it reads, what it writes, and how it ends.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { frame } from "../support/websocket.ts";
import { settle } from "../support/within.ts";
import { open, readText, textOf, utf8 } from "./websocket_rig.ts";

const CLOSE = (code: number) => [0x88, 2, code >> 8, code & 0xff];

Deno.test("websocket: it reads when it is asked, once, and what came is in the reader's own memory", async () => {
  const { near, lower } = await open();
  lower.feed(frame("a"));
  lower.feed(frame("b"));
  await settle();
  assertEquals(lower.reads, 0, "nobody has asked");
  assertEquals(await readText(near), "a\r\n");
  await settle();
  assertEquals(lower.reads, 1);
  assertEquals(await readText(near), "b\r\n");
});

Deno.test("websocket: a read without text returns, so that it is paid for", async () => {
  const { near, lower } = await open();
  lower.feed(frame("hi", { opcode: 10 }));
  assertEquals(await readText(near), "");
  lower.feed(frame("hi").subarray(0, 3));
  assertEquals(await readText(near), "");
  lower.feed(frame("hi").subarray(3));
  assertEquals(await readText(near), "hi\r\n");
});

Deno.test("websocket: what one read has brought is taken in several, each a little, before the next", async () => {
  const { near, lower } = await open();
  lower.feed(
    new Uint8Array(Array.from({ length: 250 }, () => [...frame("", { opcode: 10 })]).flat()),
  );
  lower.feed(frame("behind"));
  let empty = 0;
  let text: string | null;
  while ((text = await readText(near, 32 * 1024)) === "") {
    empty++;
    if (empty < 250 / 100) assertEquals(lower.reads, 1, "the rest waits here");
  }
  assertEquals(text, "behind\r\n");
  assert(empty >= 250 / 100, `${empty} reads for 250 frames`);
});

Deno.test("websocket: as long as frames or lines wait in it, it says that it has more", async () => {
  const { near, lower } = await open();
  const pings = Array.from({ length: 100 }, () => [...frame("", { opcode: 9 })]).flat();
  lower.feed(new Uint8Array([...pings, ...frame("x".repeat(100))]));
  assertEquals([await readText(near), near.hasMore], ["", true], "frames");
  assertEquals(await readText(near, 30), "x".repeat(30));
  assertEquals(near.hasMore, true, "lines");
  assertEquals((await readText(near))?.length, 72);
  assertEquals(near.hasMore, false);
  lower.feed(new Uint8Array(Array.from({ length: 50 }, () => [...frame("x".repeat(100))]).flat()));
  await readText(near, 32 * 1024);
  assertEquals(near.hasMore, true, "the stream below");
});

Deno.test("websocket: one read takes no more than 4 KiB, however much room there is", async () => {
  const { near, lower } = await open();
  lower.feed(new Uint8Array(Array.from({ length: 200 }, () => [...frame("x".repeat(100))]).flat()));
  assert((await readText(near, 32 * 1024) ?? "").length < 4096);
});

Deno.test("property: websocket: readers with any room get the same lines", async () => {
  const texts = fc.array(fc.string({ maxLength: 100, unit: fc.constantFrom(..."aé日") }), {
    maxLength: 10,
  });
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
      async (wanted, sizes) => {
        const { near, lower } = await open();
        lower.feed(new Uint8Array(wanted.flatMap((text) => [...frame(text)])));
        lower.end();
        const bytes: number[] = [];
        for (let i = 0;; i++) {
          const memory = new Uint8Array(sizes[i % sizes.length] as number);
          const count = await near.read(memory);
          if (count === null) break;
          bytes.push(...memory.subarray(0, count));
        }
        assertEquals(textOf(new Uint8Array(bytes)), wanted.map((text) => `${text}\r\n`).join(""));
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("websocket: a write settles when the stream below has taken all of its messages", async () => {
  const { near, lower } = await open();
  lower.mostTaken = 3;
  lower.isStalled = true;
  let isDone = false;
  const write = near.write(utf8("hello\r\nwor")).then((count) => {
    isDone = true;
    return count;
  });
  await settle();
  assert(!isDone);
  lower.goOn();
  assertEquals(await write, 10);
  assertEquals(lower.written, [0x81, 5, ...utf8("hello")]);
  assertEquals(await near.write(utf8("ld\n")), 3);
  assertEquals(lower.written.slice(7), [0x81, 5, ...utf8("world")]);
  assertEquals(await near.write(new Uint8Array(100_000).fill(10)), 16 * 1024, "no more at once");
});

Deno.test("websocket: an end says why, once, and nothing follows it", async () => {
  const { near, lower } = await open();
  await near.closeWrite();
  await assertRejects(() => near.write(utf8("late\r\n")), Error, "closed");
  near.close();
  await settle();
  assertEquals(lower.written, CLOSE(1000));
  assert(lower.isClosed);
});

Deno.test("websocket: a close amid a write that stalls is at once", async () => {
  const { near, lower } = await open();
  lower.isStalled = true;
  const write = near.write(utf8("line\r\n"));
  near.close();
  assert(lower.isClosed);
  await assertRejects(() => write, Error, "broken pipe");
});

Deno.test("websocket: a fault is told to the peer when the reader closes", async () => {
  const { near, lower } = await open();
  lower.feed(frame("x", { mask: null }));
  await assertRejects(() => readText(near), Error, "a frame is not masked");
  near.close();
  await settle();
  assertEquals(lower.written, CLOSE(1002));
});

Deno.test("websocket: the peer's lines before its close are read before its end", async () => {
  const { near, lower } = await open();
  lower.feed(new Uint8Array([...frame("bye"), ...frame(new Uint8Array([3, 0xe9]), { opcode: 8 })]));
  assertEquals(await readText(near), "bye\r\n");
  assertEquals(await readText(near), null);
  assertEquals(lower.written, CLOSE(1001));
  await assertRejects(() => near.write(utf8("late\r\n")), Error, "closed");
});
