/**
 * Metadata: who may set and read it, who learns of it, and its limits.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Command, MetadataTarget } from "../../lib/chat/command.ts";
import {
  isMetadataKey,
  MAX_METADATA_KEYS,
  MAX_METADATA_SUBSCRIPTIONS,
  MAX_METADATA_VALUE_BYTES,
} from "../../lib/chat/metadata.ts";
import { MAX_SYNCED_MEMBERS, MAX_TOLD_MEMBERS } from "../../lib/chat/metadata_rules.ts";
import { flag, modes, Stage } from "./stage.ts";

const X: MetadataTarget = { channel: "x", fold: true };
const set = (key: string, value?: string, target: MetadataTarget = {}): Command => (
  { type: "metadata_set", target, key, ...(value !== undefined && { value }) }
);
const sub = (...keys: string[]): Command => ({ type: "metadata_sub", keys });
const get = (target: MetadataTarget, ...keys: string[]): Command => (
  { type: "metadata_get", target, keys }
);
const refused = (why: string, name: string, key: string, isChannel = false) =>
  `refused metadata ${why} ${name} ${isChannel} ${key}`;

/** alice is the operator of x; bob is a member; carol is in y with bob; dave is alone. */
function stage(): Stage {
  const stage = new Stage(["alice", "bob", "carol", "dave"]);
  for (const name of ["alice", "bob"]) stage.join(name, "x");
  for (const name of ["bob", "carol"]) stage.join(name, "y");
  return stage;
}

/** Without how many were looked at. */
function shown(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/\] \d+$/, "]"));
}

Deno.test("metadata: a user sets its own, and reads everybody's", () => {
  const it = stage();
  assertEquals(shown(it.do("alice", set("avatar", "u"))), [
    "alice < metadata set [alice false avatar u]",
  ]);
  assertEquals(shown(it.do("alice", set("empty", "", { user: "ALICE" }))), [
    "alice < metadata set [alice false empty ]",
  ]);
  assertEquals(shown(it.do("dave", get({ user: "Alice" }, "avatar", "none", "No!"))), [
    "dave < metadata answer alice false [alice false avatar u, alice false none, alice false No!]",
  ]);
  assertEquals(shown(it.do("alice", { type: "metadata_list", target: {} })), [
    "alice < metadata answer alice false [alice false avatar u, alice false empty ]",
  ]);
  it.expect("bob", set("avatar", "x", { user: "alice" }), [
    `bob < ${refused("no_permission", "alice", "avatar")}`,
  ]);
  it.expect("bob", { type: "metadata_clear", target: { user: "alice" } }, [
    `bob < ${refused("no_permission", "alice", "*")}`,
  ]);
  it.expect("bob", get({ user: "nobody" }, "a"), [
    `bob < ${refused("invalid_target", "nobody", "*")}`,
  ]);
  assertEquals(shown(it.do("alice", set("empty"))), ["alice < metadata set [alice false empty]"]);
  it.expect("alice", set("empty"), `alice < ${refused("not_set", "alice", "empty")}`);
  assertEquals(shown(it.do("alice", { type: "metadata_clear", target: {} })), [
    "alice < metadata answer alice false [alice false avatar]",
  ]);
});

Deno.test("metadata: a channel's is its operators' to set, and no stranger's to read where doors are closed", () => {
  const it = stage();
  it.expect("bob", set("url", "u", X), `bob < ${refused("no_permission", "x", "url", true)}`);
  assertEquals(shown(it.do("alice", set("url", "u", X))), ["alice < metadata set [x true url u]"]);
  assertEquals(shown(it.do("dave", get(X, "url"))), [
    "dave < metadata answer x true [x true url u]",
  ]);
  for (const each of ["invite_only", "accounts_only"] as const) {
    it.do("alice", modes({ mode: "flag", flag: each, set: true }));
    for (const type of ["metadata_list", "metadata_sync"] as const) {
      it.expect("dave", { type, target: X }, `dave < ${refused("no_permission", "x", "*", true)}`);
    }
    assertEquals(shown(it.do("bob", get(X, "url"))), [
      "bob < metadata answer x true [x true url u]",
    ]);
    it.do("alice", modes({ mode: "flag", flag: each, set: false }));
  }
  it.do("alice", modes({ mode: "key", key: "k" }));
  it.expect("dave", get(X, "url"), `dave < ${refused("no_permission", "x", "*", true)}`);
  it.do("alice", modes(flag("secret")));
  it.expect("dave", get(X, "url"), `dave < ${refused("invalid_target", "x", "*", true)}`);
  it.join("alice", "lobby");
  it.expect("alice", set("url", "u", { channel: "lobby" }), [
    `alice < ${refused("no_permission", "lobby", "url", true)}`,
  ]);
});

