/**
 * Resizes in a row, hostile texts and tiny screens: at the end, the screen shows what a fresh one would show, and no
 * row of before.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { lookOf } from "../../lib/client/looks.ts";
import { irc } from "../../lib/protocol/irc.ts";
import { KeyDecoder } from "../../lib/terminal/keys.ts";
import { textWidth } from "../../lib/terminal/width.ts";
import { type Model, newModel } from "../../lib/tui/model.ts";
import { Screen } from "../../lib/tui/screen.ts";
import { update } from "../../lib/tui/update.ts";
import { view } from "../../lib/tui/view.ts";
import { person } from "../support/events.ts";
import { Emulator } from "../support/emulator.ts";
import { NOON } from "./stage.ts";

/** What the program sets before it draws: another screen, without wrapping. */
const START = "\x1b[?1049h\x1b[?7l";
const TEXTS = [
  "hi",
  "漢字".repeat(30),
  "👩‍👩‍👧 family 🇩🇪",
  "a\u0301\u0301".repeat(60),
  "\x02bold\x02 \x0304,05colours",
  `see http://x.org/${"abc".repeat(40)} there`,
  "long words wrap at spaces ".repeat(9),
  "\x1b[31m\x9b2J\x07\x1b]8;;http://evil/\x07",
  "\u200b\u200d\ufe0f",
  "\u202eright to left\u2066",
  " ",
];
const KEYS = [
  "typed ",
  "漢",
  "\x1b\r",
  "\x1b[5~",
  "\x1b[6~",
  "\x1bOQ",
  "\x1bOR",
  "\x1bOS",
  "\x12d",
  "\x07",
  "\x17",
  "\x1b[200~a\nb\x1b[201~",
  "n",
  "\x03",
  "\r",
];

type Step =
  | {
    readonly do: "resize";
    readonly columns: number;
    readonly rows: number;
    readonly seen: boolean;
  }
  | { readonly do: "say"; readonly text: string }
  | { readonly do: "type"; readonly keys: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("resize" as const),
    columns: fc.integer({ min: 1, max: 60 }),
    rows: fc.integer({ min: 1, max: 16 }),
    // A storm: the window has changed again before the program looks.
    seen: fc.boolean(),
  }),
  fc.record({ do: fc.constant("say" as const), text: fc.constantFrom(...TEXTS) }),
  fc.record({ do: fc.constant("type" as const), keys: fc.constantFrom(...KEYS) }),
);

function apply(model: Model, step: Step): void {
  if (step.do === "resize") {
    const { columns, rows } = step;
    update(model, { type: "resized", size: { columns, rows } });
  } else if (step.do === "say") {
    const event = { type: "said", by: person("eve"), channel: "", text: step.text } as const;
    update(model, { type: "news", news: [{ type: "event", event }], at: NOON });
  } else {
    const decoder = new KeyDecoder();
    const keys = decoder.push(new TextEncoder().encode(step.keys));
    update(model, { type: "keys", keys: [...keys, ...decoder.flush()], at: NOON });
  }
}

Deno.test("storm: after any steps the screen shows what a fresh one shows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const user = { look: lookOf(irc), nick: "pat", server: "irc h:1" };
      const model = newModel(user, { columns: 40, rows: 10 });
      const screen = new Screen(true, true);
      using emulator = new Emulator(40, 10);
      await emulator.write(START + screen.draw(view(model)));
      for (const each of steps) {
        if (each.do === "resize") emulator.resize(each.columns, each.rows);
        if (each.do === "resize" && !each.seen) continue;
        // As the app does.
        if (each.do === "resize") screen.forget();
        apply(model, each);
        const frame = view(model);
        assertEquals(frame.rows.length, model.size.rows);
        for (const row of frame.rows) {
          const width = row.reduce((sum, { text }) => sum + textWidth(text), 0);
          assert(width <= Math.max(2, frame.columns), JSON.stringify(row));
        }
        await emulator.write(screen.draw(frame));
      }
      const { columns, rows } = { columns: 37, rows: 9 };
      emulator.resize(columns, rows);
      screen.forget();
      apply(model, { do: "resize", columns, rows, seen: true });
      await emulator.write(screen.draw(view(model)));
      using fresh = new Emulator(columns, rows);
      await fresh.write(START + new Screen(true, true).draw(view(model)));
      assertEquals(emulator.picture, fresh.picture);
    }),
    { numRuns: 150 },
  );
});
