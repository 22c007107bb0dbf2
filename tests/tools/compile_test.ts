/**
 * tools/compile.ts: a missing base binary is not mistaken for an error in the source.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { whyNoBase } from "../../tools/compile.ts";

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
