/**
 * No text decides how fast the client is: whatever a server sends or a person pastes, twice as much of it is
 * about twice the work. Steps are counted, not time.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { ChatEvent } from "../../lib/chat/event.ts";
import { lookOf } from "../../lib/client/looks.ts";
import { KeyDecoder } from "../../lib/terminal/keys.ts";
import { LineEditor } from "../../lib/terminal/line_editor.ts";
import { LineView } from "../../lib/terminal/line_view.ts";
import { truncate } from "../../lib/terminal/width.ts";
import { layoutLine } from "../../lib/tui/layout.ts";
import { eventLines, type Line } from "../../lib/tui/lines.ts";
import { Screen } from "../../lib/tui/screen.ts";
import { newModel } from "../../lib/tui/model.ts";
import { update } from "../../lib/tui/update.ts";
import { view } from "../../lib/tui/view.ts";
import { people, person } from "../support/events.ts";
import { assertLinear, countedList, countSteps } from "../support/steps.ts";

const json16 = lookOf({ name: "json16" });

/** Texts that have made terminals or programs slow. */
const TEXTS: Record<string, (size: number) => string> = {
  "combining characters": (size) => "\u0301".repeat(size),
  "letters with an accent each": (size) => "a\u0301".repeat(size / 2),
  "tabs": (size) => "\t".repeat(size),
  "spaces": (size) => `a${" ".repeat(size)}b`,
  "short words": (size) => " x".repeat(size / 2),
  "wide characters": (size) => "漢".repeat(size),
  "joined emoji": (size) => "👩‍👩‍👧‍👦".repeat(size / 11),
  "halves of flags": (size) => "🇩".repeat(size / 2),
  "joiners": (size) => "\u200d".repeat(size),
  "line breaks": (size) => "\n".repeat(size),
  "short lines": (size) => "a\n".repeat(size / 2),
  "one long word": (size) => "é".repeat(size),
  "escapes": (size) => "\x1b[".repeat(size / 2),
  "C1 controls": (size) => "\x9d".repeat(size),
  "one letter": (size) => "a".repeat(size),
};

function modelOf() {
  return newModel({ look: json16, nick: "pat", server: "h" }, {
    columns: 40,
    rows: 24,
  });
}

/** Takes events in, draws, goes to the top and draws again. */
function show(events: readonly ChatEvent[]): void {
  const model = modelOf();
  const screen = new Screen(true);
  update(model, { type: "news", news: events.map((event) => ({ type: "event", event })), at: 0 });
  screen.draw(view(model));
  const keys = ["ctrl+home", "pagedown", "pageup"].map((name) => ({ type: "key", name }) as const);
  update(model, { type: "keys", keys, at: 0 });
  screen.draw(view(model));
}

for (const [name, make] of Object.entries(TEXTS)) {
  Deno.test(`linear: ${name}, as chat, nick, notice, emote and list`, () => {
    const channel = "";
    assertLinear((size): ChatEvent[] => {
      const text = make(size);
      const nicks = Array.from({ length: size / 4 }, (_, i) => text.slice(i * 4, i * 4 + 4));
      return [
        { type: "said", by: person("eve"), channel, text },
        { type: "said", by: person(text), channel, text: "x" },
        { type: "joined", by: person(text), channel },
        { type: "emoted", by: person(text), channel, text },
        { type: "notice", text },
        { type: "names", channel: text, members: people(nicks) },
      ];
    }, show);
  });

  Deno.test(`linear: ${name}, typed, completed and pasted`, () => {
    assertLinear((size) => {
      const text = make(size);
      return [text, `${text} `, `\x1b[200~${text}\x1b[201~`].map((each) =>
        new TextEncoder().encode(each)
      );
    }, (inputs) => {
      for (const bytes of inputs) {
        const keys = new KeyDecoder().push(bytes);
        const model = modelOf();
        update(model, { type: "keys", keys: [...keys, { type: "key", name: "tab" }], at: 0 });
        view(model);
        const editor = new LineEditor();
        const line = new LineView("> ");
        line.show(editor, 80);
        const moves = ["home", "end", "left", "ctrl+left", "backspace", "ctrl+w"];
        for (const key of keys) editor.apply(key);
        for (const each of moves) editor.apply({ type: "key", name: each });
        line.update(editor, 80);
      }
    });
  });

  Deno.test(`linear: ${name}, as a command`, () => {
    const line = (size: number) => `/message ${make(size)} ${make(size)}`;
    assertLinear(line, (text) => void json16.readLine(text));
  });
}

Deno.test("linear: one character a frame", () => {
  const event: ChatEvent = { type: "said", by: person("eve"), channel: "", text: "漢" };
  assertLinear((size): ChatEvent[] => Array(size).fill(event), show);
});

Deno.test("linear: a line with many marks and many rows looks at each mark a few times", () => {
  for (const size of [1000, 2000, 4000]) {
    const nicks = Array.from({ length: size }, (_, i) => `nick${i}`);
    const [line] = eventLines(
      { type: "names", channel: "c", members: people(nicks) },
      json16,
      0,
    ) as [Line];
    assert(line.marks.length === size);
    const marks = countedList(line.marks);
    layoutLine({ ...line, marks: marks.list }, { columns: 40, times: false });
    assert(marks.steps() <= 4 * size, `${marks.steps()} looks at ${size} marks`);
  }
});

Deno.test("linear: of a long text only the part that fits is measured", () => {
  const steps = countSteps(() => void truncate("漢".repeat(1e6), 40));
  // One of them is the question whether all of it is plain, which ends at its first character.
  assert(steps < 1e6 + 1000, `${steps} steps`);
});
