/**
 * The counts that an operator asks for, and the line that shows them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Counted, countSessions, describeStatus } from "../../lib/server/status.ts";

function session(id: number, parts: Partial<Counted> = {}): Counted {
  return { id, protocolName: "cs168", isRegistered: true, pending: 0, ...parts };
}

Deno.test("sessions are counted by protocol, and the ten fullest are named, fullest first", () => {
  const waiting = Array.from({ length: 12 }, (_, i) => session(i + 1, { pending: i * 100 }));
  const others = [
    session(20, { protocolName: "chat1" }),
    session(21, { protocolName: undefined, isRegistered: false }),
  ];
  const counted = countSessions([...waiting, ...others]);
  assertEquals(counted.connections, { cs168: 12, chat1: 1, undecided: 1 });
  assertEquals([counted.users, counted.waiting], [13, 6600]);
  const ids = counted.fullest.map(({ connection }) => connection);
  assertEquals(ids, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
});

Deno.test("the words have every count, and leave out what there is none of", () => {
  const empty = {
    ...countSessions([]),
    uptime: 0.4,
    served: 0,
    messages: 0,
    delayed: 0,
    handshakes: 0,
    absent: 0,
    channels: 0,
  };
  assertEquals(
    describeStatus(empty),
    "0 connections, 0 users, 0 channels, 0 bytes waiting, 0 connections and 0 messages served in 0 s",
  );
  const busy = {
    ...countSessions([session(7, { pending: 1 }), session(8, { pending: 20 })]),
    uptime: 61.2,
    served: 9,
    messages: 1,
    delayed: 3,
    handshakes: 2,
    absent: 3,
    channels: 1,
  };
  assertEquals(
    describeStatus(busy),
    "2 connections (2 cs168), 3 delayed, 2 handshakes, 2 users, 3 absent, 1 channel, 21 bytes waiting (#8 20, #7 1), " +
      "9 connections and 1 message served in 61 s",
  );
});
