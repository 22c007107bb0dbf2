/**
 * The soak's own check: what it must not let through. Each case hands a view something that a server could
 * do wrong; none of it may pass for right.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { ChannelLog } from "../../bench/soak/channel_log.ts";
import { View } from "../../bench/soak/view.ts";
import { PATIENCE_MS, Violation } from "../../bench/soak/violation.ts";
import { IrcReader } from "../support/wire/irc.ts";
import type { Dialect, Happening } from "../support/wire/wire.ts";
import { DIALECTS, WIRES } from "../support/wire/wires.ts";

/** Two channels; the witness receives at once what honest users do in them. */
class Scene {
  readonly logs = new Map(["a", "b"].map((name) => [name, new ChannelLog(name)]));

  /** The view of a member of "a" called "me", who entered after everybody else. */
  member(dialect: Dialect): View {
    const view = new View("me", dialect, this.logs);
    view.joins("a");
    this.happens("a", "joined", "me");
    view.receives(echoed(dialect, "joined"));
    return view;
  }

  /** The witness receives it; nobody knows beforehand what hostile users do. */
  happens(channel: string, what: Happening["what"], nick: string, text = ""): void {
    const log = this.log(channel);
    log.append({ what, nick, text }, performance.now());
    log.wake();
  }

  /** h1 says it. */
  says(text: string, channel = "a"): void {
    this.happens(channel, "said", "h1", text);
  }

  log(channel: string): ChannelLog {
    return this.logs.get(channel) as ChannelLog;
  }
}

/** One message, in the form of `dialect`. */
function told(dialect: Dialect, what: Happening["what"], nick: string, text = ""): string {
  return WIRES[dialect].texts({ what, nick, text })[0] as string;
}

/** What a member reads of its own coming or going. */
function echoed(dialect: Dialect, what: "joined" | "left"): string[] {
  return WIRES[dialect].echoes(what) ? [told(dialect, what, "me")] : [];
}

function names(...nicks: string[]): string {
  return WIRES.json16.texts({ what: "names", channel: "a", nicks })[0] as string;
}

/** What a server could do wrong to a member of "a", who comes with the first word; `says` is what h1 says there or elsewhere. */
const WRONG: Record<
  string,
  (member: () => View, said: (text: string) => string, scene: Scene, dialect: Dialect) => unknown
> = {
  "a loss, at the next message": (member, said, scene) => {
    const view = member();
    scene.says("one");
    scene.says("two");
    assertThrows(() => view.receives([said("two")]), Violation, 'instead of "said h1 one"');
  },
  "a loss, when its time is over": (member, _, scene) => {
    const view = member();
    scene.says("one");
    const late = () => view.checkOverdue(performance.now() + 2 * PATIENCE_MS);
    assertThrows(late, Violation, 'never received "said h1 one"');
  },
  "a double": (member, said, scene) => {
    const view = member();
    scene.says("one");
    view.receives([said("one"), said("one")]);
    assert(!view.settled);
    const late = () => view.checkOverdue(performance.now() + 2 * PATIENCE_MS);
    assertThrows(late, Violation, "which nobody else received");
    assertThrows(() => scene.says("two"), Violation);
  },
  "another order": (member, said, scene) => {
    const view = member();
    for (const text of ["one", "two"]) scene.says(text);
    assertThrows(() => view.receives([said("two"), said("one")]), Violation);
  },
  "what arrives after leaving": (member, said, scene, dialect) => {
    const view = member();
    view.quits();
    scene.happens("a", "left", "me");
    scene.says("secret");
    const texts = [...echoed(dialect, "left"), said("secret")];
    assertThrows(() => view.receives(texts), Violation, "in no channel");
  },
  "what was said before joining": (member, said, scene) => {
    scene.says("before");
    const view = member();
    scene.says("after");
    assertThrows(() => view.receives([said("before")]), Violation);
  },
  "what belongs to another channel": (member, said, scene) => {
    const view = member();
    scene.says("elsewhere", "b");
    scene.says("here");
    assertThrows(() => view.receives([said("elsewhere")]), Violation);
  },
};

