/**
 * The ids of conversations.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  accountIdentity,
  channelConversation,
  channelOfConversation,
  directConversation,
  identityOf,
  madeAtOf,
  markerOfChannel,
} from "../../lib/history/conversation.ts";
import { person } from "../support/events.ts";

Deno.test("conversations: a channel's tells its makings apart, and the lobby's is always the same", () => {
  const made = { origin: "", transient: true, at: 46_655, serial: 7 };
  const id = (name: string, change: object = {}) =>
    channelConversation({ name, made: { ...made, ...change } }, "lobby");
  assertEquals([id("lobby"), id("lobby", { at: 9 })], ["#lobby", "#lobby"]);
  assertEquals([id("X"), id("X", { serial: 8 }), id("X", { at: 36 })], [
    "#X zzz 7",
    "#X zzz 8",
    "#X 10 7",
  ]);
  assertEquals([madeAtOf(id("X")), madeAtOf("#lobby")], [46_655, 0]);
  assertEquals(["#X zzz 7", "#lobby", "@=ann =bob"].map(channelOfConversation), [
    "X",
    "lobby",
    undefined,
  ]);
  assertEquals(markerOfChannel("X[y]"), "#x[y]");
});

Deno.test("conversations: users are their accounts, and without one this connection of this run", () => {
  const [ann, bob] = [{ ...person("Ann"), account: "Ann" }, person("bob")];
  assertEquals(accountIdentity("ANN"), "=ann");
  assertEquals([identityOf(ann, 1, "run"), identityOf(bob, 2, "run")], ["=ann", "~run.2"]);
  assertEquals(directConversation("~run.2", "=ann"), "@=ann ~run.2");
  assertEquals(directConversation("=ann", "~run.2"), "@=ann ~run.2");
  assertEquals(directConversation("=ann", "=ann"), "@=ann =ann");
});
