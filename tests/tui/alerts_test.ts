/**
 * What calls a user who looks elsewhere.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { irc } from "../../lib/protocol/irc.ts";
import { Alerts } from "../../lib/tui/alerts.ts";
import { FakeClock } from "../support/clock.ts";
import { person } from "../support/events.ts";
import { Stage } from "./stage.ts";

Deno.test("alerts: a bell for mentions and private messages, once a second, also for missed ones, and none for history", () => {
  using stage = new Stage({ protocol: irc, channels: ["tea"] });
  const clock = new FakeClock();
  const alerts = new Alerts(clock);
  const rings = () => alerts.draw(stage.model).startsWith("\x07");
  const says = (text: string, stamp = {}) =>
    stage.hears({ type: "said", by: person("zoe"), channel: "tea", text, stamp });
  stage.hears({ type: "entered", channel: "tea" });
  assertEquals(rings(), false);
  says("hello");
  assertEquals(rings(), false);
  says("hello pat");
  assertEquals([rings(), rings()], [true, false]);
  clock.advance(500);
  says("pat!");
  assertEquals(rings(), false);
  clock.advance(1000);
  assertEquals(rings(), false);
  stage.hears({ type: "dm", by: person("zoe"), to: person("pat"), text: "psst" });
  assertEquals(rings(), true);
  clock.advance(1000);
  const stamp = { time: 1, msgid: "m1", isReplayed: true } as const;
  const before = { type: "said", by: person("zoe"), channel: "tea", text: "pat", stamp } as const;
  stage.learns({
    type: "past",
    target: { channel: "tea" },
    events: [before],
    oldest: { msgid: "m1" },
  });
  assertEquals(rings(), false);
  says("pat", { isReplayed: true });
  assertEquals(rings(), true);
});

Deno.test("alerts: the title says where one is, and counts the calls from elsewhere", () => {
  using stage = new Stage({ protocol: irc, channels: ["tea"] });
  const alerts = new Alerts(new FakeClock());
  const title = () => {
    // deno-lint-ignore no-control-regex
    return /\x1b\]2;(.*?)\x07/.exec(alerts.draw(stage.model))?.[1];
  };
  assertEquals(title(), "server");
  stage.hears({ type: "entered", channel: "tea" });
  assertEquals(title(), "#tea");
  assertEquals(title(), undefined);
  stage.hears({ type: "dm", by: person("zoe"), to: person("pat"), text: "psst" });
  assertEquals(title(), "(1) #tea");
  stage.types("\x1b3");
  assertEquals(title(), "zoe");
});

Deno.test("alerts: a name cannot end the title and write to the terminal", () => {
  using stage = new Stage({ protocol: irc });
  const alerts = new Alerts(new FakeClock());
  stage.types("/join evil\x07\x1b[2J\r");
  stage.hears({ type: "dm", by: person("e\x07\x1b]0;x"), to: person("pat"), text: "psst" });
  stage.types("\x1b2");
  const drawn = alerts.draw(stage.model);
  assertEquals(drawn.split("\x1b").length, 2);
  assertEquals(drawn.split("\x07").length, 3);
});
