/**
 * A session that waits between two of its commands: for something slow that its protocol has asked for, or for
 * readers that are behind. Its own order holds, and no other session waits.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Hub } from "../../lib/chat/hub.ts";
import type { Frame } from "../../lib/framing/frame.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { Protocol, Step } from "../../lib/protocol/protocol.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { DEFAULT_LIMITS, SPEECH_ALLOWANCE_BYTES } from "../../lib/server/limits.ts";
import { Sequencer } from "../../lib/server/sequencer.ts";
import { FakeClock } from "../support/clock.ts";
import { frame, type Peer } from "../support/cs168.ts";
import { settle, within } from "../support/within.ts";
import { Rig } from "./session_rig.ts";

/** cs168, but a chat that begins with `slow` waits until the test says so. */
class SlowProtocol {
  /** What each slow chat waits for, in the order of their coming. */
  readonly waits: PromiseWithResolvers<readonly Step[]>[] = [];
  readonly #came: (() => void)[] = [];
  readonly protocol: Protocol = {
    ...cs168,
    serverCodec: () => {
      const codec = cs168.serverCodec();
      const decode = codec.decode.bind(codec);
      return Object.assign(codec, {
        decode: (frame: Frame): Step | readonly Step[] | undefined => {
          const text = new TextDecoder().decode(frame.view()).trim();
          if (!text.startsWith("slow")) return decode(frame);
          const wait = Promise.withResolvers<readonly Step[]>();
          this.waits.push(wait);
          this.#came.shift()?.();
          return { type: "wait", steps: wait.promise };
        },
      });
    },
  };

