/**
 * Accounts of the real process: the operator's commands beside a server that runs, a restart, a directory that cannot
 * be written any more, and what stands in the process list.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Place } from "../data/plan.ts";
import { IrcPeer } from "../support/irc.ts";
import { account, startIn } from "../support/kept_server.ts";
import { enterAs, makeAccount } from "../support/login.ts";

Deno.test("account command: it adds, lists, changes and deletes, and says why it does not", async () => {
  using place = new Place();
  const run = (...args: readonly string[]) => account(place, args);
  assertEquals(await account(place, ["add", "Alice"], "open-sesame\n"), {
    code: 0,
    output: "Added Alice\n",
  });
  const refused = (output: string) => ({ code: 1, output: `parlance-server: ${output}\n` });
  assertEquals(
    await account(place, ["add", "alice"], "open-sesame\n"),
    refused('There is an account "Alice" already'),
  );
  assertEquals(
    await account(place, ["add", "bob"], "short\n"),
    refused("Password must have at least 8 characters"),
  );
  assertEquals(
    await account(place, ["add", "bob"], `${"é".repeat(513)}\n`),
    refused("Password must have at most 1024 bytes"),
  );
  assertEquals(
    await account(place, ["add", "bob"], "open\0sesame\n"),
    refused("Password must not have a NUL in it"),
  );
  assertEquals(
    await account(place, ["add", "benedict"], "Benedict\n"),
    refused("Password must not be the name of the account"),
  );
  assertEquals(
    await account(place, ["add", "NickServ"], "open-sesame\n"),
    refused('No account can be called "NickServ"'),
  );
  assertEquals(await run("delete", "bob"), refused('There is no account "bob"'));
  assertEquals(await run("list"), { code: 0, output: "Alice\n" });
  assertEquals(await account(place, ["passwd", "alice"], "another-one\n"), {
    code: 0,
    output: "Changed the password of Alice\n",
  });
  assertEquals(await run("delete", "ALICE"), {
    code: 0,
    output: "Deleted Alice and all that it had\n",
  });
  assertEquals(await run("list"), { code: 0, output: "" });
  const { code, output } = await run("frob");
  assertEquals(code, 2);
  assertMatch(
    output,
    /Account command must be list, add NAME, passwd NAME, delete NAME or always-on NAME/,
  );
});

Deno.test("account command: what cannot be written is said in one line that names the database, and nothing is changed", async () => {
  using place = new Place();
  await account(place, ["add", "alice"], "open-sesame\n");
  const path = place.file("parlance.db");
  const database = new DatabaseSync(path);
  for (const change of ["INSERT", "UPDATE"]) {
    database.exec(
      `CREATE TRIGGER no_${change} BEFORE ${change} ON accounts BEGIN ` +
        "SELECT RAISE(ABORT, 'database or disk is full'); END",
    );
  }
  database.close();
  const full = {
    code: 1,
    output: `parlance-server: Cannot use the database "${path}": database or disk is full\n`,
  };
  assertEquals(await account(place, ["add", "bob"], "open-sesame\n"), full);
  assertEquals(await account(place, ["passwd", "alice"], "another-one\n"), full);
  assertEquals(await account(place, ["list"]), { code: 0, output: "alice\n" });
});

Deno.test("account command: a server that runs learns of it", async () => {
  using place = new Place();
  await using server = await startIn(place);
  await using guest = await IrcPeer.enter(server.port, "alice");
  await account(place, ["add", "alice"], "open-sesame\n");
  await guest.until("NOTICE Guest1 :alice belongs to an account: you are called Guest1 now\r\n");
  const { peer: owner } = await enterAs(server.port, "alice", "alice", "open-sesame");
  await using _owner = owner;
  await account(place, ["passwd", "alice"], "another-one\n");
  const { peer: again } = await enterAs(server.port, "alice", "alice", "another-one");
  await using _again = again;
  await account(place, ["delete", "alice"]);
  await owner.until(" 901 alice ");
});

Deno.test("accounts: they survive the end of the server, and a kill", async () => {
  using place = new Place();
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    await using server = await startIn(place);
    await makeAccount(server.port, `user${signal.toLowerCase()}`, "open-sesame");
    server.signal(signal);
    await server.ends();
  }
  await using server = await startIn(place);
  for (const name of ["usersigterm", "usersigkill"]) {
    const { peer } = await enterAs(server.port, name, name, "open-sesame");
    peer.close();
  }
});

Deno.test("accounts: neither the process list nor any file has a password", async () => {
  using place = new Place();
  await using server = await startIn(place);
  await makeAccount(server.port, "alice", "open-sesame");
  const shown = await Deno.readTextFile(`/proc/${server.pid}/cmdline`);
  assert(!shown.includes("sesame"));
  server.signal("SIGTERM");
  await server.ends();
  const files = Object.values(place.contents()).join();
  assert(!files.includes(new TextEncoder().encode("sesame").toHex()));
  assert(files.includes(new TextEncoder().encode("alice").toHex()));
});
