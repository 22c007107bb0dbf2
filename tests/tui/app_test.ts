/**
 * The text UI as a loop: a client, a terminal and a clock under control, and what is on the screen.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { json16Look } from "../../lib/client/json16_look.ts";
import type { UiEnd } from "../../lib/client/ui_end.ts";
import { runTui, type TuiOptions } from "../../lib/tui/app.ts";
import { KEY_HELP } from "../../lib/tui/key_help.ts";
import { FRAME_MS } from "../../lib/tui/pacer.ts";
import { FakeClock } from "../support/clock.ts";
import { settle, within } from "../support/within.ts";
import { FakeClient, FakeOutput, FakeTerminal } from "./fakes.ts";
import { person } from "../support/events.ts";

/** The text UI among fakes. */
class Rig {
  readonly client = new FakeClient();
  readonly terminal = new FakeTerminal();
  readonly output = new FakeOutput();
  readonly clock = new FakeClock();
  readonly ended: Promise<UiEnd>;

  constructor(options: Partial<TuiOptions> = {}) {
    this.ended = runTui(this.client, this.output, {
      look: json16Look,
      nick: "pat",
      server: "json16 h:1",
      lastWords: { stopped: "It has stopped", lost: "It has disconnected" },
      colors: true,
      terminal: this.terminal,
      clock: this.clock,
      ...options,
    });
    // The code that awaits it sees a failure; until then the rejection is handled here.
    this.ended.catch(() => {});
  }

  /** Everything that waits is taken in, and a frame passes. */
  async frame(): Promise<void> {
    await settle();
    this.clock.advance(FRAME_MS);
    await settle();
  }

  says(nick: string, text: string): void {
    this.client.receives(said(nick, text));
  }

  end(): Promise<UiEnd> {
    return within("the end of the UI", this.ended);
  }
}

function said(nick: string, text: string, channel = ""): ChatEvent {
  return { type: "said", by: person(nick), channel, text };
}

Deno.test("app: the first picture is there at once", async () => {
  const rig = new Rig();
  assertEquals(rig.output.writes.length, 1);
  assertEquals(await rig.output.picture(), ["pat> ▏"]);
  rig.terminal.hangsUp();
  assertEquals(await rig.end(), { by: "user" });
});

Deno.test("app: lines go out in order", async () => {
  const rig = new Rig();
  rig.terminal.types("one\rtwo\r");
  rig.terminal.types("\x1b[200~three\nfour\x1b[201~");
  rig.terminal.types("y");
  await rig.frame();
  assertEquals(rig.client.calls, ["say one", "say two", "say three", "say four"]);
  rig.terminal.types("\x03");
  await rig.end();
});

Deno.test("app: help has the commands, and the keys too", async () => {
  const rig = new Rig();
  rig.terminal.shape = { columns: 80, rows: 40 };
  rig.terminal.disturbs("resized");
  rig.terminal.types("/help\r");
  await rig.frame();
  const picture = await rig.output.picture(80, 40);
  // The screen has 80 columns, so each line has its time.
  const texts = picture.map((row) => row.replace(/^\d\d:\d\d /, ""));
  assertEquals(texts[0], "*** /msg NICK TEXT       speak to one user");
  assertEquals(texts.slice(-1 - KEY_HELP.split("\n").length), [
    ...KEY_HELP.split("\n"),
    "pat> ▏",
  ]);
  rig.terminal.types("\x03");
  await rig.end();
});

for (const [keys, calls] of [["/q\r", []], ["bye\r\x03", ["say bye"]]] as const) {
  Deno.test(`app: ${JSON.stringify(keys)} quits, when everything is out, without last words`, async () => {
    const rig = new Rig();
    rig.terminal.types(keys);
    assertEquals(await rig.end(), { by: "user" });
    assertEquals(rig.client.calls, [...calls, "leave", "close"]);
    assert(rig.terminal.closed > 0 && !rig.output.writes.at(-1)?.includes("It has"));
  });
}

Deno.test("app: a server that takes nothing more does not keep its user", async () => {
  const rig = new Rig();
  rig.client.ready = new Promise(() => {});
  rig.client.stalled = true;
  rig.terminal.types("bye\r\x03");
  assertEquals(await rig.end(), { by: "unsent" });
  assertEquals(rig.client.calls, ["say bye", "leave", "close"]);
});

Deno.test("app: the terminal is given back before anything is waited for", async () => {
  const rig = new Rig();
  const slow = Promise.withResolvers<void>();
  rig.client.ready = slow.promise;
  rig.terminal.types("bye\r\x03");
  await settle();
  assertEquals([rig.terminal.closed > 0, rig.client.calls], [true, ["say bye"]]);
  slow.resolve();
  assertEquals(await rig.end(), { by: "user" });
});

Deno.test("app: a signal to the process ends it as its user would", async () => {
  const stop = new AbortController();
  const rig = new Rig({ stop: stop.signal });
  await settle();
  stop.abort();
  assertEquals(await rig.end(), { by: "user" });
  assertEquals(rig.client.calls, ["leave", "close"]);
});

