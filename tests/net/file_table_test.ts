/**
 * The table of open files: a server that has started has room for a crowd in it, holds no file for that, and starts with
 * few files as well.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { growFileTable } from "../../lib/net/file_table.ts";
import { Json16Peer } from "../support/json16.ts";
import { ServerChild } from "../support/server_child.ts";
import { until } from "../support/within.ts";

const ignore = Deno.build.os !== "linux";

/** Of a process: for how many files its table has room, and how many are open. */
function filesOf({ pid }: ServerChild): { room: number; open: number } {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const open = [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
  return { room: Number(/^FDSize:\s*(\d+)$/m.exec(status)?.[1]), open };
}

/** Waits until the table has room for so many, and then until few files are open. */
async function grown(child: ServerChild, most: number): Promise<void> {
  await until(`room for ${most} files`, () => filesOf(child).room >= most);
  await until("few open files", () => filesOf(child).open < 64);
}

Deno.test({
  name:
    "file table: a server has room for 8,192 files before anybody is in, and holds none of them",
  ignore,
  async fn() {
    await using child = await ServerChild.start([]);
    await grown(child, 8192);
    assertEquals(filesOf(child).room, 8192);
    await using _alice = await Json16Peer.enter(child.port, "alice");
  },
});

Deno.test({
  name: "file table: with few files it grows as far as they go, and clients always find one",
  ignore,
  async fn() {
    await using child = await ServerChild.start([], { before: "ulimit -n 600" });
    await using crowd = new AsyncDisposableStack();
    for (let i = 0; i < 30; i++) crowd.use(await Json16Peer.enter(child.port, `user-${i}`));
    await until("room for 1,024 files", () => filesOf(child).room === 1024);
    assertEquals(child.log.count(/cannot accept/), 0);
  },
});

Deno.test({
  name: "file table: while it grows, it takes one port from other programs",
  ignore,
  async fn() {
    const { listen } = Deno;
    const ports: number[] = [];
    try {
      Deno.listen = ((options: Deno.ListenOptions & { transport?: "tcp" }) => {
        const listener = listen(options);
        ports.push(listener.addr.port);
        return listener;
      }) as typeof Deno.listen;
      await growFileTable();
    } finally {
      Deno.listen = listen;
    }
    assert(ports.length > 4096, `${ports.length} files were opened`);
    assertEquals(new Set(ports).size, 1);
  },
});
