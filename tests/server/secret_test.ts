/**
 * Passwords of operators and of the server: a hash, a file, or words on the command line with a warning.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FileError } from "../../lib/cli/files.ts";
import { UsageError } from "../../lib/cli/options.ts";
import { makeFacts } from "../../lib/server/facts.ts";
import { parseIdentity } from "../../lib/server/identity_options.ts";
import { hashPassword, Secret } from "../../lib/server/secret.ts";

Deno.test("a hash fits its password alone, and no two hashes of one password are the same", async () => {
  const hash = await hashPassword("sésame");
  assert(Secret.isHash(hash) && !hash.includes("same"), hash);
  assert(await new Secret(hash).fits("sésame"));
  for (const wrong of ["", "sesame", "sésame ", hash]) assert(!await new Secret(hash).fits(wrong));
  assert(hash !== await hashPassword("sésame"));
});

Deno.test("what is no hash is the password itself", async () => {
  for (
    const text of ["word", "pbkdf2:0:YQ==:YQ==", "pbkdf2:99999999:YQ==:YQ==", "pbkdf2:1:!:YQ=="]
  ) {
    assert(!Secret.isHash(text), text);
    assert(await new Secret(text).fits(text));
    assert(!await new Secret(text).fits(`${text}x`));
  }
});

Deno.test("the options of a server's identity are read, and wrong ones refused", () => {
  assertEquals(parseIdentity({ "server-name": "irc.example.org", network: "Ex", motd: "-" }), {
    name: "irc.example.org",
    network: "Ex",
    motd: "-",
    operators: new Map(),
  });
  const { operators } = parseIdentity({ oper: "a:./x,b:pbkdf2:1:YQ==:YQ==" });
  assertEquals([...operators.keys()], ["a", "b"]);
  for (const name of ["nodot", "a b.c", "", ".", "x".repeat(64) + ".y", "a.b\r\n"]) {
    assertThrows(() => parseIdentity({ "server-name": name }), UsageError);
  }
  assertEquals(parseIdentity({ admin: "Ada; London ;ada@example.org" }).admin, [
    "Ada",
    "London",
    "ada@example.org",
  ]);
  for (const admin of ["", "a;;b", "a;b;c;d", "x".repeat(101), "a\x07b", ";"]) {
    assertThrows(() => parseIdentity({ admin }), UsageError, "Admin must be one to 3 lines");
  }
  for (const oper of ["a", "a:", ":x", "a b:x"]) {
    assertThrows(() => parseIdentity({ oper }), UsageError);
  }
});

Deno.test("a password on the command line is warned of; one in a file, or its hash, is not", async () => {
  const read = (path: string) =>
    path === "./word" ? Promise.resolve("sesame\nmore\n") : Promise.reject(new FileError("No"));
  const warnings: string[] = [];
  const facts = (values: Record<string, string>) =>
    makeFacts(parseIdentity(values), "v", (text) => warnings.push(text), read);
  const plain = await facts({ password: "sesame" });
  assertEquals(warnings, ["the password of --password is on the command line"]);
  const filed = await facts({ oper: "root:./word" });
  const hashed = await facts({ password: await hashPassword("sesame") });
  assertEquals(warnings.length, 1);
  assert(await plain.admits?.("sesame") && await hashed.admits?.("sesame"));
  assert(await filed.isOperator?.("root", "sesame"));
  assertEquals(filed.admits, undefined);
  assert(!await filed.isOperator?.("toor", "sesame"));
  await assertRejects(() => facts({ password: "./none" }), FileError);
});

Deno.test("the message of the day is read again on demand, and kept when that fails", async () => {
  let text = "one\r\ntwo\n";
  const read = () => text === "" ? Promise.reject(new FileError("Gone")) : Promise.resolve(text);
  const facts = await makeFacts(parseIdentity({ motd: "./motd" }), "v", () => {}, read);
  assertEquals(facts.motd?.(), ["one", "two"]);
  text = "three";
  assertEquals(await facts.reload?.(), undefined);
  assertEquals(facts.motd?.(), ["three"]);
  text = "";
  assertEquals(await facts.reload?.(), "Gone");
  assertEquals(facts.motd?.(), ["three"]);
});
