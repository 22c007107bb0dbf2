/**
 * Where a password comes from: the file, then the environment, then the terminal.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { FileError, readTextFile } from "../../lib/cli/files.ts";
import { UsageError } from "../../lib/cli/options.ts";
import { findPassword, type PasswordSources } from "../../lib/client/password.ts";

const FILES: Readonly<Record<string, string>> = {
  "secret.txt": "from a file \r\nand more\n",
  "empty.txt": "\nsecond line\n",
};

function find(sources: PasswordSources): Promise<string | undefined> {
  return findPassword("pat", sources, (path) => Promise.resolve(FILES[path] as string));
}

Deno.test("password: the file stands before the environment, and that before the question", async () => {
  const prompts: string[] = [];
  const ask = (prompt: string) => {
    prompts.push(prompt);
    return Promise.resolve("typed");
  };
  assertEquals(await find({ file: "secret.txt", variable: "set", ask }), "from a file ");
  assertEquals(await find({ variable: "set", ask }), "set");
  assertEquals(prompts, []);
  assertEquals(await find({ ask }), "typed");
  assertEquals(prompts, ["Password of pat: "]);
});

Deno.test("password: who gives up has none", async () => {
  assertEquals(await find({ ask: () => Promise.resolve(undefined) }), undefined);
});

Deno.test("password: without a place to look, the error names all three", async () => {
  const message =
    'Account "pat" needs a password: set PARLANCE_ACCOUNT_PASSWORD, name a file by --password-file';
  await assertRejects(() => find({}), UsageError, message);
});

Deno.test("password: an empty one is a mistake, wherever it was", async () => {
  await assertRejects(() => find({ file: "empty.txt" }), UsageError, 'none in "empty.txt"');
  const ask = () => Promise.resolve("");
  await assertRejects(() => find({ ask }), UsageError, "none in the answer");
});

Deno.test("password: a file that is not there is named", async () => {
  const read = () => findPassword("pat", { file: "/nowhere/at/all" }, readTextFile);
  await assertRejects(read, FileError, 'Cannot read "/nowhere/at/all"');
});
