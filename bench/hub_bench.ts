/**
 * The hub alone: what a command costs before anything is sent, by members of the channel.
 *
 * @module
 */

import type { User } from "../lib/chat/user.ts";
import { Hub } from "../lib/chat/hub.ts";

const SIZES = [10, 100, 500, 1000];

for (const size of SIZES) {
  const { hub, speaker } = channelOf(size);
  Deno.bench({
    name: `say, ${size} members`,
    group: "hub say",
    fn: () => void hub.apply(speaker, { type: "say", text: "hello" }),
  });
}

for (const size of SIZES) {
  const { hub, speaker } = channelOf(size);
  Deno.bench({
    name: `leave and enter, ${size} members`,
    group: "hub enter",
    fn: () => void hub.apply(speaker, { type: "join", channel: "lobby", exclusive: true }),
  });
}

for (const channels of [1, 10, 100]) {
  const { hub, speaker } = channelOf(100);
  for (let i = 1; i < channels; i++) {
    hub.apply(speaker, { type: "join", channel: `channel${i}`, make: true });
  }
  let nick = 0;
  Deno.bench({
    name: `rename, ${channels} channels`,
    group: "hub rename",
    fn: () =>
      void hub.apply(speaker, { type: "register", nick: `speaker${++nick % 2}`, home: "cs168" }),
  });
}

for (const size of SIZES) {
  const { hub } = channelOf(size);
  Deno.bench({
    name: `connect, register, enter, disconnect, ${size} members`,
    group: "hub visit",
    fn: () => void hub.disconnect(enter(hub, "visitor")),
  });
}

function channelOf(size: number): { hub: Hub; speaker: User } {
  const hub = new Hub({ maxChannels: 200 });
  const speaker = hub.connect();
  hub.apply(speaker, { type: "register", nick: "speaker", home: "cs168" });
  hub.apply(speaker, { type: "create", channel: "lobby" });
  for (let i = 1; i < size; i++) enter(hub, `user${i}`);
  return { hub, speaker };
}

function enter(hub: Hub, nick: string): User {
  const user = hub.connect();
  hub.apply(user, { type: "register", nick, home: "cs168" });
  hub.apply(user, { type: "join", channel: "lobby", exclusive: true });
  return user;
}
