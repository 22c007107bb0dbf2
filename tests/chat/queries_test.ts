/**
 * What users learn by asking, and what they do not.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Query, SearchPlace } from "../../lib/chat/query.ts";
import { MAX_COMPARISONS } from "../../lib/chat/query_rules.ts";
import { MAX_EXAMINED_USERS } from "../../lib/chat/user_query_rules.ts";
import { MAX_FORMERS } from "../../lib/chat/formers.ts";
import { flag, right, Stage } from "./stage.ts";

const secret = flag("secret");

/** alice and bob are in x, which is secret, and y; carol is in y; dave in none. */
function stage(): Stage {
  const stage = new Stage(["alice", "bob", "carol", "dave"]);
  for (const name of ["alice", "bob"]) stage.join(name, "x");
  for (const name of ["alice", "bob", "carol"]) stage.join(name, "y");
  stage.do("alice", { type: "modes", channel: "x", changes: [secret, { mode: "key", key: "k" }] });
  return stage;
}

function ask(stage: Stage, name: string, query: Query): string {
  const lines = stage.do(name, query);
  assertEquals(lines.length, 1);
  return (lines[0] as string).replace(`${name} < `, "");
}

Deno.test("lists of channels hold the secret ones of the one who asks, in the order of creation", () => {
  const it = stage();
  it.do("carol", { type: "create", channel: "z" });
  assertEquals(ask(it, "bob", { type: "list" }), "channels [x, y, z]");
  assertEquals(ask(it, "carol", { type: "list" }), "channels [y, z]");
  const found = { type: "find_channels" } as const;
  assertEquals(ask(it, "bob", found), "channels_found [x 2 , y 2 , z 1 ] 3");
  assertEquals(ask(it, "dave", found), "channels_found [y 2 , z 1 ] 3");
  it.join("carol", "w");
  it.do("carol", { type: "modes", channel: "w", changes: [secret] });
  assertEquals(
    ask(it, "carol", { type: "list" }),
    "channels [y, z, w]",
    "of others' secrets, none",
  );
  it.do("dave", { type: "oper" });
  assertEquals(ask(it, "dave", { type: "list" }), "channels [x, y, z, w]");
});

Deno.test("the list is one array for all until a channel comes, goes or hides", () => {
  const it = stage();
  const list = (name: string) => {
    const [delivery] = it.deliveries(name, { type: "list" });
    return delivery?.to === "user" && delivery.event.type === "channels" && delivery.event.channels;
  };
  const first = list("carol");
  assertEquals(list("dave") === first, true);
  it.do("alice", { type: "modes", channel: "x", changes: [flag("secret", false)] });
  assertEquals(list("dave"), ["x", "y"]);
  assertEquals(list("dave") === list("alice"), true);
  it.do("alice", { type: "modes", channel: "x", changes: [secret] });
  assertEquals(list("dave"), ["y"]);
});

Deno.test("channels are searched by masks and by numbers of members", () => {
  const it = stage();
  const find = (search: object) => ask(it, "bob", { type: "find_channels", ...search });
  it.do("bob", { type: "topic", channel: "y", text: "cats" });
  it.do("alice", { type: "topic", channel: "y", text: "cats" });
  assertEquals(find({ masks: ["Y"] }), "channels_found [y 3 cats] 2");
  assertEquals(find({ except: ["y*"] }), "channels_found [x 2 ] 2");
  assertEquals(find({ moreThan: 2 }), "channels_found [y 3 cats] 2");
  assertEquals(find({ fewerThan: 3 }), "channels_found [x 2 ] 2");
  assertEquals(find({ masks: ["q", "?"], moreThan: 2, fewerThan: 3 }), "channels_found [] 2");
});

Deno.test("channels are searched by the time since they were made, and since their topics were set", () => {
  const it = new Stage(["alice"]);
  const set = (channel: string, minute: number) => {
    it.time = minute * 60_000;
    it.join("alice", channel);
    it.do("alice", { type: "topic", channel, text: channel });
  };
  set("old", 0);
  set("new", 10);
  it.join("alice", "bare");
  it.time = 12 * 60_000;
  const find = (search: object) => ask(it, "alice", { type: "find_channels", ...search });
  const found = (...names: string[]) =>
    `channels_found [${
      names.map((name) => `${name} 1 ${name === "bare" ? "" : name}`).join(", ")
    }] 3`;
  const minutes = (count: number) => count * 60_000;
  assertEquals(find({ made: { moreThan: minutes(2) } }), found("old"));
  assertEquals(find({ made: { lessThan: minutes(3) } }), found("new", "bare"));
  assertEquals(find({ made: { moreThan: minutes(1), lessThan: minutes(2) } }), found());
  assertEquals(find({ topicSet: { moreThan: 0 } }), found("old", "new"), "not one without a topic");
  assertEquals(find({ topicSet: { lessThan: minutes(3) }, made: { moreThan: 0 } }), found("new"));
  it.do("alice", { type: "topic", channel: "old", text: "young" });
  assertEquals(find({ topicSet: { lessThan: 1 } }), "channels_found [old 1 young] 3");
});