for (const dialect of [...DIALECTS, "irc"] as const) {
  const said = (text: string) => told(dialect, "said", "h1", text);

  for (const [what, act] of Object.entries(WRONG)) {
    Deno.test(`${dialect}: ${what} is found`, () => {
      const scene = new Scene();
      act(() => scene.member(dialect), said, scene, dialect);
    });
  }

  Deno.test(`${dialect}: what is right settles, in whatever order member and witness receive it`, () => {
    const scene = new Scene();
    const view = scene.member(dialect);
    scene.says("one");
    assert(!view.settled);
    view.receives([said("one"), said("two")]);
    scene.says("two");
    assert(view.settled);
    assertEquals(view.deliveries, 2 + echoed(dialect, "joined").length);
  });

  Deno.test(`${dialect}: a sender receives its own words exactly where the protocol says so`, () => {
    const scene = new Scene();
    const view = scene.member(dialect);
    view.speaks("said", "mine");
    scene.happens("a", "said", "me", "mine");
    assertEquals(view.settled, dialect !== "json16");
    scene.says("yours");
    const receive = () => view.receives([told(dialect, "said", "me", "mine"), said("yours")]);
    if (dialect === "json16") receive();
    else assertThrows(receive, Violation);
  });
}

Deno.test("irc: a long text comes in pieces, each behind the speaker's name, and none may be missing", () => {
  const said = (text: string) => told("irc", "said", "h1", text);
  const pieces = ["abc", "def", "g"];
  for (
    const wrong of [["abc", "g"], ["abc", "abc"], ["abc", "deX"], ["abc", ""], ["abc", "defgh"]]
  ) {
    const scene = new Scene();
    const view = scene.member("irc");
    scene.says(pieces.join(""));
    assertThrows(() => view.receives(wrong.map(said)), Violation, "instead of");
  }
  const scene = new Scene();
  const view = scene.member("irc");
  scene.says(pieces.join(""));
  view.receives(pieces.slice(0, 2).map(said));
  assert(!view.settled);
  view.receives([said("g")]);
  assert(view.settled);
});

Deno.test("irc: lines become texts, in whatever pieces they arrive", () => {
  const lines = [
    ":me!~me@host JOIN #a",
    ":srv 353 me = #a :@bob me",
    ":bob!~bob@host PRIVMSG #a :hi : there é",
    ":bob!~bob@host PRIVMSG #a :\x01ACTION waves\x01",
    ":h1!json16@host NICK :h2",
    ":bob!~bob@host PART #a :bye",
    ":eve!cs168@host QUIT :Connection closed",
    ":srv PONG srv :soak",
    "ERROR :Closing link",
    "",
  ].join("\r\n");
  const expected = [
    ":me JOIN",
    ":bob SAID hi : there é",
    ":bob EMOTED waves",
    ":h1 LEFT",
    ":h2 JOIN",
    ":bob LEFT",
    ":eve LEFT",
    "PONG",
    "ERROR",
  ];
  for (const size of [1, 7, 1000]) {
    const reader = new IrcReader();
    const bytes = new TextEncoder().encode(lines);
    const texts: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      texts.push(...reader.push(bytes.subarray(at, at + size)));
    }
    assertEquals([texts, reader.end()], [expected, undefined]);
  }
});

Deno.test("an answer that comes too early or too late among the messages is found", () => {
  for (const order of ["early", "right", "late"]) {
    const scene = new Scene();
    const view = scene.member("json16");
    view.speaks("said", "one");
    view.awaits(undefined);
    view.speaks("said", "two");
    scene.happens("a", "said", "me", "one");
    scene.happens("a", "said", "me", "two");
    const one = told("json16", "said", "me", "one");
    const two = told("json16", "said", "me", "two");
    const answer = names("me");
    if (order === "early") {
      assertThrows(() => view.receives([answer, one, two]), Violation, "before");
    }
    if (order === "late") {
      assertThrows(() => view.receives([one, two, answer]), Violation, "too late");
    }
    if (order !== "right") continue;
    view.receives([one, answer, two]);
    assert(view.settled);
  }
});

Deno.test("the names of a channel are those at that place", () => {
  const scene = new Scene();
  const view = scene.member("json16");
  view.awaits(undefined);
  scene.happens("a", "joined", "h1");
  view.receives([told("json16", "joined", "h1"), names("me", "h1")]);
  view.awaits(undefined);
  scene.happens("a", "left", "h1");
  assertThrows(
    () => view.receives([told("json16", "left", "h1"), names("me", "h1")]),
    Violation,
    `instead of "${names("me")}"`,
  );
});

