/**
 * The basic client: one line, no newline, the end.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { sendBasic } from "../../lib/client/basic.ts";
import { ConnectError } from "../../lib/client/chat_client.ts";
import { quietPort } from "../support/port.ts";
import { within } from "../support/within.ts";

/** What a server receives of one basic client, to the end of the stream. */
async function receive(line: string): Promise<string> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sending = sendBasic(line, "127.0.0.1", listener.addr.port);
  const conn = await within("the client", listener.accept());
  const bytes = await within("the line", new Response(conn.readable).arrayBuffer());
  await within("the end of the client", sending);
  return new TextDecoder().decode(bytes);
}

Deno.test("a line arrives as it is, without a newline, and then the end", async () => {
  assertEquals(await receive("hello there "), "hello there ");
  assertEquals(await receive("grüße 漢🙂"), "grüße 漢🙂");
});

Deno.test("an empty line is an empty message", async () => {
  assertEquals(await receive(""), "");
});

Deno.test("a line longer than any buffer arrives whole", async () => {
  const line = "0123456789".repeat(50_000);
  assertEquals(await receive(line) === line, true);
});

Deno.test("a server that does not answer is an error with the text that the documents prescribe", async () => {
  const port = quietPort();
  const error = await assertRejects(() => sendBasic("hello", "127.0.0.1", port), ConnectError);
  assertEquals(error.message, `Unable to connect to 127.0.0.1:${port}`);
});
