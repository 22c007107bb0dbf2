/**
 * The permissions that a command line needs.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/options.ts";
import { permissionsFor } from "../../lib/cli/permissions.ts";
import { parseServerArgs, SERVER_COMMAND_LINE } from "../../lib/server/options.ts";

function needs(...args: string[]): readonly string[] {
  const request = parseServerArgs(["--permissions", ...args]);
  return permissionsFor(
    SERVER_COMMAND_LINE,
    request.mode === "permissions" ? request.values : {},
    "/self",
  );
}

Deno.test("permissions: none without a path, and each path that is named", () => {
  assertEquals(needs("--rate", "5", "5000"), []);
  assertEquals(needs("--motd=-", "--password", "pbkdf2:1:YQ==:Y/E="), []);
  assertEquals(
    needs("--config", "/c.toml", "--tls-cert=/t/c.pem", "--tls-key=/t/k.pem", "--motd", "m d.txt"),
    ["--allow-read=/c.toml,/t/c.pem,/t/k.pem,m d.txt"],
  );
  assertEquals(needs("--oper", "ada:./a,bob:/b,eve:plain", "--password", "./p"), [
    "--allow-read=./p,./a,/b",
  ]);
  assertEquals(needs("--tls-cert=/x", "--tls-key=/x"), ["--allow-read=/x"]);
  // The database has a thread, which starts from the program.
  assertEquals(needs("--data", "/d"), ["--allow-read=/d,/self", "--allow-write=/d"]);
});

Deno.test("permissions: a path that the runtime would read as two is refused", () => {
  for (const path of ["/a,/etc", "/a\n--allow-all"]) {
    assertThrows(() => needs("--motd", path), UsageError, "must not have a comma or a line end");
  }
});
