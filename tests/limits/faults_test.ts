/**
 * Faults of the server's own, put in by stubs: a fault ends one connection at most, the log has its id
 * and the stack in one line, and all other connections go on.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import type { SharedEvent, Stamp } from "../../lib/chat/event.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { Frame } from "../../lib/framing/frame.ts";
import { WriteScheduler } from "../../lib/net/write_scheduler.ts";
import { cs168 } from "../../lib/protocol/cs168.ts";
import type { Dialect, Protocol } from "../../lib/protocol/protocol.ts";
import { Log } from "../../lib/server/log.ts";
import { listen } from "../../lib/net/listen.ts";
import { Server } from "../../lib/server/serve.ts";
import { meet, Peer } from "../support/cs168.ts";
import { LogLines } from "../support/server.ts";
import { PATIENCE_MS, within } from "../support/within.ts";

/** cs168, changed by a test; a name that begins with `odd` says whom a fault is for. */
function broken(change: (protocol: Protocol) => Partial<Protocol>): Protocol {
  return { ...cs168, ...change(cs168) };
}

/** cs168 with a dialect whose encoder calls `before` first, for every event of a channel. */
function brokenEncoder(before: (event: SharedEvent) => void): Protocol {
  const dialect: Dialect = {
    ...cs168.dialect,
    encodeEvent(event, stamp) {
      before(event);
      return cs168.dialect.encodeEvent(event, stamp);
    },
  };
  return broken((original) => ({
    dialect,
    serverCodec: () => Object.assign(original.serverCodec(), { dialect }),
  }));
}

class BrokenServer implements AsyncDisposable {
  readonly log = new LogLines();
  readonly server: Server;
  readonly #peers = new AsyncDisposableStack();

  constructor(protocol: Protocol) {
    const log = new Log("info", this.log.sink);
    const listener = listen("127.0.0.1", 0);
    const options = { host: "127.0.0.1", port: 0, protocols: [protocol], log };
    this.server = new Server(listener, { ...options, limits: { drainTimeout: 3 * PATIENCE_MS } });
  }

  /** alice, bob and odd, in the channel `c` together; they go with the server. */
  async gather(): Promise<Record<"alice" | "bob" | "odd", Peer>> {
    const { port } = this.server.address;
    const enter = async (name: string) => this.#peers.use(await Peer.enter(port, name));
    const [alice, bob, odd] = [await enter("alice"), await enter("bob"), await enter("odd")];
    await meet("c", alice, bob, odd);
    return { alice, bob, odd };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peers.disposeAsync();
    await within("the server's stop", this.server.stop());
  }
}

/** The two talk to each other, and a third can come in. */
async function expectLife(server: BrokenServer, alice: Peer, bob: Peer): Promise<void> {
  await alice.does("are you there?");
  await bob.sees("[alice] are you there?");
  await using carol = await Peer.enter(server.server.address.port, "carol");
  await carol.does("/list", "c");
}

function explode(where: string): never {
  throw new TypeError(`The ${where} is broken`);
}

/** A line that names the connection and has the whole stack. */
const faultOf = (id: number, where: string) =>
  new RegExp(
    `error #${id} fault in the server: TypeError: The ${where} is broken \\| at .*_test\\.ts`,
  );

/** odd says "boom", and its connection ends with a fault at `where`; alice and bob go on. */
async function expectFault(protocol: Protocol, where: string): Promise<void> {
  await using server = new BrokenServer(protocol);
  const { alice, bob, odd } = await server.gather();
  await odd.sendFrame("boom");
  assertEquals(await odd.untilEnd(), []);
  await server.log.find(faultOf(3, where));
  await server.log.find(
    /info #3 ended: fault in the server \("odd" from 127\.0\.0\.1:\d+, cs168\)$/,
  );
  for (const peer of [alice, bob]) await peer.sees("odd has left");
  await expectLife(server, alice, bob);
}

Deno.test("a decoder that throws ends its own connection, and the log has the stack in one line", async () => {
  const protocol = broken((original) => ({
    serverCodec() {
      const codec = original.serverCodec();
      const decode = codec.decode.bind(codec);
      return Object.assign(codec, {
        decode(frame: Frame) {
          if (new TextDecoder().decode(frame.view()).startsWith("boom")) explode("decoder");
          return decode(frame);
        },
      });
    },
  }));
  await expectFault(protocol, "decoder");
});

Deno.test("an encoder that throws ends the connection whose command it was", async () => {
  const protocol = brokenEncoder((event) => {
    if (event.type === "said" && event.text === "boom") explode("encoder");
  });
  await expectFault(protocol, "encoder");
});

