/**
 * Connecting with a socket that TLS can take over: what is wrong, in the words of `Deno.connect`.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { dialSocket } from "../../lib/net/dial_socket.ts";
import { quietPort } from "../support/port.ts";
import { within } from "../support/within.ts";

/** What `dial` fails with: a name, and a message without the system's number. */
async function faultOf(dial: () => Promise<unknown>): Promise<string> {
  const { name, message } = await assertRejects(() => within("its end", dial()), Error);
  return `${name}: ${message.replace(/ \(os error \d+\)|: .*/, "")}`;
}

Deno.test("dial socket: faults have the names and words of those of Deno.connect", async () => {
  const port = quietPort();
  for (const hostname of ["127.0.0.1", "no.such.host.invalid"]) {
    assertEquals(
      await faultOf(() => dialSocket(hostname, port)),
      await faultOf(() => Deno.connect({ hostname, port })),
    );
  }
});

Deno.test("dial socket: what arrives before anybody reads is not lost", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dialling = dialSocket("127.0.0.1", listener.addr.port);
  using far = await listener.accept();
  await far.write(Uint8Array.of(1, 2, 3));
  const conn = await within("a connection", dialling);
  assertEquals([...await within("bytes", conn.read()) ?? []], [1, 2, 3]);
  conn.close();
});
