/**
 * Files that an operator names: what is read of them, and what is refused.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { FileError, readPemFile, readTextFile } from "../../lib/cli/files.ts";
import { Program } from "../support/process.ts";
import { TempFolder } from "../support/temp_folder.ts";

async function faultOf(path: string, isRepeated = false): Promise<string> {
  const { message } = await assertRejects(() => readTextFile(path, isRepeated), FileError);
  const [before, why = ""] = message.split(`"${path}": `);
  assertEquals(before, "Cannot read ");
  return why;
}

/** A pipe with a name; whoever reads it waits until somebody writes to it. */
async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assertEquals(success, true);
}

Deno.test("files: text is UTF-8, with or without a byte order mark, of any length up to a mebibyte", async () => {
  using folder = new TempFolder();
  for (const text of ["", "a", "é\r\n", "€".repeat(100_000), "x".repeat(1024 * 1024)]) {
    const path = folder.write("text", text);
    assertEquals(await readTextFile(path), text);
    assertEquals(await readTextFile(path, true), text);
  }
  assertEquals(await readTextFile(folder.write("marked", "\ufeffport = 1")), "port = 1");
});

Deno.test("files: what is no text is refused, because different passwords would read the same", async () => {
  using folder = new TempFolder();
  const path = folder.file("latin1");
  Deno.writeFileSync(path, Uint8Array.of(0xe4, 0xf6, 0xfc));
  assertEquals(await faultOf(path), "it is not UTF-8");
  assertEquals(await faultOf(path, true), "it is not UTF-8");
  // Comments beside a certificate may be anything.
  assertEquals(await readPemFile(path), "\ufffd\ufffd\ufffd");
});

Deno.test("files: one that is missing, a folder, or without an end", async () => {
  using folder = new TempFolder();
  assertEquals(await faultOf(folder.file("nothing")), "there is no such file");
  assertEquals(await faultOf(folder.path), "it is a directory");
  assertEquals(await faultOf(folder.path, true), "it is a directory");
  const tooLong = "it is longer than 1048576 bytes";
  assertEquals(await faultOf(folder.write("long", "x".repeat(1024 * 1024 + 1))), tooLong);
  assertEquals(await faultOf("/dev/zero"), tooLong);
});

Deno.test("files: a pipe can be read once, and is refused where it would be read again", async () => {
  using folder = new TempFolder();
  const pipe = folder.file("pipe");
  await makePipe(pipe);
  const [text] = await Promise.all([readTextFile(pipe), Deno.writeTextFile(pipe, "sesame\n")]);
  assertEquals(text, "sesame\n");
  // Nobody writes to it: reading would not end.
  const why = "it is no ordinary file, and is read more than once";
  assertEquals(await faultOf(pipe, true), why);
  assertEquals(await faultOf("/dev/zero", true), why);
  assertEquals(await faultOf("-", true), why.replace("it", "standard input"));
});

Deno.test("files: - is standard input, of which no more is read either", async () => {
  const script = `
    import { readTextFile } from "./lib/cli/files.ts";
    console.log(await readTextFile("-").then((text) => text.length, ({ message }) => message));
  `;
  for (
    const [length, said] of [[5, "5"], [
      2_000_000,
      'Cannot read "-": it is longer than 1048576 bytes',
    ]] as const
  ) {
    await using program = Program.script(script);
    await program.types("x".repeat(length)).catch(() => {});
    await program.endInput().catch(() => {});
    await program.ends(0, { stdout: `${said}\n`, stderr: "" });
  }
});
