/**
 * A client that has logged in, at a real server: what it has read on one machine is read on another.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ChatClient } from "../../lib/client/chat_client.ts";
import { irc } from "../../lib/protocol/irc.ts";
import type { Received } from "../../lib/protocol/protocol.ts";
import { IrcPeer } from "../support/irc.ts";
import { makeAccount } from "../support/login.ts";
import { TestServer } from "../support/server.ts";
import { within } from "../support/within.ts";

const PASSWORD = "open-sesame";

/** A client of dave's, in #tea. */
async function enter(port: number): Promise<ChatClient> {
  const wishes = { receipts: true, login: { account: "dave", password: PASSWORD } };
  const where = { host: "127.0.0.1", port, channel: "tea" };
  return await ChatClient.connect({ protocol: irc, nick: "dave", ...where, wishes });
}

/** The first event that `test` takes. */
function hears<Event extends Received>(
  events: AsyncIterator<readonly Received[]>,
  test: (event: Received) => event is Event,
): Promise<Event> {
  const read = async (): Promise<Event> => {
    while (true) {
      const found = (await events.next()).value?.find(test);
      if (found !== undefined) return found;
    }
  };
  return within("an event", read());
}

const isSaid = (event: Received): event is Extract<Received, { type: "said" }> =>
  event.type === "said";
const isMarker = (event: Received): event is Extract<Received, { type: "marker" }> =>
  event.type === "marker";

Deno.test("chat client: how far an account has read stands where its next client enters", async () => {
  await using server = new TestServer();
  await makeAccount(server.port, "dave", PASSWORD);
  const first = await enter(server.port);
  const events = first[Symbol.asyncIterator]();
  assertEquals((await hears(events, isMarker)).at, undefined);
  await using eve = await IrcPeer.enter(server.port, "eve");
  await eve.asks("JOIN #tea", "PRIVMSG #tea :hello");
  const at = (await hears(events, isSaid)).stamp?.time as number;
  await first.send({ type: "marker", target: { channel: "tea" }, at });
  assertEquals((await hears(events, isMarker)).at, at);
  first.close();
  const second = await enter(server.port);
  const marker = await hears(second[Symbol.asyncIterator](), isMarker);
  assertEquals([marker.target, marker.at], [{ channel: "tea" }, at]);
  second.close();
});