Deno.test("app: last words, after the terminal was given back", async () => {
  const ends: [UiEnd, string | undefined][] = [
    [{ by: "loss" }, "It has disconnected\n"],
    [{ by: "server" }, "It has stopped\n"],
    [{ by: "refusal", text: "*** Invalid registration" }, undefined],
    [{ by: "unreachable", error: new Error("no") }, undefined],
  ];
  for (const [end, words] of ends) {
    const rig = new Rig();
    rig.client.receives(said("chris", "hi"));
    rig.client.ends(end);
    assertEquals(await rig.end(), end);
    if (words !== undefined) assertEquals(rig.output.writes.at(-1), words);
    assertEquals(rig.client.calls, ["close"]);
  }
});

Deno.test("app: a fault in the UI ends it, with everything given back", async () => {
  const text = () => {
    throw new Error("Broken");
  };
  const rig = new Rig({ look: { ...json16Look, text } });
  rig.says("chris", "hi");
  await assertRejects(() => rig.end(), Error, "Broken");
  assert(rig.terminal.closed > 0);
  assertEquals(rig.client.calls, ["close"]);
});

Deno.test("app: a fault while drawing ends it too", async () => {
  const rig = new Rig();
  await settle();
  rig.output.write = () => {
    throw new Error("Broken");
  };
  rig.terminal.types("x");
  await rig.frame();
  await assertRejects(() => rig.end(), Error, "Broken");
  assert(rig.terminal.closed > 0);
});

Deno.test("app: another size and a terminal taken back are drawn anew", async () => {
  const rig = new Rig();
  rig.says("chris", "hi");
  await rig.frame();
  rig.terminal.disturbs("resumed");
  await rig.frame();
  const last = rig.output.writes.at(-1) as string;
  assert(last.includes("chris") && last.includes("pat> "));
  rig.terminal.shape = { columns: 20, rows: 3 };
  rig.terminal.disturbs("resized");
  await rig.frame();
  rig.output.writes.splice(0, rig.output.writes.length - 1);
  assertEquals(await rig.output.picture(20, 3), ["chris: hi", "pat> ▏"]);
  rig.terminal.types("\x03");
  await rig.end();
});

for (const channels of [1, 10]) {
  Deno.test(`app: 10,000 lines in a second in ${channels} channels are 60 pictures or so, and typing goes on`, async () => {
    const rig = new Rig({ look: lookOf({ name: "irc" }), channels: ["c0"] });
    for (let i = 0; i < channels; i++) rig.client.receives({ type: "entered", channel: `c${i}` });
    await rig.frame();
    const before = rig.output.writes.length;
    const shows = async (line: number) =>
      assertEquals((await rig.output.picture()).slice(-2), [`chris: line ${line}`, "pat> x▏"]);
    for (let ms = 0; ms < 1000; ms++) {
      const lines = Array.from(
        { length: 10 },
        (_, i) => said("chris", `line ${10 * ms + i}`, `c${i % channels}`),
      );
      rig.client.receives(...lines);
      if (ms === 500) {
        rig.terminal.types("x");
        await rig.frame();
        await shows(channels === 1 ? 5009 : 5000);
      }
      await settle();
      rig.clock.advance(1);
    }
    await rig.frame();
    const pictures = rig.output.writes.length - before;
    assert(pictures >= 55 && pictures <= 65, `${pictures} pictures`);
    await shows(channels === 1 ? 9999 : 9990);
    rig.terminal.types("\x15\x03");
    await rig.end();
  });
}

Deno.test("app: 10,000 lines that wait are one picture", async () => {
  const rig = new Rig();
  await rig.frame();
  const before = rig.output.writes.length;
  for (let i = 0; i < 100; i++) {
    rig.client.receives(...Array.from({ length: 100 }, () => said("chris", "hi")));
  }
  rig.terminal.types("x");
  await rig.frame();
  assertEquals(rig.output.writes.length - before, 1);
  assertEquals((await rig.output.picture()).slice(-2), ["chris: hi", "pat> x▏"]);
  rig.terminal.types("\x03\x03");
  await rig.end();
});

Deno.test("app: Ctrl-C comes as a signal: the first asks about a draft, the second ends the UI", async () => {
  const rig = new Rig();
  rig.terminal.types("half a li");
  await rig.frame();
  rig.terminal.interrupts();
  await rig.frame();
  assertEquals((await rig.output.picture()).slice(-2), [
    "-- Ctrl-C again quits, draft lost --",
    "pat> half a li▏",
  ]);
  // What the task runner passes on.
  rig.terminal.interrupts();
  rig.clock.advance(149);
  rig.terminal.interrupts();
  await rig.frame();
  assertEquals(rig.terminal.closed, 0);
  rig.clock.advance(150);
  rig.terminal.interrupts();
  assertEquals(await rig.end(), { by: "user" });
  assertEquals(rig.client.calls, ["leave", "close"]);
});
