/**
 * Whose questions the history answers at once: those of one address wait for each other, and nobody else for them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { HistoryAsk } from "../../lib/chat/history.ts";
import type { User } from "../../lib/chat/user.ts";
import type { Frame } from "../../lib/framing/frame.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import type { DeskStep } from "../../lib/server/history_desk.ts";
import { frame, type Peer } from "../support/cs168.ts";
import { settle, within } from "../support/within.ts";
import { newShare, Rig } from "./session_rig.ts";

/** cs168, in which each chat is a question. */
const asking: Protocol = {
  ...cs168,
  serverCodec: () => {
    const codec = cs168.serverCodec();
    const decode = codec.decode.bind(codec);
    const ask: HistoryAsk = { type: "history", limit: 1, find: "latest" };
    return Object.assign(codec, {
      decode: (frame: Frame) =>
        new TextDecoder().decode(frame.view()).startsWith("?") ? ask : decode(frame),
    });
  },
};

/** A desk that answers when the test says so. */
class SlowDesk {
  /** Who asks, in the order in which they come to it. */
  readonly askers: (string | undefined)[] = [];
  readonly #answers: ((step: DeskStep) => void)[] = [];

  answer({ person }: User): Promise<DeskStep> {
    this.askers.push(person?.nick);
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  /** Answers the oldest question. */
  async next(): Promise<void> {
    this.#answers.shift()?.({ type: "tell", event: { type: "missed", kept: [] } });
    await settle();
  }
}

/** A question of `peer`, whose session `id` waits for it when this resolves. */
async function asks(rig: Rig, peer: Peer, id: number): Promise<void> {
  await peer.send(frame("?"));
  const isBusy = async () => {
    while (!rig.session(id).isBusy) await settle();
  };
  await within("a question to be read", isBusy());
}

/** Four users of one address, who ask one after the other. */
async function crowd(rig: Rig): Promise<void> {
  const share = newShare();
  for (const [i, name] of ["a", "b", "c", "d"].entries()) {
    await asks(rig, await rig.enter(name, asking, share), i + 1);
  }
}

Deno.test("two questions of one address are answered at once, and others wait for none of them", async () => {
  const desk = new SlowDesk();
  await using rig = new Rig({ history: desk });
  await crowd(rig);
  await asks(rig, await rig.enter("other", asking), 5);
  assertEquals(desk.askers, ["a", "b", "other"]);
  await desk.next();
  assertEquals(desk.askers, ["a", "b", "other", "c"]);
});

Deno.test("whoever has gone asks nothing any more", async () => {
  const desk = new SlowDesk();
  await using rig = new Rig({ history: desk });
  await crowd(rig);
  rig.session(3).close("end of the test");
  await desk.next();
  await desk.next();
  assertEquals(desk.askers, ["a", "b", "d"]);
});
