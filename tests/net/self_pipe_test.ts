/**
 * The self pipe: sockets are read while immediates are due, and a request is always answered, with and
 * without a connection of its own.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { SelfPipe } from "../../lib/net/self_pipe.ts";

Deno.test("what has arrived at a socket is read before the request is answered", async () => {
  await using poll = await openPoll();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using near = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using far = await listener.accept();
  for (let i = 0; i < 20; i++) {
    let received = 0;
    const read = far.read(new Uint8Array(8)).then((count) => received = count ?? 0);
    await near.write(new Uint8Array([i]));
    await poll.asked();
    assertEquals(received, 1, `request ${i}`);
    await read;
  }
});

Deno.test("without a poll a socket is not read for many turns", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using near = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using far = await listener.accept();
  let missed = 0;
  for (let i = 0; i < 20; i++) {
    let received = 0;
    const read = far.read(new Uint8Array(8)).then((count) => received = count ?? 0);
    await near.write(new Uint8Array([i]));
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (received === 0) missed++;
    await read;
  }
  // Should the runtime change this, `SelfPipe` has no purpose any more.
  assert(missed > 5, `${20 - missed} of 20 were read`);
});

Deno.test("a request is answered in a turn of its own, never at once", async () => {
  await using poll = await openPoll();
  let answered = false;
  const answer = new Promise<void>((resolve) =>
    poll.poll.request(() => {
      answered = true;
      resolve();
    })
  );
  assertEquals(answered, false);
  await answer;
});

Deno.test("requests of one turn are answered together, each once and in their order", async () => {
  const { connect } = Deno;
  let writes = 0;
  const counting = async (options: Deno.ConnectOptions) => {
    const conn = await connect(options);
    const write = conn.write.bind(conn);
    return Object.assign(conn, {
      write(bytes: Uint8Array) {
        writes++;
        return write(bytes);
      },
    });
  };
  Object.assign(Deno, { connect: counting });
  await using poll = await openPoll().finally(() => Object.assign(Deno, { connect }));
  const answered: number[] = [];
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      Array.from({ length: 4 }, (_, i) => poll.asked().then(() => answered.push(i))),
    );
  }
  assertEquals(answered, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
  assertEquals(writes, 3, "a byte for each round");
});

Deno.test("a request before the connection is open, and one after the close, are answered", async () => {
  const poll = new SelfPipe();
  await asked(poll);
  await poll.close();
  await asked(poll);
});

Deno.test("a close answers the requests that wait", async () => {
  const { poll } = await openPoll();
  const answer = asked(poll);
  await Promise.all([poll.close(), answer]);
});

Deno.test("close at once, and close twice, leave nothing open", async () => {
  const poll = new SelfPipe();
  await Promise.all([poll.close(), poll.close()]);
});

Deno.test({
  name: "without permission for the loopback it asks nobody, and requests are plain turns",
  permissions: { net: ["192.0.2.1"] },
  fn: async () => {
    const poll = new SelfPipe();
    await asked(poll);
    await poll.close();
  },
});

/** Resolves when `poll` has answered a request. */
function asked(poll: SelfPipe): Promise<void> {
  return new Promise((resolve) => poll.request(resolve));
}

/** A poll whose connection is open. */
async function openPoll() {
  const poll = new SelfPipe();
  await poll.ready;
  return { poll, asked: () => asked(poll), [Symbol.asyncDispose]: () => poll.close() };
}

/** Whether a poll is ready that is made while `fake` stands for a function of `Deno`; it answers in any case. */
async function isReadyWith(fake: Partial<Pick<typeof Deno, "listen" | "connect">>) {
  const { listen, connect } = Deno;
  Object.assign(Deno, fake);
  const poll = new SelfPipe();
  const isReady = await poll.ready.finally(() => Object.assign(Deno, { listen, connect }));
  await asked(poll);
  await poll.close();
  return isReady;
}

Deno.test("another program that connects in its place is closed, and the poll works", async () => {
  const { connect } = Deno;
  let stranger: Deno.TcpConn | undefined;
  // Faster than the poll itself, between its listening and its connecting.
  const fake = async (options: Deno.ConnectOptions) => {
    stranger = await connect(options);
    return await connect(options);
  };
  assertEquals(await isReadyWith({ connect: fake as typeof Deno.connect }), true);
  assertEquals(await stranger?.read(new Uint8Array(1)), null);
  stranger?.close();
});

Deno.test("where it cannot be accepted, nothing is left open, and requests are plain turns", async () => {
  const { listen } = Deno;
  const fake = (options: Deno.TcpListenOptions) =>
    Object.assign(listen(options), {
      accept: () => Promise.reject(new Error("Too many open files")),
    });
  assertEquals(await isReadyWith({ listen: fake as unknown as typeof Deno.listen }), false);
});

Deno.test("where nothing may listen, requests are plain turns", async () => {
  const fake = () => {
    throw new Deno.errors.PermissionDenied("no");
  };
  assertEquals(await isReadyWith({ listen: fake as typeof Deno.listen }), false);
});