Deno.test("metadata: of a change those learn who have asked for the key and share a channel, or watch", () => {
  const it = stage();
  for (const name of ["bob", "carol"]) it.do(name, sub("avatar"));
  it.do("alice", sub("avatar"));
  assertEquals(it.do("alice", set("avatar", "1")).slice(1), [
    "bob < metadata change [alice false avatar 1]",
  ]);
  assertEquals(it.do("alice", set("avatar", "1")).slice(1), [], "it was so already");
  assertEquals(it.do("alice", set("other", "1")).slice(1), []);
  assertEquals(it.do("carol", { type: "watch", nicks: ["alice"] }).slice(1), [
    "carol < metadata change [alice false avatar 1]",
  ]);
  assertEquals(it.do("alice", set("avatar")).slice(1), [
    "bob < metadata change [alice false avatar]",
    "carol < metadata change [alice false avatar]",
  ]);
  assertEquals(it.do("alice", set("avatar", "c", X)).slice(1), [
    "bob < metadata change [x true avatar c]",
  ]);
  it.do("bob", { type: "metadata_unsub", keys: ["avatar"] });
  const [, bob] = it.hub.snapshot().users;
  assertEquals(bob?.connections.some((each) => "subscribed" in each), false);
  assertEquals(it.do("alice", set("avatar", "d", X)).slice(1), []);
});

Deno.test("metadata: who enters and those who are there learn of each other; a large channel is to be asked", () => {
  const it = stage();
  it.do("alice", set("avatar", "a"));
  it.do("alice", set("avatar", "c", X));
  it.do("dave", set("avatar", "d"));
  it.do("dave", set("color", "red"));
  it.do("bob", sub("avatar"));
  it.do("dave", sub("avatar", "none"));
  const lines = it.join("dave", "x");
  assertEquals(lines.filter((line) => line.includes("metadata")), [
    "dave < metadata change [x true avatar c, alice false avatar a]",
    "bob < metadata change [dave false avatar d]",
  ]);
  for (let i = 0; i < MAX_SYNCED_MEMBERS; i++) {
    it.enter(`u${i}`);
    it.join(`u${i}`, "x");
  }
  it.do("carol", sub("avatar"));
  it.do("carol", set("avatar", "new"));
  assertEquals(it.join("carol", "x").filter((line) => line.includes("metadata")), [
    "carol < metadata_later x",
  ]);
  it.enter("last");
  assertEquals(it.join("last", "x").filter((line) => line.includes("metadata")), []);
  assertEquals(shown(it.do("carol", { type: "metadata_sync", target: X })), [
    "carol < metadata answer x true " +
    "[x true avatar c, alice false avatar a, dave false avatar d, carol false avatar new]",
  ]);
});

Deno.test("metadata: in a very large channel nobody is told of changes", () => {
  const it = new Stage(["alice", "bob"]);
  for (const name of ["alice", "bob"]) it.join(name, "x");
  it.do("bob", sub("avatar"));
  for (let i = 0; i < MAX_TOLD_MEMBERS - 2; i++) {
    it.enter(`u${i}`);
    it.join(`u${i}`, "x");
  }
  assertEquals(it.do("alice", set("avatar", "1")).length, 2);
  assertEquals(it.do("alice", set("avatar", "1", X)).length, 2);
  it.enter("last");
  it.join("last", "x");
  assertEquals(it.do("alice", set("avatar", "2")).length, 1);
  assertEquals(it.do("alice", set("avatar", "2", X)).length, 1);
});

Deno.test("metadata: keys, values, and the number of them have limits", () => {
  const it = stage();
  for (const key of ["", "Avatar", "a b", "é", "a:b", "x".repeat(41)]) {
    assertEquals(isMetadataKey(key), false);
    it.expect("alice", set(key, "1"), `alice < ${refused("key_invalid", "alice", key)}`);
  }
  const long = "é".repeat(MAX_METADATA_VALUE_BYTES / 2);
  assertEquals(it.do("alice", set("a", long)).length, 1);
  it.expect("alice", set("a", `${long}x`), `alice < ${refused("value_invalid", "alice", "a")}`);
  for (let i = 1; i < MAX_METADATA_KEYS; i++) it.do("alice", set(`k${i}`, ""));
  it.expect("alice", set("one-more", ""), [
    `alice < ${refused("limit_reached", "alice", "one-more")}`,
  ]);
  assertEquals(shown(it.do("alice", set("a", "anew"))), [
    "alice < metadata set [alice false a anew]",
  ]);
  const keys = Array.from({ length: MAX_METADATA_SUBSCRIPTIONS }, (_, i) => `k${i}`);
  it.expect("dave", sub(...keys, "k0", "more", "k1"), [
    `dave < metadata_keys sub [${[...keys, "k0"].join(", ")}] more`,
  ]);
  it.expect("dave", { type: "metadata_subs" }, [`dave < metadata_keys list [${keys.join(", ")}]`]);
});

Deno.test("metadata: a registered channel keeps its own, and a user nothing when it has gone", () => {
  const it = stage();
  it.hub.order({ type: "accounts", names: ["owner"] });
  it.do("alice", { type: "login", account: "owner" });
  it.do("alice", { type: "register_channel", channel: "x" });
  const kept = it.deliveries("alice", set("url", "u", X)).find(({ to }) => to === "store");
  assertEquals(kept?.to === "store" && "channel" in kept && kept.channel.metadata, [["url", "u"]]);
  it.do("bob", set("avatar", "b"));
  it.leave("bob");
  it.enter("bob");
  assertEquals(shown(it.do("dave", { type: "metadata_list", target: { user: "bob" } })), [
    "dave < metadata answer bob false []",
  ]);
});