  /** Resolves when the next slow chat has come. */
  comes(): Promise<void> {
    return within("a slow command", new Promise((resolve) => this.#came.push(resolve)));
  }

  /** Ends wait number `i`: it becomes chat. */
  resolve(i: number, ...texts: string[]): void {
    this.waits[i]?.resolve(texts.map((text) => ({ type: "say", text })));
  }
}

/** Alice and bob in the channel `c`, and carol, whose protocol is slow. */
async function gather(rig: Rig, slow: SlowProtocol): Promise<[Peer, Peer, Peer]> {
  const alice = await rig.enter("alice");
  await alice.does("/create c");
  const bob = await rig.enter("bob");
  await bob.does("/join c");
  const carol = await rig.enter("carol", slow.protocol);
  await carol.does("/join c");
  await alice.sees("bob has joined", "carol has joined");
  await bob.sees("carol has joined");
  return [alice, bob, carol];
}

Deno.test("a session that waits keeps the order of its own commands, and others go on", async () => {
  await using rig = new Rig();
  const slow = new SlowProtocol();
  const [alice, bob, carol] = await gather(rig, slow);
  const came = slow.comes();
  for (const text of ["one", "slow", "three", "/list"]) await carol.send(frame(text));
  await came;
  await alice.does("meanwhile", "[carol] one");
  await bob.sees("[carol] one", "[alice] meanwhile");
  const next = slow.comes();
  await carol.send(frame("slow again"));
  slow.resolve(0, "two", "two and a half");
  await next;
  slow.resolve(1, "four");
  await carol.sees("[alice] meanwhile", "c");
  await bob.sees("[carol] two", "[carol] two and a half", "[carol] three", "[carol] four");
});

Deno.test("a wait that becomes nothing, or other waits, is no end of the order", async () => {
  await using rig = new Rig();
  const slow = new SlowProtocol();
  const [, bob, carol] = await gather(rig, slow);
  const came = slow.comes();
  await carol.send(frame("slow"));
  await came;
  await carol.send(frame("last"));
  const inner = Promise.withResolvers<readonly Step[]>();
  slow.waits[0]?.resolve([
    { type: "say", text: "first" },
    { type: "wait", steps: inner.promise },
    { type: "say", text: "third" },
  ]);
  await settle();
  inner.resolve([{ type: "say", text: "second" }]);
  await carol.sees();
  await bob.sees("[carol] first", "[carol] second", "[carol] third", "[carol] last");
});

Deno.test("a wait that fails ends its own session, and the log says why", async () => {
  await using rig = new Rig();
  const slow = new SlowProtocol();
  const [alice, bob, carol] = await gather(rig, slow);
  const came = slow.comes();
  await carol.send(frame("slow"));
  await came;
  slow.waits[0]?.reject(new TypeError("The store is broken"));
  assertEquals((await carol.untilEnd()).length, 0);
  await rig.log.find(/error #3 fault in the server: TypeError: The store is broken/);
  await alice.sees("carol has left");
  await bob.sees("carol has left");
});

Deno.test("a drain does not let a command pass one that waits", async () => {
  await using rig = new Rig();
  const slow = new SlowProtocol();
  const [, bob, carol] = await gather(rig, slow);
  const came = slow.comes();
  for (const text of ["slow", "two"]) await carol.send(frame(text));
  await came;
  rig.session(3).drain();
  await settle();
  await bob.sees();
  slow.resolve(0, "one");
  await carol.sees();
  await bob.sees("[carol] one", "[carol] two");
});

Deno.test("the end of a session waits for nothing that never comes", async () => {
  await using rig = new Rig();
  const slow = new SlowProtocol();
  const [alice, , carol] = await gather(rig, slow);
  const came = slow.comes();
  await carol.send(frame("slow"));
  await came;
  await within("the stop", rig.session(3).stop());
  await rig.ended(3);
  slow.resolve(0, "too late");
  await settle();
  await alice.sees();
});

/** Every chat makes its speaker wait until the test says so. */
class HoldingSequencer extends Sequencer {
  readonly hold = Promise.withResolvers<void>();

  override apply(...args: Parameters<Sequencer["apply"]>): Promise<void> | undefined {
    super.apply(...args);
    return args[1].type === "say" ? this.hold.promise : undefined;
  }
}

Deno.test("4 KiB a second may be said though the readers are behind, and no more", async () => {
  const [hub, dispatch, clock] = [new Hub(DEFAULT_LIMITS), new Dispatch(), new FakeClock()];
  const sequencer = new HoldingSequencer({ hub, dispatch });
  await using rig = new Rig({ hub, dispatch, sequencer, clock });
  const alice = await rig.enter("alice");
  await alice.does("/create c");
  const bob = await rig.enter("bob");
  await bob.does("/join c");
  const text = "x".repeat(128);
  const most = SPEECH_ALLOWANCE_BYTES / text.length;
  const heard = async () => (await bob.untilBarrier()).length;
  await alice.does(text, "bob has joined");
  for (let i = 1; i < most; i++) await alice.send(frame(text));
  // The barrier comes through: nothing has made alice wait yet.
  await alice.sees();
  assertEquals(await heard(), most);
  for (let i = 0; i < 5; i++) await alice.send(frame(text));
  await bob.frames(1);
  await settle();
  const atOnce = 1 + await heard();
  assert(atOnce <= 2, `${atOnce} more`);
  sequencer.hold.resolve();
  await alice.untilBarrier();
  assertEquals(atOnce + await heard(), 5);
});

Deno.test("a user who says 1 KiB a second is never held", async () => {
  const [hub, dispatch, clock] = [new Hub(DEFAULT_LIMITS), new Dispatch(), new FakeClock()];
  await using rig = new Rig({
    hub,
    dispatch,
    sequencer: new HoldingSequencer({ hub, dispatch }),
    clock,
  });
  const alice = await rig.enter("alice");
  await alice.does("/create c");
  // Three times the allowance in twelve seconds: a person who types is never held.
  for (let second = 0; second < 12; second++) {
    for (let i = 0; i < 8; i++) await alice.send(frame("x".repeat(128)));
    await alice.sees();
    clock.advance(1000);
  }
});