Deno.test("of several masks one is enough, and those beyond the twentieth are not looked at", () => {
  const it = stage();
  it.join("dave", "z");
  const others = Array.from({ length: 20 }, (_, i) => `n${i}`);
  const find = (masks: readonly string[], except: readonly string[] = []) =>
    ask(it, "dave", { type: "find_channels", masks, except });
  assertEquals(find(["y", "z"]), "channels_found [y 3 , z 1 ] 3");
  assertEquals(find(["*"], ["y", "z"]), "channels_found [] 3");
  assertEquals(find([...others.slice(1), "z"]), "channels_found [z 1 ] 3");
  assertEquals(find([...others, "z"]), "channels_found [] 3");
  assertEquals(find(["z"], [...others, "z"]), "channels_found [z 1 ] 3");
});

Deno.test("to a stranger a secret channel is as one that does not exist", () => {
  const it = stage();
  const of = (channel: string) => ({ channel, fold: true });
  for (const type of ["topic_of", "modes_of"] as const) {
    assertEquals(ask(it, "carol", { type, ...of("x") }), "refused no_such_channel x");
    assertEquals(ask(it, "carol", { type, ...of("q") }), "refused no_such_channel q");
  }
  const masks = { type: "masks_of", list: "ban" } as const;
  assertEquals(ask(it, "carol", { ...masks, ...of("x") }), "refused no_such_channel x");
  assertEquals(ask(it, "bob", { ...masks, ...of("x") }), "masks_are x ban []");
  assertEquals(ask(it, "carol", { type: "members_of", ...of("x") }), "members_are x false []");
  assertEquals(ask(it, "carol", { type: "members_of", ...of("q") }), "members_are q false []");
  assertEquals(
    ask(it, "bob", { type: "members_of", ...of("X") }),
    "members_are x true [alice @, bob -]",
  );
  assertEquals(ask(it, "carol", { type: "who", ...of("x") }), "who_found x [] 0");
});

Deno.test("a key is shown to members and to operators of the server", () => {
  const it = stage();
  it.do("alice", { type: "modes", channel: "y", changes: [{ mode: "key", key: "k" }] });
  const modes = { type: "modes_of", channel: "y" } as const;
  assertEquals(ask(it, "carol", modes), "modes_are y [no_external, topic_locked] true k 1000");
  assertEquals(ask(it, "dave", modes), "modes_are y [no_external, topic_locked] true 1000");
  it.do("dave", { type: "oper" });
  assertEquals(ask(it, "dave", modes), "modes_are y [no_external, topic_locked] true k 1000");
});

Deno.test("invisible members are hidden from strangers, not from members", () => {
  const it = stage();
  it.do("bob", { type: "user_modes", set: ["invisible"], clear: [] });
  const members = { type: "members_of", channel: "y" } as const;
  assertEquals(ask(it, "carol", members), "members_are y false [alice @, bob -, carol -]");
  assertEquals(ask(it, "dave", members), "members_are y false [alice @, carol -]");
  const seen = (name: string, query: Query) => {
    const [delivery] = it.deliveries(name, query);
    const event = delivery?.to === "user" ? delivery.event : undefined;
    return event?.type === "who_found" && event.users.map(({ person }) => person.handle);
  };
  assertEquals(seen("dave", { type: "who", channel: "y" }), ["alice", "carol"]);
  assertEquals(seen("carol", { type: "who", channel: "y" }), ["alice", "bob", "carol"]);
  assertEquals(seen("dave", { type: "who", mask: "*" }), ["alice", "carol", "dave"]);
  assertEquals(seen("dave", { type: "who", mask: "b*" }), []);
  assertEquals(seen("dave", { type: "who", mask: "BOB" }), ["bob"], "by its name it is found");
  assertEquals(seen("carol", { type: "who", mask: "b*" }), ["bob"]);
  assertEquals(seen("carol", { type: "who", mask: "*!~b*@bob.*" }), ["bob"]);
  assertEquals(seen("carol", { type: "who", mask: "carol.ip" }), ["carol"]);
  it.enter("eve", { realname: "Eve of the hill" });
  assertEquals(seen("dave", { type: "who", mask: "*of the*" }), ["eve"]);
  for (const all of ["", "*", "**"]) {
    assertEquals(seen("dave", { type: "who", mask: all }), ["alice", "carol", "dave", "eve"]);
  }
  it.do("alice", { type: "oper" });
  assertEquals(seen("dave", { type: "who", mask: "*", operatorsOnly: true }), ["alice"]);
  assertEquals(seen("alice", { type: "who", mask: "b*" }), ["bob"]);
});

