/**
 * Pings of a WebSocket: which of them are answered, and what they cost.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { frame } from "../support/websocket.ts";
import { settle } from "../support/within.ts";
import { open, readText, utf8 } from "./websocket_rig.ts";

Deno.test("websocket: of pings that come while a write waits, the last is answered, and no frame is torn", async () => {
  const { near, lower } = await open();
  lower.isStalled = true;
  const write = near.write(utf8("line\r\n"));
  const reading = readText(near);
  lower.feed(new Uint8Array([...frame("1", { opcode: 9 }), ...frame("2", { opcode: 9 })]));
  assertEquals(await reading, "");
  await settle();
  lower.goOn();
  await write;
  await settle();
  assertEquals(lower.written, [0x81, 4, ...utf8("line"), 0x8a, 1, 0x32]);
});

Deno.test("websocket: a ping is answered with its own payload, whatever follows it in one read", async () => {
  const { near, lower } = await open();
  const control = [
    frame("first", { opcode: 9 }),
    frame("a", { opcode: 9 }),
    frame("bcd", { opcode: 10 }),
  ];
  lower.feed(new Uint8Array(control.flatMap((each) => [...each])));
  assertEquals(await readText(near), "");
  await settle();
  assertEquals(lower.written, [0x8a, 1, 0x61]);
});

Deno.test("websocket: a ping that comes while another is answered is answered, too", async () => {
  const { near, lower } = await open();
  lower.isStalled = true;
  for (const payload of ["1", "2"]) {
    lower.feed(frame(payload, { opcode: 9 }));
    assertEquals(await readText(near), "");
    await settle();
  }
  lower.goOn();
  await settle();
  assertEquals(lower.written, [0x8a, 1, 0x31, 0x8a, 1, 0x32]);
});

Deno.test("websocket: pings to a peer that reads nothing wait for nothing, keep nothing, and come to an end", async () => {
  const { near, lower } = await open();
  lower.isStalled = true;
  let count = 0;
  const flood = async () => {
    for (;; count++) {
      lower.feed(frame(`${count}`, { opcode: 9 }));
      assertEquals(await near.read(new Uint8Array(32 * 1024)), 0);
    }
  };
  await assertRejects(flood, Error, "256 frames without a message");
  assertEquals(count, 256);
  lower.goOn();
  await settle();
  assert(lower.written.length <= 2 * 5, `${lower.written.length} bytes of pongs`);
  near.close();
});
