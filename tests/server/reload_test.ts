/**
 * Reading everything again: all of it or nothing, and what is said of it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { parseServerArgs } from "../../lib/server/options.ts";
import { hasFiles } from "../../lib/server/reload.ts";
import { makeCertificate } from "../support/certificate.ts";
import { ReloadRig } from "../support/reload_rig.ts";

Deno.test("reload: what has changed is put in place, and what needs a restart is named", async () => {
  const rig = await new ReloadRig({ "c.toml": 'motd = "m"\nrate = 5\n', m: "one" }).start(
    "--config",
    "c.toml",
  );
  assertEquals(await rig.reload(), "info reloaded: nothing has changed");
  rig.files["m"] = "two";
  assertEquals(await rig.reload(), "info reloaded: changed: motd");
  assertEquals(rig.facts.facts.motd?.(), ["two"]);
  rig.files["c.toml"] = 'motd = "n"\nrate = 6\nport = 7\nlog = "debug"\npassword = "x"\n';
  rig.files["n"] = "three";
  const line = "info reloaded: changed: log, motd, password; needs a restart: port, rate";
  assertEquals(await rig.reload(), line);
  assert(await rig.facts.facts.admits?.("x", "a"));
  // What was not taken is still missing at the next time.
  assertEquals(await rig.reload(), "info reloaded: needs a restart: port, rate");
  rig.files["c.toml"] = "rate = 5\n";
  assertEquals(await rig.reload(), "info reloaded: changed: log, motd, password");
  assertEquals([rig.facts.facts.motd?.(), rig.facts.facts.admits], [undefined, undefined]);
});

Deno.test("reload: when anything is wrong, nothing changes", async () => {
  const old = makeCertificate({ names: ["old.example"] });
  const next = makeCertificate({ names: ["new.example"] });
  const config = 'motd = "m"\ntls-port = 0\ntls-cert = "c"\ntls-key = "k"\n';
  const rig = await new ReloadRig({ "x.toml": config, m: "one", c: old.cert, k: old.key }).start(
    "--config=x.toml",
  );
  const stays = () => {
    assertEquals(rig.facts.facts.motd?.(), ["one"]);
    assert(rig.certificate?.description.includes("old.example"));
  };
  const start = "error not reloaded, everything stays as it was: ";
  Object.assign(rig.files, { m: "two", c: next.cert });
  assertEquals(
    await rig.reload(),
    `${start}Cannot use "k" as key: it is not the key of the certificate`,
  );
  stays();
  Object.assign(rig.files, { k: next.key, "x.toml": `${config}rat = 5\n` });
  assertEquals(await rig.reload(), `${start}x.toml:5: Unknown key "rat": did you mean "rate"?`);
  stays();
  rig.files["x.toml"] = `${config}tls-`;
  assert((await rig.reload()).startsWith(`${start}x.toml:5: `));
  delete rig.files["x.toml"];
  assertEquals(await rig.reload(), `${start}Cannot read "x.toml": there is no such file`);
  rig.files["x.toml"] = config;
  delete rig.files["m"];
  assertEquals(await rig.reload(), `${start}Cannot read "m": there is no such file`);
  stays();
  rig.files["m"] = "two";
  assert((await rig.reload()).startsWith("info reloaded: new certificate for new.example, valid"));
  assertEquals(rig.facts.facts.motd?.(), ["two"]);
});

Deno.test("reload: flags stand above the environment, and that above the file", async () => {
  const rig = new ReloadRig({
    "c.toml": 'network = "File"\nserver-name = "file.x"\nlobby = "file"\n',
  });
  Object.assign(rig.variables, { PARLANCE_NETWORK: "Env", PARLANCE_SERVER_NAME: "env.x" });
  Object.assign(rig.variables, { PARLANCE_CONFIG: "c.toml" });
  await rig.start("--network", "Flag");
  const { facts } = rig.facts;
  assertEquals([facts.network, facts.name], ["Flag", "env.x"]);
  rig.files["c.toml"] = 'network = "Other"\nserver-name = "other.x"\nlobby = "file"\n';
  assertEquals(await rig.reload(), "info reloaded: nothing has changed");
  rig.files["c.toml"] = "";
  assertEquals(await rig.reload(), "info reloaded: needs a restart: lobby");
});

Deno.test("reload: there is something to read again where a file is named", () => {
  const has = (...args: string[]) => {
    const request = parseServerArgs(args);
    return "values" in request && hasFiles(request.values);
  };
  assert(!has("--rate", "5", "--password", "pbkdf2:1:YQ==:YQ==", "--motd=-"));
  assert(has("--config", "c.toml"));
  assert(has("--motd", "m"));
  assert(has("--password", "./p"));
  assert(has("--oper", "ada:./p"));
  assert(has("--tls-port=0", "--tls-cert=c", "--tls-key=k"));
});

Deno.test("reload: every file is said to be read more than once, the settings from the beginning", async () => {
  const { cert, key } = makeCertificate();
  const settings = 'tls-port = 0\ntls-cert = "c"\ntls-key = "k"\nmotd = "m"\npassword = "./p"\n';
  const files = { "c.toml": settings, m: "hi", c: cert, k: key, "./p": "word", "./o": "word" };
  const rig = await new ReloadRig(files).start("--config", "c.toml", "--oper", "ada:./o");
  assertEquals(rig.reads.splice(0), ["c.toml again", "./o", "m", "./p", "c", "k"]);
  await rig.reload();
  assertEquals(rig.reads, ["c.toml", "./o", "m", "./p", "c", "k"].map((path) => `${path} again`));
});

Deno.test("reload: two at once are carried out one after the other", async () => {
  const rig = await new ReloadRig({ m: "one" }).start("--motd", "m");
  rig.files["m"] = "two";
  const both = [rig.reloader.reload("signal"), rig.reloader.reload("user")];
  assertEquals(await Promise.all(both), [undefined, undefined]);
  assertEquals(rig.lines, ["info reloaded: changed: motd", "info reloaded: nothing has changed"]);
});