Deno.test("who says of each user whether it is away and an operator, and its rights in the channel", () => {
  const it = new Stage(["alice", "bob"]);
  it.join("alice", "x");
  it.join("bob", "x");
  it.do("bob", { type: "oper" });
  it.do("bob", { type: "away", text: "lunch" });
  it.time += 500;
  it.expect("alice", { type: "who", channel: "x" }, [
    "alice < who_found x [alice false false 500 @ 192.0.2.1, bob true true 500 -] 2",
  ]);
  it.expect("bob", { type: "who", mask: "alice" }, [
    "bob < who_found alice [alice false false 500 192.0.2.1] 1",
  ]);
});

Deno.test("whois shows what the one who asks may know", () => {
  const it = stage();
  it.time = 3500;
  it.do("bob", { type: "away", text: "lunch" });
  assertEquals(
    ask(it, "alice", { type: "whois", nick: "BOB" }),
    "whois bob true false 2500 lunch [x -, y -] 1000",
  );
  assertEquals(
    ask(it, "dave", { type: "whois", nick: "bob" }),
    "whois bob true false 2500 lunch [y -] 1000",
  );
  it.do("bob", { type: "user_modes", set: ["invisible"], clear: [] });
  it.do("bob", { type: "dm", to: "bob", text: "hm" });
  assertEquals(
    ask(it, "dave", { type: "whois", nick: "bob" }),
    "whois bob true false 0 lunch [] 1000",
  );
  assertEquals(
    ask(it, "bob", { type: "whois", nick: "bob" }),
    "whois bob true false 0 192.0.2.1 lunch [x -, y -] 1000 [invisible]",
  );
  it.do("dave", { type: "oper" });
  assertEquals(
    ask(it, "dave", { type: "whois", nick: "bob" }),
    "whois bob true false 0 192.0.2.1 lunch [x -, y -] 1000 [invisible]",
  );
  assertEquals(ask(it, "dave", { type: "whois", nick: "eve" }), "refused no_such_nick eve");
});

Deno.test("who was called what before, the latest first", () => {
  const it = stage();
  it.leave("dave");
  it.time = 2000;
  it.enter("dave", { host: "other.ip" });
  it.do("dave", { type: "register", nick: "david", home: "irc", exact: true });
  assertEquals(
    ask(it, "bob", { type: "whowas", nick: "DAVE" }),
    "whowas DAVE [dave 2000, dave 1000]",
  );
  assertEquals(
    ask(it, "bob", { type: "whowas", nick: "dave", count: 1 }),
    "whowas dave [dave 2000]",
  );
  it.do("bob", { type: "oper" });
  assertEquals(
    ask(it, "bob", { type: "whowas", nick: "dave", count: -1 }),
    "whowas dave [dave 2000 192.0.2.1, dave 1000 192.0.2.1]",
  );
});

Deno.test("a name is given up when its user quits", () => {
  const it = stage();
  it.time = 3000;
  it.do("dave", { type: "quit" });
  assertEquals(ask(it, "bob", { type: "whowas", nick: "dave" }), "whowas dave [dave 3000]");
});

Deno.test("only the last names that were given up are remembered", () => {
  const it = new Stage(["alice"]);
  for (let i = 0; i <= MAX_FORMERS + 1; i++) {
    it.do("alice", { type: "register", nick: `n${i}`, home: "irc", exact: true });
  }
  const count = (nick: string) => it.do("alice", { type: "whowas", nick })[0];
  assertEquals(count("n0"), "alice < whowas n0 []");
  assertEquals(count("n1"), "alice < whowas n1 [n1 1000]");
  assertEquals(count(`n${MAX_FORMERS}`), `alice < whowas n${MAX_FORMERS} [n${MAX_FORMERS} 1000]`);
});

Deno.test("who of some is here, in the order of asking", () => {
  const it = stage();
  it.do("carol", { type: "away", text: "lunch" });
  assertEquals(
    ask(it, "bob", { type: "present", nicks: ["carol", "eve", "BOB"] }),
    "present [carol true false 0, bob false false 0 192.0.2.1]",
  );
});

