/**
 * Passwords of operators and of the server: a hash, a file, or words on the command line with a warning.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FileError } from "../../lib/cli/files.ts";
import { UsageError } from "../../lib/cli/options.ts";
import { LiveFacts } from "../../lib/server/facts.ts";
import { parseIdentity } from "../../lib/server/identity_options.ts";
import { hashPassword, Secret } from "../../lib/server/secret.ts";

Deno.test("a hash fits its password alone, and no two hashes of one password are the same", async () => {
  const hash = await hashPassword("sésame");
  assert(Secret.isHash(hash) && !hash.includes("same"), hash);
  assert(await new Secret(hash).fits("sésame", "a"));
  for (const wrong of ["", "sesame", "sésame ", hash]) {
    assert(!await new Secret(hash).fits(wrong, "a"));
  }
  assert(hash !== await hashPassword("sésame"));
});

Deno.test("however many a network tries, another one's password is not behind all of them", async () => {
  const secret = new Secret(await hashPassword("sesame"));
  const done: string[] = [];
  const tries = [..."aaaaaab"].map(async (network) => {
    await secret.fits("sesame", network);
    done.push(network);
  });
  await Promise.all(tries);
  assert(done.indexOf("b") < 6, done.join(" "));
});

Deno.test("what is no hash is the password itself", async () => {
  for (
    const text of ["word", "pbkdf2:0:YQ==:YQ==", "pbkdf2:99999999:YQ==:YQ==", "pbkdf2:1:!:YQ=="]
  ) {
    assert(!Secret.isHash(text), text);
    assert(await new Secret(text).fits(text, "a"));
    assert(!await new Secret(text).fits(`${text}x`, "a"));
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
  const facts = async (values: Record<string, string>) => {
    const warn = (text: string) => warnings.push(text);
    return (await LiveFacts.open(parseIdentity(values), "v", warn, read)).facts;
  };
  const plain = await facts({ password: "sesame" });
  assertEquals(warnings, ["the password of --password is on the command line"]);
  const filed = await facts({ oper: "root:./word" });
  const hashed = await facts({ password: await hashPassword("sesame") });
  assertEquals(warnings.length, 1);
  assert(await plain.admits?.("sesame", "a") && await hashed.admits?.("sesame", "a"));
  assert(await filed.isOperator?.("root", "sesame", "a"));
  assertEquals(filed.admits, undefined);
  assert(!await filed.isOperator?.("toor", "sesame", "a"));
  await assertRejects(() => facts({ password: "./none" }), FileError);
});

Deno.test("a password from a file or the environment is not warned of", async () => {
  const warnings: string[] = [];
  const identity = parseIdentity({ password: "sesame", oper: "root:word" }, { oper: "root:word" });
  const read = () => Promise.reject(new FileError("No"));
  await LiveFacts.open(identity, "v", (text) => warnings.push(text), read);
  assertEquals(warnings, ["the password of --oper is on the command line"]);
});

Deno.test("facts are read again on demand, and change only when all of them could be read", async () => {
  const files: Record<string, string> = { "./motd": "one\r\ntwo\n", "./word": "sesame\n" };
  const read = (path: string) => {
    const text = files[path];
    return text === undefined ? Promise.reject(new FileError("Gone")) : Promise.resolve(text);
  };
  const identity = parseIdentity({ motd: "./motd", oper: "root:./word" });
  const live = await LiveFacts.open(identity, "v", () => {}, read);
  const { facts } = live;
  assertEquals(facts.motd?.(), ["one", "two"]);
  assertEquals((await live.prepare(identity)).changed, []);
  Object.assign(files, { "./motd": "three", "./word": "tea\n" });
  const news = await live.prepare(identity);
  assertEquals(news.changed, ["motd", "oper"]);
  assertEquals(facts.motd?.(), ["one", "two"]);
  const { isOperator } = facts;
  news.put();
  assertEquals(facts.motd?.(), ["three"]);
  // Also by one who asked before.
  assert(
    await facts.isOperator?.("root", "tea", "a") && !await isOperator?.("root", "sesame", "a"),
  );
  delete files["./word"];
  files["./motd"] = "four";
  await assertRejects(() => live.prepare(identity), FileError);
  assertEquals(facts.motd?.(), ["three"]);
});

Deno.test("facts come and go with the settings; standard input stays what it was", async () => {
  const live = await LiveFacts.open(
    parseIdentity({ motd: "-" }),
    "v",
    () => {},
    () => Promise.resolve("from a pipe"),
  );
  const { facts } = live;
  assertEquals([facts.admits, facts.isOperator], [undefined, undefined]);
  const news = await live.prepare(parseIdentity({ motd: "-", password: "x", oper: "a:b" }));
  assertEquals(news.changed, ["password", "oper"]);
  news.put();
  assert(await facts.admits?.("x", "a") && await facts.isOperator?.("a", "b", "a"));
  assertEquals(facts.motd?.(), ["from a pipe"]);
  (await live.prepare(parseIdentity({}))).put();
  assertEquals([facts.admits, facts.isOperator, facts.motd?.()], [undefined, undefined, undefined]);
});
