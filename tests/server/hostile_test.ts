/**
 * Peers that misbehave, each next to honest users who go on chatting and see exactly what they should:
 * no frame more, none less, none out of place.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Limits } from "../../lib/server/limits.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { FRAME, frame, meet, type Peer } from "../support/cs168.ts";
import { randomBytes } from "../support/random.ts";
import { connectResettable } from "../support/reset.ts";
import { TestServer } from "../support/server.ts";

/** A server with three honest users in the channel `home`: sessions 1 to 3. */
class Honest implements AsyncDisposable {
  readonly server: TestServer;
  readonly alice: Peer;
  readonly bob: Peer;
  readonly carol: Peer;
  #rounds = 0;

  private constructor(server: TestServer, alice: Peer, bob: Peer, carol: Peer) {
    this.server = server;
    this.alice = alice;
    this.bob = bob;
    this.carol = carol;
  }

  static async gather(limits: Partial<Limits> = {}): Promise<Honest> {
    const server = new TestServer({ commandRate: 0, ...limits }, [cs168]);
    const alice = await server.enter("alice");
    const bob = await server.enter("bob");
    const carol = await server.enter("carol");
    await meet("home", alice, bob, carol);
    return new Honest(server, alice, bob, carol);
  }

  get all(): Peer[] {
    return [this.alice, this.bob, this.carol];
  }

  /** All of them see exactly this and nothing else. */
  async see(...texts: string[]): Promise<void> {
    for (const peer of this.all) await peer.sees(...texts);
  }

  /** Each says something; the others see it, and only that. */
  async chat(): Promise<void> {
    const text = `round ${++this.#rounds}`;
    const names = ["alice", "bob", "carol"];
    for (const [i, speaker] of this.all.entries()) {
      await speaker.does(text);
      for (const peer of this.all) {
        if (peer !== speaker) await peer.sees(`[${names[i]}] ${text}`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.all) peer.close();
    await this.server[Symbol.asyncDispose]();
  }
}

for (const seed of [1, 2, 3, 5, 8, 13, 21, 34]) {
  Deno.test(`200 random bytes as a name, and as chat (seed ${seed})`, async () => {
    await using honest = await Honest.gather();
    const random = randomBytes(seed);
    await using mallory = await honest.server.connect();
    await mallory.send(random(FRAME));
    await mallory.sees();
    await mallory.does("/join home");
    const seen: string[] = [];
    for (const peer of honest.all) seen.push((await peer.untilBarrier()).join(""));
    const [joined = ""] = seen;
    assert(joined.endsWith(" has joined"), joined);
    assertEquals(seen, [joined, joined, joined]);
    assertHarmless(joined);
    const text = random(FRAME);
    text[0] = 0x21;
    await mallory.send(text);
    await mallory.sees();
    for (const peer of honest.all) (await peer.untilBarrier()).forEach(assertHarmless);
    mallory.close();
    await honest.server.log.find(/#4 ended/);
    const name = joined.slice(0, -" has joined".length);
    for (const peer of honest.all) {
      assertEquals((await peer.untilBarrier()).join(""), `${name} has left`);
    }
    assert(honest.server.log.lines.every((line) => !UNSAFE.test(line)), "The log has raw bytes");
    await honest.chat();
  });
}

Deno.test("a connection that is reset while the channel is busy", async () => {
  await using honest = await Honest.gather();
  const mallory = await connectResettable(honest.server.port);
  await mallory.send(frame("mallory"));
  await mallory.send(frame("/join home"));
  assertEquals(await honest.alice.frames(1), ["mallory has joined"]);
  await honest.bob.sees("mallory has joined");
  await honest.carol.sees("mallory has joined");
  const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}`);
  const reset = mallory.reset();
  for (const line of lines) await honest.alice.send(frame(line));
  await reset;
  await honest.server.log.find(/#4 ended/);
  await honest.alice.sees("mallory has left");
  const expected = lines.map((line) => `[alice] ${line}`);
  for (const peer of [honest.bob, honest.carol]) {
    const seen = await peer.untilBarrier();
    assertEquals(seen.filter((text) => text === "mallory has left").length, 1);
    assertEquals(seen.filter((text) => text !== "mallory has left"), expected);
  }
  await honest.chat();
});

Deno.test("a user who asks for lists and reads none of them", async () => {
  await using honest = await Honest.gather({ outboxBytes: 64 * 1024 });
  await using mallory = await honest.server.enter("mallory");
  for (let i = 0; i < 40; i++) await mallory.does(`/create ${"x".repeat(120)}${i}`);
  const requests = new Uint8Array(200 * FRAME).fill(0x20);
  for (let i = 0; i < 200; i++) requests.set(frame("/list"), i * FRAME);
  // Each list is 40 frames long; the connection ends while the requests are still being sent.
  const flood = async () => {
    for (let i = 0; i < 50; i++) await mallory.send(requests);
  };
  const flooding = flood().catch(() => {});
  await honest.server.log.find(/#4 ended: slow consumer/);
  await flooding;
  await honest.chat();
});

// deno-lint-ignore no-control-regex
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/** Nothing in `text` can act on a terminal or begin a line. */
function assertHarmless(text: string): void {
  assert(!UNSAFE.test(text), `A control character came through: ${JSON.stringify(text)}`);
}