Deno.test("counts are of users who have registered, and of those who have not", () => {
  const it = stage();
  const counts = () => ask(it, "alice", { type: "counts" });
  assertEquals(counts(), "counts 4 0 0 0 2 4");
  it.hub.connect();
  it.do("bob", { type: "user_modes", set: ["invisible"], clear: [] });
  it.do("alice", { type: "oper" });
  assertEquals(counts(), "counts 3 1 1 1 2 4");
  it.leave("bob");
  it.leave("carol");
  assertEquals(counts(), "counts 2 0 1 1 2 4");
  it.enter("late");
  assertEquals(counts(), "counts 3 0 1 1 2 4", "four were here at once");
});

Deno.test("an answer about members stays as it was", () => {
  const it = stage();
  const [delivery] = it.deliveries("alice", { type: "members_of", channel: "y" });
  const event = delivery?.to === "user" ? delivery.event : undefined;
  const members = event?.type === "members_are" ? event.members : [];
  it.leave("bob");
  it.do("alice", { type: "modes", channel: "y", changes: [right("operator", "alice", false)] });
  assertEquals(members.map(({ person, rights }) => `${person.handle} ${rights.operator}`), [
    "alice true",
    "bob false",
    "carol false",
  ]);
});

Deno.test("an invisible user finds itself by a mask, and a search counts all whom it looked at", () => {
  const it = new Stage(["alice", "bob"]);
  it.do("bob", { type: "user_modes", set: ["invisible"], clear: [] });
  assertEquals(
    ask(it, "bob", { type: "who", mask: "b*" }),
    "who_found b* [bob false false 0 192.0.2.1] 2",
  );
  assertEquals(ask(it, "alice", { type: "who", mask: "b*" }), "who_found b* [] 2");
});

Deno.test("of more than a hundred nicks the rest is not looked for", () => {
  const it = new Stage(["alice"]);
  const others = Array.from({ length: 99 }, (_, i) => `n${i}`);
  const here = (nicks: readonly string[]) =>
    ask(it, "alice", { type: "present", nicks }).includes("alice");
  assertEquals([here([...others, "alice"]), here([...others, "n99", "alice"])], [true, false]);
});

Deno.test("a search of users in parts finds each of them once, though some come and go meanwhile", () => {
  const names = Array.from({ length: 2 * MAX_EXAMINED_USERS + 3 }, (_, i) => `n${i}`);
  const it = new Stage(names);
  const part = (after: number) => {
    const [delivery] = it.deliveries("n0", { type: "who", mask: "n*", after });
    const event = delivery?.to === "user" ? delivery.event : undefined;
    if (event?.type !== "who_found") throw new Error("No answer");
    return { ...event, handles: event.users.map(({ person }) => person.handle) };
  };
  const first = part(0);
  assertEquals([first.handles, first.examined], [names.slice(0, 500), MAX_EXAMINED_USERS]);
  it.do("n3", { type: "quit" });
  it.do("n600", { type: "quit" });
  const second = part(first.next ?? NaN);
  const third = part(second.next ?? NaN);
  assertEquals(third.next, undefined);
  const left = names.slice(500).filter((name) => name !== "n600");
  assertEquals([...second.handles, ...third.handles], left);
});

Deno.test("a search of channels in parts goes on behind the last one, or where it was if that is gone", () => {
  const it = new Stage(["alice"]);
  const except = Array.from({ length: 19 }, (_, i) => `${i}`);
  const size = MAX_COMPARISONS / 20;
  const names = Array.from({ length: 2 * size + 1 }, (_, i) => `c${i}`);
  for (const name of names) it.join("alice", name);
  const part = (from: SearchPlace) => {
    const [delivery] = it.deliveries("alice", { type: "find_channels", except, from });
    const event = delivery?.to === "user" ? delivery.event : undefined;
    if (event?.type !== "channels_found") throw new Error("No answer");
    return { next: event.next, names: event.channels.map(({ name }) => name) };
  };
  const first = part({ count: 0 });
  assertEquals(first, {
    next: { after: `c${size - 1}`, count: size },
    names: names.slice(0, size),
  });
  it.do("alice", { type: "part", channel: "c0" });
  const second = part(first.next ?? { count: NaN });
  assertEquals(second.names, names.slice(size, 2 * size));
  it.do("alice", { type: "part", channel: second.next?.after ?? "" });
  const third = part({ ...second.next, count: 2 * size - 2 });
  assertEquals(third, { next: undefined, names: names.slice(2 * size) } as typeof third);
});