Deno.test("the names are in the order of entering, but for a hostile user that has renamed", () => {
  const answers = {
    [names("me", "h2", "one", "two")]: true,
    [names("me", "one", "two", "h2")]: true,
    [names("me", "two", "one", "h2")]: false,
    [names("me", "one", "h2")]: false,
    [names("me", "one", "two", "h2", "h3")]: false,
    [names("me", "one", "two", "h2").replaceAll(", ", ",")]: false,
  };
  for (const [answer, isRight] of Object.entries(answers)) {
    const scene = new Scene();
    const view = scene.member("json16");
    for (const nick of ["one", "two"]) scene.log("a").expect({ what: "joined", nick, text: "" });
    const all = [["joined", "h1"], ["joined", "one"], ["joined", "two"], ["left", "h1"], [
      "joined",
      "h2",
    ]] as const;
    for (const [what, nick] of all) {
      scene.happens("a", what, nick);
      view.receives([told("json16", what, nick)]);
    }
    view.awaits(undefined);
    if (isRight) view.receives([answer]);
    else assertThrows(() => view.receives([answer]), Violation, "instead of");
  }
});

Deno.test("a long message of cs168 comes in several frames, none of them lost or doubled", () => {
  const text = "x".repeat(450);
  const frames = WIRES.cs168.texts({ what: "said", nick: "h1", text });
  const received = (texts: string[]) => {
    const scene = new Scene();
    const view = scene.member("cs168");
    scene.says(text);
    view.receives(texts);
    return view;
  };
  assert(received([...frames]).settled);
  assert(!received(frames.slice(0, 2)).settled);
  assertThrows(() => received(frames.toSpliced(1, 1)), Violation);
  assertThrows(() => received(frames.toSpliced(1, 0, frames[1] as string)), Violation);
});

Deno.test("switching: everything of the old channel, then everything of the new one", () => {
  for (const dialect of DIALECTS) {
    if (dialect === "chat1") continue;
    const scene = new Scene();
    const view = scene.member(dialect);
    view.joins("b");
    scene.says("last");
    scene.happens("a", "left", "me");
    scene.says("missed");
    scene.happens("b", "joined", "me");
    scene.happens("b", "said", "h1", "first");
    view.receives([told(dialect, "said", "h1", "last")]);
    if (dialect === "json16") view.receives([told("json16", "joined", "me")]);
    view.receives([told(dialect, "said", "h1", "first")]);
    assert(view.settled);
  }
});

Deno.test("a client that ends in order has received everything; one that breaks off may not have", () => {
  for (const ending of ["complete", "dropped"] as const) {
    const scene = new Scene();
    const view = scene.member("chat1");
    view.quits();
    view.ended(ending);
    assert(!view.done);
    if (ending === "complete") {
      assertThrows(
        () => scene.happens("a", "said", "h1", "last words"),
        Violation,
        "before its end",
      );
      continue;
    }
    scene.says("last words");
    scene.happens("a", "left", "me");
    view.advance();
    assert(view.done);
  }
});

Deno.test("the witness receives exactly what honest senders sent, in their order", () => {
  const log = new ChannelLog("a");
  const said = (nick: string, text: string) => ({ what: "said", nick, text }) as const;
  log.expect(said("me", "one"));
  log.expect(said("me", "two"));
  assertThrows(() => log.append(said("you", "one"), 0), Violation, "never asked for");
  log.append(said("me", "one"), 0);
  assertEquals(log.missing, ["me"]);
  assertThrows(() => log.append(said("me", "three"), 0), Violation, 'where "said two" was due');
});

Deno.test("a log that is never read to its end keeps no more than it must", () => {
  const scene = new Scene();
  const view = scene.member("cs168");
  for (let i = 0; i < 10_000; i++) {
    scene.says(`${i}`);
    view.receives([`[h1] ${i}`]);
  }
  assert(view.settled);
  assertEquals(scene.log("a").at(0), undefined);
  assertEquals(scene.log("a").membersAt(view.position), ["me"]);
});
