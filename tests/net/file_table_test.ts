/**
 * The table of open files: a server that has started has room for a crowd in it, holds no file for that, and starts with
 * few files as well.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Json16Peer } from "../support/json16.ts";
import { ServerChild } from "../support/server_child.ts";

const ignore = Deno.build.os !== "linux";

/** Of a process: for how many files its table has room, and how many are open. */
function filesOf({ pid }: ServerChild): { room: number; open: number } {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const open = [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
  return { room: Number(/^FDSize:\s*(\d+)$/m.exec(status)?.[1]), open };
}

Deno.test({
  name:
    "file table: a server has room for 2,048 files before anybody is in, and holds none of them",
  ignore,
  async fn() {
    await using child = await ServerChild.start([]);
    // Its answer comes after the table has grown.
    await using _alice = await Json16Peer.enter(child.port, "alice");
    const { room, open } = filesOf(child);
    assertEquals(room, 2048);
    assert(open < 64, `${open} are open`);
  },
});

Deno.test({
  name: "file table: with few files it grows as far as they go, and the server works",
  ignore,
  async fn() {
    await using child = await ServerChild.start([], { before: "ulimit -n 600" });
    await using _alice = await Json16Peer.enter(child.port, "alice");
    const { room, open } = filesOf(child);
    assertEquals(room, 1024);
    assert(open < 64, `${open} are open`);
    assertEquals(child.log.count(/cannot accept/), 0);
  },
});
