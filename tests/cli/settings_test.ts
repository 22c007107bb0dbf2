/**
 * Settings of the environment and of a file: every kind of value, every mistake with its place.
 *
 * @module
 */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type CommandLine, parsePort, UsageError, wholePath } from "../../lib/cli/options.ts";
import { settingsOfEnvironment, settingsOfFile, variableOf } from "../../lib/cli/settings.ts";

const LINE: CommandLine = {
  program: "toy",
  summary: "",
  usages: [],
  options: [
    { name: "config", value: "FILE", help: "", paths: wholePath, place: "environment" },
    { name: "check-config", help: "", place: "command line" },
    { name: "tls-port", value: "PORT", help: "", check: (text) => parsePort(text, 1) },
    { name: "motd", value: "FILE", help: "", paths: wholePath },
    { name: "oper", value: "NAME:FILE", help: "", isList: true, paths: (text) => filesIn(text) },
    { name: "loud", help: "" },
  ],
};

function filesIn(list: string): string[] {
  return list.split(",").map((each) => each.slice(each.indexOf(":") + 1));
}

async function file(text: string, path = "/etc/chat/toy.toml"): Promise<Record<string, string>> {
  return Object.fromEntries(await settingsOfFile(LINE, path, text));
}

Deno.test("settings: a file has the options' names as keys, of the kinds that TOML has", async () => {
  assertEquals(await file('tls-port = 6697\nmotd = "-"\nloud = true # yes\n'), {
    "tls-port": "6697",
    motd: "-",
    loud: "true",
  });
  assertEquals(await file('tls-port = "6697"\nloud = false\n'), {
    "tls-port": "6697",
    loud: "false",
  });
  assertEquals(await file(""), {});
});

Deno.test("settings: relative paths of a file are in its folder", async () => {
  const text = 'motd = "motd.txt"\noper = ["ada:keys/ada", "bob:/abs/bob"]\n';
  assertEquals(await file(text), {
    motd: "/etc/chat/motd.txt",
    oper: "ada:/etc/chat/keys/ada,bob:/abs/bob",
  });
  assertEquals((await file(text, "toy.toml"))["motd"], "motd.txt");
  assertEquals((await file(text, "../toy.toml"))["motd"], "../motd.txt");
  assertEquals((await file('oper = "ada:x,bob:y"\n'))["oper"], "ada:/etc/chat/x,bob:/etc/chat/y");
});

Deno.test("settings: a mistake in a file is one line with its place", async () => {
  const wrong = async (text: string) =>
    (await assertRejects(() => file(text), UsageError)).message.replace("/etc/chat/", "");
  assertEquals(await wrong("\nnosuch = 1\n"), 'toy.toml:2: Unknown key "nosuch"');
  assertEquals(
    await wrong("\ntls-porrt = 1\n"),
    'toy.toml:2: Unknown key "tls-porrt": did you mean "tls-port"?',
  );
  assertEquals(
    await wrong("tls_port = 1\n"),
    'toy.toml:1: Unknown key "tls_port": did you mean "tls-port"?',
  );
  assertEquals(await wrong("[net]\nport = 1\n"), 'toy.toml:1: Unknown key "net"');
  assertEquals(
    await wrong("loud = true\ntls-port = 0\n"),
    'toy.toml:2: Port must be a number from 1 to 65535, got "0"',
  );
  assertEquals(await wrong('motd = ["a"]\n'), 'toy.toml:1: Key "motd" takes one value');
  assertEquals(await wrong("motd = true\n"), 'toy.toml:1: Key "motd" takes FILE, got true');
  assertEquals(await wrong('motd = ""\n'), 'toy.toml:1: Value of "motd" must not be empty');
  assertEquals(
    await wrong('loud = "yes"\n'),
    'toy.toml:1: Value of "loud" must be true or false, got "yes"',
  );
  assertEquals(
    await wrong("check-config = true\n"),
    'toy.toml:1: Key "check-config" belongs on the command line',
  );
  assertEquals(
    await wrong('config = "x"\n'),
    'toy.toml:1: Key "config" belongs on the command line',
  );
  assertEquals(
    await wrong("loud = true\nloud = false\n"),
    "toy.toml:2: Defining a key multiple times is invalid",
  );
});

Deno.test("settings: variables of the environment, with their own mistakes", () => {
  const read = (variables: Record<string, string>) =>
    Object.fromEntries(settingsOfEnvironment(LINE, (name) => variables[name]));
  assertEquals(variableOf({ name: "tls-port", help: "" }), "PARLANCE_TLS_PORT");
  assertEquals(
    read({
      PARLANCE_TLS_PORT: "1",
      PARLANCE_CONFIG: "x",
      PARLANCE_MOTD: "",
      PARLANCE_LOUD: "true",
    }),
    { config: "x", "tls-port": "1", loud: "true" },
  );
  assertEquals(read({ PARLANCE_CHECK_CONFIG: "true", PARLANCE_STD: "npm" }), {});
  const wrong = (variables: Record<string, string>) =>
    assertThrows(() => read(variables), UsageError).message;
  assertEquals(
    wrong({ PARLANCE_TLS_PORT: "x" }),
    'PARLANCE_TLS_PORT: Port must be a number from 1 to 65535, got "x"',
  );
  assertEquals(
    wrong({ PARLANCE_LOUD: "1" }),
    'PARLANCE_LOUD: Value of "loud" must be true or false, got "1"',
  );
});