Deno.test("a hub that throws ends the connection whose command it was", async () => {
  const apply = Hub.prototype.apply;
  Hub.prototype.apply = function (...args) {
    const [, command] = args;
    if (command.type === "say" && command.text === "boom") explode("hub");
    return apply.apply(this, args);
  };
  try {
    await expectFault(cs168, "hub");
  } finally {
    Hub.prototype.apply = apply;
  }
});

Deno.test("a quit that cannot be encoded ends the connection all the same", async () => {
  const protocol = brokenEncoder((event) => {
    if (event.type === "quit" && event.by.nick === "odd") explode("farewell");
  });
  await using server = new BrokenServer(protocol);
  const { alice, bob, odd } = await server.gather();
  odd.close();
  await server.log.find(faultOf(3, "farewell"));
  await server.log.find(/info #3 ended: closed by peer/);
  await expectLife(server, alice, bob);
});

Deno.test("a protocol that throws at the first byte ends that connection, and its place is free", async () => {
  let fuse = 1;
  const protocol = broken((original) => ({
    serverCodec: () => fuse-- > 0 ? explode("codec") : original.serverCodec(),
  }));
  await using server = new BrokenServer(protocol);
  await using odd = await Peer.connect(server.server.address.port);
  await odd.send(new Uint8Array([0x6f]));
  assertEquals(await odd.untilEnd(), []);
  await server.log.find(faultOf(1, "codec"));
  const { alice, bob } = await server.gather();
  await expectLife(server, alice, bob);
});

Deno.test("a farewell that throws does not keep the server from stopping, nor the others from theirs", async () => {
  const protocol = broken((original) => ({
    serverCodec() {
      const codec = original.serverCodec();
      const encodeReply = codec.encodeReply.bind(codec);
      return Object.assign(codec, {
        encodeReply: (event: Parameters<typeof encodeReply>[0], stamp: Stamp) =>
          event.type === "stopping" ? explode("goodbye") : encodeReply(event, stamp),
      });
    },
  }));
  await using server = new BrokenServer(protocol);
  const { alice, bob } = await server.gather();
  const stopping = server.server.stop();
  assertEquals(await alice.untilEnd(), []);
  assertEquals(await bob.untilEnd(), []);
  await within("the stop", stopping);
  await server.log.find(faultOf(1, "goodbye"));
  await server.log.find(faultOf(2, "goodbye"));
});

Deno.test("a connection that cannot be set up is closed, and accepting goes on", async () => {
  const log = new LogLines();
  const real = listen("127.0.0.1", 0);
  let fuse = 1;
  const accepting = async () => {
    const conn = await real.accept();
    // What the server asks of it first throws; what comes later works.
    return fuse-- > 0 ? new Proxy(conn, { get: unlucky }) : conn;
  };
  const listener = new Proxy(real, {
    get(target, key) {
      if (key === "accept") return accepting;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const options = { host: "127.0.0.1", port: 0, log: new Log("info", log.sink) };
  const server = new Server(listener, options);
  {
    await using odd = await Peer.connect(real.addr.port);
    assertEquals(await odd.untilEnd(), []);
    await log.find(/error connection refused: TypeError: The socket is broken \| at /);
    await using alice = await Peer.enter(real.addr.port, "alice");
    await alice.does("/create c");
  }
  await within("the stop", server.stop());
});

let asked = 0;
function unlucky(conn: Deno.TcpConn, key: string | symbol): unknown {
  if (key === "remoteAddr" && asked++ > 0) explode("socket");
  const value = Reflect.get(conn, key, conn);
  return typeof value === "function" ? value.bind(conn) : value;
}

Deno.test("a write that throws does not keep the others from their turn", async () => {
  const scheduler = new WriteScheduler();
  const flushed = Promise.withResolvers<void>();
  const faults: string[] = [];
  const catchFault = (event: ErrorEvent) => {
    event.preventDefault();
    faults.push(event.message);
  };
  addEventListener("error", catchFault);
  try {
    scheduler.add({ flush: () => explode("outbox") });
    scheduler.add({ flush: () => flushed.resolve() });
    await within("the other's turn", flushed.promise);
    assertEquals(faults.length, 1);
    assert(faults[0]?.includes("The outbox is broken"));
  } finally {
    removeEventListener("error", catchFault);
  }
  assertThrows(() => explode("outbox"), TypeError, "The outbox is broken");
});
