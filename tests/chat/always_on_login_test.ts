/**
 * Who logs in after its registration to an account that is always on: it becomes the user that its account has already.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ABSENT_TEXT } from "../../lib/chat/always_on.ts";
import { MAX_CONNECTIONS } from "../../lib/chat/connection_rules.ts";
import type { User } from "../../lib/chat/user.ts";
import { alwaysOn, Town, townWithAlice } from "./town.ts";

Deno.test("always on: who logs in late becomes the user that is waiting", () => {
  const town = townWithAlice();
  town.leave("phone");
  town.enter("nc", "alice_");
  town.join("nc", "x");
  town.join("nc", "z");
  town.expect("nc", { type: "login", account: "alice", rename: true }, [
    "nc < logged_in alice",
    "x: left alice_ x",
    "z: left alice_ z",
    "peers: renamed alice_ alice",
    "nc is phone",
    "phone < resumed x",
    "phone < resumed y",
    "phone < came_back 1000",
    "peers: host_changed alice alice",
    "peers: realname_changed",
    "peers: away alice",
  ]);
  assertEquals(town.hub.holderOf("alice_"), undefined);
  assertEquals(town.hub.userCount, 2);
  town.restore();
  assertEquals(town.connection("nc").as, town.user("alice"));
  assertEquals(town.places("alice"), ["@x", "@y"]);
  assertEquals(town.hub.holderOf("alice_"), undefined);
  assertEquals(town.leave("nc"), [`peers: away alice ${ABSENT_TEXT}`]);
});

Deno.test("always on: who logs in late becomes the user also while another client is there", () => {
  const town = townWithAlice();
  town.enter("nc", "alice_");
  town.expect("nc", { type: "login", account: "alice" }, [
    "nc < logged_in alice",
    "peers: renamed alice_ alice",
    "nc is phone",
    "phone < resumed x",
    "phone < resumed y",
  ]);
  assertEquals(town.leave("phone"), []);
  assertEquals(town.leave("nc"), [`peers: away alice ${ABSENT_TEXT}`]);
  // Not beyond the number of connections that a user may have.
  for (let i = 0; i < MAX_CONNECTIONS; i++) town.enter(`c${i}`, "alice", "alice");
  town.enter("nc", "alice_");
  assertEquals(town.do("nc", { type: "login", account: "alice" }).slice(0, 2), [
    "nc < logged_in alice",
    "peers: account_changed",
  ]);
});

/** Two users of alice's account, who had logged in before it was always on: she by phone, and alice_ by nc. */
function withTwo(): Town {
  const town = new Town();
  town.enter("phone", "alice", "alice");
  town.enter("nc", "alice_");
  town.do("nc", { type: "login", account: "alice" });
  town.do("nc", alwaysOn(true));
  for (const channel of ["x", "y"]) town.join("phone", channel);
  return town;
}

Deno.test("always on: of two users of one account, the one that is called like it stays", () => {
  const town = withTwo();
  town.join("nc", "z");
  assertEquals(town.leave("phone"), [`peers: away alice ${ABSENT_TEXT}`]);
  // The other one may have its place, and does not end it.
  assertEquals(town.do("nc", { type: "ghost", nick: "alice" }).slice(0, 2), [
    "z: left alice_ z",
    "peers: renamed alice_ alice",
  ]);
  assertEquals(town.places("alice"), ["@x", "@y"]);
  const other = withTwo();
  assertEquals(other.leave("nc"), []);
  assertEquals(other.hub.holderOf("alice_"), undefined);
});

Deno.test("always on: GHOST ends the connections of the one that is called like the account, not its presence", () => {
  const town = withTwo();
  town.enter("tablet", "alice", "alice");
  town.enter("b");
  town.join("b", "x");
  town.do("phone", { type: "oper" });
  const [phone, tablet] = ["phone", "tablet"].map((name) => town.connection(name)) as [User, User];
  const deliveries = town.hub.apply(town.connection("nc"), { type: "ghost", nick: "alice" });
  // They hear nothing more of their channels, and she does.
  const ended = deliveries.flatMap((each) => "ends" in each ? [each.ends] : [])[0] as User;
  assertEquals([...ended.connections], [phone, tablet]);
  const left = deliveries.flatMap((each) =>
    "exited" in each && each.exited === ended ? [each.channel.name] : []
  );
  assertEquals(left, ["x", "y"]);
  const lines = town.take(deliveries);
  // Whom the lines name is the user that stays: its id is that of its first connection.
  assertEquals(lines.slice(0, 3), [
    "phone < closing Ended by alice",
    "phone ends",
    `peers: away alice ${ABSENT_TEXT}`,
  ]);
  assertEquals([town.handle("nc"), town.user("alice").connections.size], ["alice", 1]);
  assertEquals(town.places("alice"), ["@x", "@y"]);
  // Who was put out has no word any more, and leaves no power behind.
  assertEquals(town.hub.apply(phone, { type: "say", channel: "x", text: "hi" }), []);
  assertEquals(town.hub.disconnect(phone), []);
  assertEquals(town.user("alice").modes.has("operator"), false);
  town.expect("nc", { type: "say", channel: "x", text: "hi" }, "x: said alice x hi");
  assertEquals(town.leave("nc"), [`peers: away alice ${ABSENT_TEXT}`]);
});

Deno.test("always on: the later of two connections, when it alone is left, becomes the account's user", () => {
  const town = townWithAlice();
  town.leave("phone");
  town.enter("one", "dora", "dora");
  town.enter("two", "dora", "dora");
  town.leave("one");
  town.do("two", { type: "logout" });
  town.do("two", { type: "login", account: "alice", rename: true });
  assertEquals(town.handle("two"), "alice");
  town.expect("two", { type: "say", channel: "x", text: "hi" }, "x: said alice x hi");
  town.restore();
  assertEquals(town.handle("two"), "alice");
});
