/**
 * Hub, dispatch, log and outboxes together, into sockets that take everything and only count: what a
 * burst of messages costs the server's own code, the kernel aside. The baseline has the same bursts
 * encoded and copied for each receiver.
 *
 * @module
 */

import type { ChannelEvent, Stamp } from "../lib/chat/event.ts";
import { Hub } from "../lib/chat/hub.ts";
import type { User } from "../lib/chat/user.ts";
import { Outbox } from "../lib/net/outbox.ts";
import { processScheduler } from "../lib/net/write_scheduler.ts";
import { cs168 } from "../lib/protocol/cs168.ts";
import { Dispatch } from "../lib/server/dispatch.ts";
import { type Receiver, Subscriber } from "../lib/server/subscriber.ts";
import { withDeliveries } from "./deliveries.ts";

const SIZES = [10, 100, 500, 1000];
const BURST = 64;
const TEXT = "x".repeat(160);
const STAMP: Stamp = { time: 0, msgid: "" };

for (const size of SIZES) {
  const { hub, speaker, dispatch, outboxes } = channelOf(size);
  const group = `dispatch to ${size}`;
  const deliveries = BURST * (size - 1);
  Deno.bench({
    name: withDeliveries("shared log", deliveries),
    group,
    fn: async () => {
      for (let i = 0; i < BURST; i++) {
        dispatch.deliver(hub.apply(speaker, { type: "say", text: TEXT }), STAMP);
      }
      await allWritten(outboxes);
    },
  });
  Deno.bench({
    name: withDeliveries("encoded and copied for each", deliveries),
    group,
    baseline: true,
    fn: async () => {
      for (let i = 0; i < BURST; i++) {
        for (const delivery of hub.apply(speaker, { type: "say", text: TEXT })) {
          if (delivery.to === "channel") sendEach(delivery.event, speaker, outboxes);
        }
      }
      await allWritten(outboxes);
    },
  });
}

function channelOf(size: number) {
  const hub = new Hub({ maxChannels: 10 });
  const dispatch = new Dispatch();
  const outboxes = new Map<User, Outbox>();
  const enter = (nick: string) => {
    const user = hub.connect();
    const outbox = new Outbox({
      sink: { write: (bytes) => Promise.resolve(bytes.length) },
      scheduler: processScheduler,
      limit: Infinity,
      onFailure: () => {},
    });
    const receiver: Receiver = Object.assign(outbox, { follower: outbox });
    dispatch.add(user, new Subscriber(receiver, cs168.serverCodec()));
    outboxes.set(user, outbox);
    hub.apply(user, { type: "register", nick, home: "cs168" });
    dispatch.deliver(hub.apply(user, { type: "join", channel: "lobby", make: true }), STAMP);
    return user;
  };
  const speaker = enter("speaker");
  for (let i = 1; i < size; i++) enter(`user${i}`);
  return { hub, speaker, dispatch, outboxes };
}

function sendEach(event: ChannelEvent, speaker: User, outboxes: Map<User, Outbox>): void {
  for (const [user, outbox] of outboxes) {
    if (user !== speaker) outbox.send(cs168.dialect.encodeEvent(event, STAMP));
  }
}

async function allWritten(outboxes: Map<User, Outbox>): Promise<void> {
  for (const outbox of outboxes.values()) if (outbox.pending > 0) await outbox.drain();
}
