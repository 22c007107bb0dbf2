/**
 * The always-on users of a server that was started: who is put back, taken over, written down and let go.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { AlwaysOnChange, HeldChange } from "../../lib/accounts/always_on_module.ts";
import type { KeptUser } from "../../lib/chat/always_on.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { AlwaysOnUsers } from "../../lib/server/always_on.ts";
import type { AlwaysOnPort } from "../../lib/server/always_on_keeper.ts";
import { Dispatch } from "../../lib/server/dispatch.ts";
import { Log } from "../../lib/server/log.ts";
import { Sequencer } from "../../lib/server/sequencer.ts";
import { FakeClock } from "../support/clock.ts";

const HOUR_MS = 3_600_000;

/** `account` as it was when nobody had been connected as it since `absentSince`. */
function kept(account: string, absentSince: number): KeptUser {
  const person = {
    nick: account,
    handle: account,
    home: "irc",
    username: "",
    host: "",
    realname: "",
  };
  return {
    person: { ...person, account },
    modes: [],
    returnsToLobby: false,
    namesHandles: true,
    registeredAt: 1,
    spokeAt: 1,
    absentSince,
    channels: [],
  };
}

/** A server with the always-on accounts alice and bob; its time is that of its clock. */
class Rig {
  readonly clock = new FakeClock();
  readonly hub = new Hub({ maxChannels: 10 });
  readonly logged: string[] = [];
  readonly written: string[] = [];
  readonly users: AlwaysOnUsers;
  readonly sequencer: Sequencer;
  /** What the database says. */
  names: readonly string[] = ["alice", "bob"];
  fault: string | undefined;

  constructor(expiryMs?: number, now = 0) {
    this.clock.advance(now);
    const port = {
      call: (name: string, changes: readonly AlwaysOnChange[], _held: readonly HeldChange[]) => {
        if (this.fault !== undefined) return Promise.reject(new Error(this.fault));
        if (name === "names") return Promise.resolve(this.names);
        this.written.push(changes.map(({ account }) => account).join(" "));
        return Promise.resolve();
      },
    } as unknown as AlwaysOnPort;
    const { hub, clock } = this;
    const log = new Log("info", (line) => this.logged.push(line.slice(25)) > 0);
    this.users = new AlwaysOnUsers({
      limits: { isOpen: true, maxAccounts: 10, maxByHost: 10 },
      port,
      atStart: { names: this.names, users: [kept("alice", 0), kept("bob", HOUR_MS)], channels: [] },
      ...(expiryMs !== undefined && { expiryMs }),
    }, { hub, clock, log });
    const dispatch = new Dispatch({ clock });
    this.sequencer = new Sequencer({ hub, dispatch, now: () => clock.now() });
    this.sequencer.order({ type: "accounts", names: ["alice", "bob"] });
    this.users.begin(this.sequencer);
  }

  /** Who is there. */
  get present(): string[] {
    return ["alice", "bob"].filter((name) => this.hub.holderOf(name) !== undefined);
  }
}

Deno.test("always-on users: those who were there are there again, for as long as the operator wants", async () => {
  const rig = new Rig();
  assertEquals(rig.present, ["alice", "bob"]);
  // Without an age they stay: nobody looks for old ones.
  rig.clock.advance(1000 * HOUR_MS);
  assertEquals([rig.present, rig.clock.timers], [["alice", "bob"], 0]);
  rig.names = ["bob"];
  await rig.users.takeOver(rig.sequencer);
  assertEquals([rig.present, rig.hub.alwaysOn], [["bob"], ["bob"]]);
});

Deno.test("always-on users: who has not been seen for long goes, at the start and within an hour", async () => {
  const rig = new Rig(24 * HOUR_MS);
  rig.clock.advance(24 * HOUR_MS);
  assertEquals(rig.present, ["alice", "bob"]);
  rig.clock.advance(HOUR_MS);
  assertEquals(rig.present, ["bob"]);
  rig.clock.advance(HOUR_MS);
  assertEquals(rig.present, []);
  await rig.users.close();
  assertEquals(rig.clock.timers, 0);
  const late = new Rig(24 * HOUR_MS, 25 * HOUR_MS);
  assertEquals(late.present, ["bob"]);
  await late.users.close();
});

Deno.test("always-on users: the end writes each of them, and says when that could not be done", async () => {
  const rig = new Rig();
  assertEquals(await rig.users.close(), true);
  assertEquals(rig.written, ["alice bob"]);
  assertEquals(rig.logged, []);
  const full = new Rig();
  full.fault = "disk full";
  assertEquals(await full.users.close(), false);
  assertEquals(full.logged, ["error always-on users could not be kept: disk full"]);
});
