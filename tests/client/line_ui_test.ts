/**
 * The line UI over a pipe, against a server that the test plays: byte for byte what the documents
 * prescribe.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ChatClient } from "../../lib/client/chat_client.ts";
import { ROOM_UNITS, TextWriter } from "../../lib/cli/text_writer.ts";
import { cs168Look } from "../../lib/client/cs168_look.ts";
import { runLineUi } from "../../lib/client/line_ui.ts";
import type { LeaveTimes } from "../../lib/client/patience.ts";
import { PipeIo } from "../../lib/client/pipe_io.ts";
import type { UiEnd } from "../../lib/client/ui_end.ts";
import { DEFAULT_RING_CAPACITY } from "../../lib/framing/ring_buffer.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import { FarServer, FRAME, frame, type Pace, type Peer } from "../support/cs168.ts";
import { Keyboard, Screen } from "../support/screen.ts";
import { ModelSink } from "../support/sink.ts";
import { PATIENCE_MS, settle, within } from "../support/within.ts";

const GONE = "Server at example:1 has disconnected";

/** Times for a client that leaves a server which never closes. */
const SHORT: LeaveTimes = { sendingMs: 50, baseMs: 100, answerMs: 50, answersMs: 200 };
/** Times for one that leaves a server which answers, on a machine that may be slow. */
const LONG: LeaveTimes = {
  sendingMs: PATIENCE_MS,
  baseMs: PATIENCE_MS,
  answerMs: PATIENCE_MS,
  answersMs: PATIENCE_MS,
};

/** A running UI, its user's hands and eyes, and the server it talks to. */
class Rig implements AsyncDisposable {
  readonly keyboard = new Keyboard();
  readonly screen = new Screen();
  readonly server: Peer;
  readonly #client: ChatClient;
  readonly #end: Promise<UiEnd>;

  private constructor(client: ChatClient, server: Peer) {
    this.#client = client;
    this.server = server;
    const io = new PipeIo(this.keyboard.stream, this.screen.writer(), cs168Look);
    const lastWords = { stopped: "", lost: GONE };
    this.#end = runLineUi(client, io, { look: cs168Look, lastWords });
  }

  /** The UI of `alice`, whose name has arrived and whose prompt is shown. */
  static async start(pace?: Pace, times = LONG): Promise<Rig> {
    await using far = new FarServer();
    const { port } = far;
    const options = { protocol: cs168, nick: "alice", host: "127.0.0.1", port, times };
    const client = await ChatClient.connect(options);
    const rig = new Rig(client, await far.accept(pace));
    assertEquals(await rig.server.frames(1), ["alice"]);
    await rig.screen.shows("[Me] ");
    return rig;
  }

