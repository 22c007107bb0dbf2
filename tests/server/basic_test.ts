/**
 * The basic server: one client after the other, each message printed when it has ended.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { serveBasic } from "../../lib/server/basic.ts";
import { FarSocket } from "../support/far_socket.ts";
import { resetBeforeAccept } from "../support/reset.ts";
import { within } from "../support/within.ts";

/** A basic server that notes when it accepts and what it prints. */
class Rig implements AsyncDisposable {
  readonly events: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving: Promise<void>;
  #more = Promise.withResolvers<void>();

  constructor() {
    const note = (event: string) => this.#note(event);
    const listener = this.#listener;
    const noting = {
      async accept() {
        const conn = await listener.accept();
        note("accept");
        return conn;
      },
    };
    const print = (message: Uint8Array) => {
      note(new TextDecoder().decode(message));
      return Promise.resolve();
    };
    this.#serving = serveBasic(noting as unknown as Deno.TcpListener, print);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  connect(): Promise<Deno.TcpConn> {
    return within("a connection", Deno.connect({ hostname: "127.0.0.1", port: this.port }));
  }

  /** Waits until there are `count` events. */
  async until(count: number): Promise<void> {
    while (this.events.length < count) await within(`event ${count}`, this.#more.promise);
  }

  #note(event: string): void {
    this.events.push(event);
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await within("the end of the server", this.#serving);
  }
}

async function send(conn: Deno.TcpConn, text: string): Promise<void> {
  for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
    rest = rest.subarray(await within("a write", conn.write(rest)));
  }
}

Deno.test("the next client is taken when the message before has been printed", async () => {
  await using rig = new Rig();
  using first = await rig.connect();
  using second = await rig.connect();
  await send(second, "second");
  await second.closeWrite();
  await send(first, "first, ");
  await send(first, "still first");
  await first.closeWrite();
  await rig.until(4);
  assertEquals(rig.events, ["accept", "first, still first\n", "accept", "second\n"]);
});

Deno.test("a message is printed in one piece, whatever pieces it came in", async () => {
  await using rig = new Rig();
  using client = await rig.connect();
  for (const piece of ["one", "\ntwo\n", "", "thr", "ee"]) await send(client, piece);
  await client.closeWrite();
  await rig.until(2);
  assertEquals(rig.events, ["accept", "one\ntwo\nthree\n"]);
});

Deno.test("an endless message is printed a megabyte at a time", async () => {
  await using rig = new Rig();
  using client = await rig.connect();
  const text = "x".repeat(5 * 1024 * 1024);
  const sending = send(client, text);
  await rig.until(3);
  await sending;
  await client.closeWrite();
  while (!rig.events.at(-1)?.endsWith("\n")) await rig.until(rig.events.length + 1);
  assertEquals(rig.events.slice(1).join("") === `${text}\n`, true);
});

Deno.test("a client that is reset has ended its message", async () => {
  await using rig = new Rig();
  const broken = await FarSocket.connect(rig.port);
  await broken.send(new TextEncoder().encode("half a"));
  await broken.reset();
  using next = await rig.connect();
  await send(next, "whole");
  await next.closeWrite();
  await rig.until(4);
  assertEquals(rig.events, ["accept", "half a\n", "accept", "whole\n"]);
});

Deno.test("a client that is reset before it is accepted prints nothing, and the next is served", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await resetBeforeAccept(listener.addr.port, 20);
  const printed: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  using client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  await send(client, "hello");
  await client.closeWrite();
  const serving = serveBasic(listener, (message) => {
    printed.push(new TextDecoder().decode(message));
    if (printed.at(-1) === "hello\n") resolve();
    return Promise.resolve();
  });
  await within("the message", promise);
  listener.close();
  await within("the end of the server", serving);
  // The system may have accepted one just before its reset.
  assertEquals(printed.filter((text) => text !== "\n"), ["hello\n"]);
});
