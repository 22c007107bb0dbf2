/**
 * Hub and dispatch together, into receivers that only count: what one message costs the server's own
 * code, sockets aside. The baseline encodes the event for each receiver.
 *
 * @module
 */

import type { Delivery } from "../lib/chat/event.ts";
import { Hub } from "../lib/chat/hub.ts";
import type { User } from "../lib/chat/user.ts";
import { cs168 } from "../lib/protocol/cs168.ts";
import { Dispatch, type Receiver } from "../lib/server/dispatch.ts";

const SIZES = [10, 100, 500, 1000];
const TEXT = "x".repeat(160);

class CountingReceiver implements Receiver {
  received = 0;

  send(bytes: Uint8Array): void {
    this.received += bytes.length;
  }
}

for (const size of SIZES) {
  const { hub, speaker, dispatch, receivers } = channelOf(size);
  const group = `dispatch to ${size}`;
  Deno.bench({
    name: `encode once: ${size - 1} deliveries`,
    group,
    fn: () => dispatch.deliver(hub.apply(speaker, { type: "say", text: TEXT })),
  });
  Deno.bench({
    name: `encode for each: ${size - 1} deliveries`,
    group,
    baseline: true,
    fn: () => deliverEach(hub.apply(speaker, { type: "say", text: TEXT }), receivers),
  });
}

function channelOf(size: number) {
  const hub = new Hub({ maxChannels: 10 });
  const dispatch = new Dispatch();
  const receivers = new Map<User, Receiver>();
  const enter = (nick: string) => {
    const user = hub.connect();
    const receiver = new CountingReceiver();
    dispatch.add(user, receiver, cs168);
    receivers.set(user, receiver);
    hub.apply(user, { type: "register", nick });
    hub.apply(user, { type: "create", channel: "lobby" });
    hub.apply(user, { type: "join", channel: "lobby" });
    return user;
  };
  const speaker = enter("speaker");
  for (let i = 1; i < size; i++) enter(`user${i}`);
  return { hub, speaker, dispatch, receivers };
}

function deliverEach(deliveries: readonly Delivery[], receivers: Map<User, Receiver>): void {
  for (const delivery of deliveries) {
    if (delivery.to !== "channel") continue;
    for (const user of delivery.channel.members) {
      if (user === delivery.actor) continue;
      receivers.get(user)?.send(cs168.encodeEvent(delivery.event));
    }
  }
}
