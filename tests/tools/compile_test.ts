/**
 * tools/compile.ts: a missing base binary is not mistaken for an error in the source, and a server has to serve.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { disproveServing, whyNoBase } from "../../tools/compile.ts";

Deno.test("whyNoBase() finds the last cause of a failed download", () => {
  const stderr = `Check server.ts
Compile server.ts to bin/server
Download https://example.org/release/v2.9.6/denort-x86_64-unknown-linux-gnu.zip
error: Writing deno compile executable to temporary file 'bin/server.tmp-0'

Caused by:
    0: Setting up base binary.
    1: error sending request for url
    2: dns error

Stack backtrace:
   0: <unknown>
`;
  assertEquals(whyNoBase({ late: false, stderr }), "dns error");
});

Deno.test("whyNoBase() tells a download that never ends from a late check", () => {
  const download = "Compile server.ts to bin/server\nDownload https://example.org/denort-x.zip\n";
  assertEquals(whyNoBase({ late: true, stderr: download }), "no answer within 60 s");
  assertEquals(whyNoBase({ late: true, stderr: "Check server.ts\n" }), undefined);
});

Deno.test("whyNoBase() leaves mistakes in the source to their own report", () => {
  for (
    const stderr of [
      "TS2322 [ERROR]: ...\nconst denort: number = 'x';\n\nerror: Type checking failed.\n",
      'error: Module not found "file:///project/server.ts".\n',
      "Download https://example.org/meta.json\nerror: JSR package manifest failed to load.\n",
      "",
    ]
  ) {
    assertEquals(whyNoBase({ late: false, stderr }), undefined);
  }
});

Deno.test("disproveServing() wants a server that listens with its database, and stops when it is told to", async () => {
  const folder = await Deno.makeTempDir();
  const verdict = async (...script: string[]) => {
    const file = `${folder}/server`;
    await Deno.writeTextFile(file, ["#!/bin/sh", ...script, ""].join("\n"), { mode: 0o755 });
    return await disproveServing(file, `${folder}/data`);
  };
  try {
    const listens = [
      '[ "$*" = "0 --host=127.0.0.1 --data=$DATA" ] || exit 3',
      "echo Listening on x",
    ]
      .map((line) => line.replace("$DATA", `${folder}/data`));
    const serves = "while :; do read -r _ < FIFO; done";
    await new Deno.Command("mkfifo", { args: [`${folder}/fifo`] }).output();
    const waits = serves.replace("FIFO", `${folder}/fifo`);
    assertEquals(await verdict("trap 'exit 0' TERM", ...listens, waits), undefined);
    assertEquals(
      await verdict("trap 'exit 1' TERM", ...listens, waits),
      'with a database it printed "Listening on x" and ended with status 1',
    );
    assertEquals(
      await verdict("echo no such module >&2", "exit 1"),
      'with a database it printed "no such module" and ended with status 1',
    );
    assertEquals(
      await verdict(""),
      'with a database it printed "nothing" and ended with status 0',
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