  /** How the UI ended; fails when it goes on. */
  end(): Promise<UiEnd> {
    return within("the end of the UI", this.#end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    this.#client.close();
    await this.end();
  }
}

Deno.test("an empty line sends nothing, and the prompt comes again", async () => {
  await using rig = await Rig.start();
  rig.keyboard.types("\n   \n\t\nthen this\n");
  assertEquals(await rig.server.frames(1), ["then this"]);
  await rig.screen.shows("[Me] [Me] [Me] [Me] ");
});

Deno.test("a frame that comes byte by byte is shown once, when it is whole", async () => {
  await using rig = await Rig.start("byte by byte");
  const bytes = frame("[bob] grüße 漢🙂");
  await rig.server.send(bytes.subarray(0, FRAME - 1));
  rig.keyboard.types("x\n");
  await rig.screen.shows("[Me] ");
  assertEquals(rig.screen.text, "");
  await rig.server.send(bytes.subarray(FRAME - 1));
  await rig.screen.shows("\r    \r[bob] grüße 漢🙂\n[Me] ");
  await rig.server.sendFrame("[bob] again");
  await rig.screen.shows("\r    \r[bob] again\n[Me] ");
});

Deno.test("a blank frame shows nothing", async () => {
  await using rig = await Rig.start();
  for (const blank of ["", "\n", "\r    \r", "\r\n\t"]) await rig.server.sendFrame(blank);
  await rig.server.sendFrame("seen");
  await rig.screen.shows("\r    \rseen\n[Me] ");
});

Deno.test("the prompt comes at once for each of many lines, in order", async () => {
  await using rig = await Rig.start();
  const lines = Array.from({ length: 500 }, (_, i) => `line ${i}`);
  rig.keyboard.types(lines.map((line) => `${line}\n`).join(""));
  assertEquals(await rig.server.frames(500), lines);
  await rig.screen.shows("[Me] ".repeat(500));
  assertEquals(rig.screen.text, "");
});

Deno.test("at the end of input everything is sent, then the end of the stream", async () => {
  await using rig = await Rig.start();
  rig.keyboard.types("one\ntwo\nwithout a newline");
  rig.keyboard.ends();
  assertEquals(await rig.server.untilEnd(), ["one", "two", "without a newline"]);
  await rig.screen.shows("[Me] [Me] [Me] ");
  rig.server.close();
  assertEquals([await rig.end(), rig.screen.text], [{ by: "user" }, ""]);
});

Deno.test("after the end of input the answers are still shown, until the server closes", async () => {
  await using rig = await Rig.start();
  rig.keyboard.types("/list\n");
  rig.keyboard.ends();
  assertEquals(await rig.server.untilEnd(), ["/list"]);
  await rig.server.sendFrame("one\ntwo");
  await rig.server.sendFrame("[bob] bye");
  rig.server.close();
  assertEquals(await rig.end(), { by: "user" });
  assertEquals(rig.screen.text, "[Me] \r    \rone\ntwo\n[Me] \r    \r[bob] bye\n[Me] ");
});

Deno.test("after the end of input a server that stays silent is left", async () => {
  await using rig = await Rig.start("whole", SHORT);
  rig.keyboard.ends();
  assertEquals(await rig.end(), { by: "user" });
  assertEquals(rig.screen.text, "");
});

Deno.test("an input that cannot be read any more has ended", async () => {
  await using rig = await Rig.start();
  rig.keyboard.fails();
  assertEquals(await rig.server.untilEnd(), []);
  rig.server.close();
  assertEquals(await rig.end(), { by: "user" });
});

Deno.test("when the server goes its last frames are shown, then the text that says so", async () => {
  await using rig = await Rig.start();
  await rig.server.sendFrame("[bob] bye");
  rig.server.close();
  assertEquals(await rig.end(), { by: "loss" });
  await rig.screen.shows("\r    \r[bob] bye\n[Me] ");
  assertEquals(rig.screen.text, `\r    \r${GONE}\n`);
});

Deno.test("a frame that the server did not finish is not shown", async () => {
  await using rig = await Rig.start();
  await rig.server.send(frame("half").subarray(0, 100));
  rig.server.close();
  assertEquals(await rig.end(), { by: "loss" });
  assertEquals(rig.screen.text, `\r    \r${GONE}\n`);
});

Deno.test("what nobody reads is not received either, and nothing of it is lost", async () => {
  await using far = new FarServer();
  const options = { protocol: cs168, nick: "alice", host: "127.0.0.1", port: far.port };
  const client = await ChatClient.connect(options);
  const server = await far.accept();
  assertEquals(await server.frames(1), ["alice"]);
  const sink = new ModelSink();
  const output = new TextWriter((bytes) => sink.write(bytes));
  const io = new PipeIo(new Keyboard().stream, output, cs168Look);
  const ended = runLineUi(client, io, { look: cs168Look, lastWords: { stopped: "", lost: GONE } });
  const count = 100_000;
  const sent = server.send(new TextEncoder().encode("x".padEnd(FRAME).repeat(count)))
    .then(() => server.close());
  // Wherever it stops: at most a mouthful, and what one more read has brought.
  const bound = ROOM_UNITS + DEFAULT_RING_CAPACITY / FRAME * "\r    \rx\n[Me] ".length;
  let largest = 0;
  let over = false;
  const end = ended.finally(() => over = true);
  for (let held = 0; !over;) {
    await settle();
    largest = Math.max(largest, output.waiting);
    if (largest >= ROOM_UNITS && held++ >= 100 && sink.offered > 0) await sink.accept();
  }
  await within("the sender", sent);
  assertEquals(await end, { by: "loss" });
  assert(largest >= ROOM_UNITS && largest < bound, `${largest} units waited`);
  assertEquals(
    new TextDecoder().decode(Uint8Array.from(sink.taken)).split("\rx\n").length - 1,
    count,
  );
});
