/**
 * What ends a session, and that it ends no other: faults of the server itself, put in by stubs, and
 * bytes that can never become a frame.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Hub } from "../../lib/chat/hub.ts";
import { FrameError } from "../../lib/framing/errors.ts";
import type { Frame } from "../../lib/framing/frame.ts";
import type { Framing } from "../../lib/framing/framing.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import { DEFAULT_LIMITS } from "../../lib/server/limits.ts";
import { PRICE_OF_PIECE } from "../../lib/server/prices.ts";
import { meet, type Peer } from "../support/cs168.ts";
import { within } from "../support/within.ts";
import { Rig } from "./session_rig.ts";

/** Two honest users in the channel `c`, and a third member, which the test breaks. */
async function threeUsers(rig: Rig, protocol?: Protocol): Promise<[Peer, Peer, Peer]> {
  const alice = await rig.enter("alice");
  const bob = await rig.enter("bob");
  const odd = await rig.enter("odd", protocol);
  await meet("c", alice, bob, odd);
  return [alice, bob, odd];
}

/** The two others see it leave, and their chat goes on. */
async function expectOthersGoOn(alice: Peer, bob: Peer): Promise<void> {
  await alice.sees("odd has left");
  await bob.sees("odd has left");
  await alice.does("are you there?");
  await bob.sees("[alice] are you there?");
  await bob.does("/list", "c");
}

/** cs168, but a frame that begins with `boom` makes `fault` happen. */
function explosive(fault: () => never): Protocol {
  return {
    ...cs168,
    serverCodec() {
      const codec = cs168.serverCodec();
      const decode = codec.decode.bind(codec);
      return Object.assign(codec, {
        decode(frame: Frame) {
          if (new TextDecoder().decode(frame.view()).startsWith("boom")) fault();
          return decode(frame);
        },
      });
    },
  };
}

/** A hub that fails when a user says `boom`. */
class ExplosiveHub extends Hub {
  override apply(...args: Parameters<Hub["apply"]>): ReturnType<Hub["apply"]> {
    const [, command] = args;
    if (command.type === "say" && command.text === "boom") {
      throw new TypeError("The hub is broken");
    }
    return super.apply(...args);
  }
}

Deno.test("a value thrown that is no error is logged as it is", async () => {
  await using rig = new Rig();
  const fault = () => {
    throw "a bare string";
  };
  const [alice, bob, odd] = await threeUsers(rig, explosive(fault));
  await odd.sendFrame("boom");
  assertEquals(await odd.untilEnd(), []);
  await rig.log.find(/error #3 fault in the server: a bare string$/);
  await expectOthersGoOn(alice, bob);
});

Deno.test("broken bytes end their session with the code, and are no fault of the server", async () => {
  await using rig = new Rig();
  const broken: Protocol = {
    ...cs168,
    serverCodec() {
      const codec = cs168.serverCodec();
      const inner = codec.framing;
      const framing: Framing = {
        largestFrame: inner.largestFrame,
        next(ring) {
          if (ring.length > 0 && ring.at(0) === 0xff) {
            throw new FrameError("malformed", 'Frame begins with "255"');
          }
          return inner.next(ring);
        },
      };
      return Object.assign(codec, { framing });
    },
  };
  const [alice, bob, odd] = await threeUsers(rig, broken);
  await odd.send(new Uint8Array([0xff]));
  assertEquals(await odd.untilEnd(), []);
  await rig.log.find(/info #3 ended: malformed frame: Frame begins with "255" \(/);
  assertEquals(rig.log.count(/ error /), 0);
  await expectOthersGoOn(alice, bob);
});

Deno.test("what came before a fault in the same segment has been done", async () => {
  await using rig = new Rig({ hub: new ExplosiveHub(DEFAULT_LIMITS) });
  const [alice, bob, odd] = await threeUsers(rig);
  const frames = ["last words", "boom", "never said"].map((text) => text.padEnd(200)).join("");
  await odd.send(new TextEncoder().encode(frames));
  await rig.ended(3);
  await alice.sees("[odd] last words", "odd has left");
  await bob.sees("[odd] last words", "odd has left");
});

Deno.test("a read that completes no frame is paid for, and one that completes some is not paid twice", async () => {
  let paid = 0;
  let isPaid = Promise.withResolvers<void>();
  const take = (cost: number) => (paid += cost, isPaid.resolve(), 0);
  await using rig = new Rig({ bucket: { take } });
  const alice = await rig.enter("alice");
  await alice.does("/create c");
  const begin = paid;
  const frame = new TextEncoder().encode("a word".padEnd(200));
  await alice.send(frame);
  await alice.does("/list", "c");
  const [whole, before] = [paid - begin, paid];
  for (let i = 0; i < 10; i++) {
    isPaid = Promise.withResolvers();
    await alice.send(frame.subarray(i, i + 1));
    await within("a payment", isPaid.promise);
  }
  assertEquals(Math.round((paid - before) / PRICE_OF_PIECE), 10);
  const pieces = paid;
  await alice.send(frame.subarray(10));
  await alice.does("/list", "c");
  assertEquals(paid - pieces, whole);
});

Deno.test("what fills the ring while a part of a frame is paid for is taken before the next read", async () => {
  const isPiece = Promise.withResolvers<void>();
  const take = (cost: number) => cost === PRICE_OF_PIECE ? (isPiece.resolve(), 50) : 0;
  await using rig = new Rig({ bucket: { take } });
  const alice = await rig.enter("alice");
  await alice.does("/create c");
  const frame = new TextEncoder().encode("a word".padEnd(200));
  await alice.send(frame.subarray(0, 1));
  await within("a payment", isPiece.promise);
  await alice.send(frame.subarray(1));
  for (let i = 0; i < 1000; i++) await alice.send(frame);
  await alice.does("/list", "c");
  assertEquals(rig.log.count(/fault/), 0);
});
