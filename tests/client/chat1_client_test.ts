/**
 * A chat1 client whose lines are there from the start, as in a pipe: its REGISTER has no newline, so nothing
 * may follow it before the reply.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { TextWriter } from "../../lib/cli/text_writer.ts";
import { ChatClient } from "../../lib/client/chat_client.ts";
import { chat1Look } from "../../lib/client/chat1_look.ts";
import { runLineUi } from "../../lib/client/line_ui.ts";
import { PipeIo } from "../../lib/client/pipe_io.ts";
import { chat1 } from "../../lib/protocol/chat1.ts";
import { Chat1Peer } from "../support/chat1.ts";
import { Json16Peer } from "../support/json16.ts";
import { TestServer } from "../support/server.ts";
import { within } from "../support/within.ts";

function run(client: ChatClient, typed: string) {
  const output = new TextWriter((bytes) => Promise.resolve(bytes.length));
  const io = new PipeIo(
    ReadableStream.from([new TextEncoder().encode(typed)]),
    output,
    chat1Look,
  );
  return runLineUi(client, io, { look: chat1Look, lastWords: { stopped: "", lost: "" } });
}

function connect(server: TestServer, nick: string): Promise<ChatClient> {
  return ChatClient.connect({ protocol: chat1, nick, host: "127.0.0.1", port: server.port });
}

Deno.test("a line that is there before the reply is sent after it, and is chat", async () => {
  await using server = new TestServer();
  await using pat = await Json16Peer.enter(server.port, "pat");
  const client = await connect(server, "bob");
  const end = await within("the end", run(client, "hi\nthere"));
  assertEquals(end, { by: "user" });
  await pat.until('"bob", "message": "hi"');
  await pat.until('"bob", "message": "there"');
  await pat.until('{"type": "leave", "nick": "bob"}');
});

Deno.test("a name in use ends the client with the reply, whatever is typed already", async () => {
  await using server = new TestServer();
  await using _bob = await Chat1Peer.enter(server.port, "bob");
  const client = await connect(server, "bob");
  const end = await within("the end", run(client, "hi\n"));
  assertEquals(end, { by: "refusal", text: "401 Client already registered" });
});
