/**
 * Found by the soak: a chat1 client that was slowed down and whose connection then broke left whole lines
 * behind, and the channel received them as one message.
 *
 * @module
 */

import { FarSocket } from "../support/far_socket.ts";
import { TestServer } from "../support/server.ts";

Deno.test("lines of a throttled client stay apart when its connection breaks", async () => {
  await using server = new TestServer({ commandBurst: 50, commandRate: 100 });
  await using bob = await server.enter("bob");
  await bob.does("/create lobby");
  const flood = await FarSocket.connect(server.port);
  const lines = Array.from({ length: 60 }, (_, i) => `@flood: line${i}\n`);
  await flood.send(new TextEncoder().encode(`REGISTER flood CHAT/1.0\n${lines.join("")}`));
  await server.log.find(/registered/);
  await flood.reset();
  // What is written to it fails: only so the server hears that it is gone.
  await using carol = await server.enter("carol");
  // The flood goes on at its rate until then.
  await carol.sendFrame("/join lobby");
  await carol.sendFrame("anybody here?");
  await server.log.find(/ended: .*chat1/);
  const told = await bob.untilBarrier();
  const wrong = told.filter((text) => text.startsWith("[flood]") && !/^\[flood\] \w+$/.test(text));
  if (wrong.length > 0) throw new Error(`Received: ${wrong.join(", ")}`);
});
