/**
 * The soak's check of the history: it must find a loss, a double, another order, another text, and ids that do not rise.
 *
 * @module
 */

import { assertRejects } from "@std/assert";
import { Past } from "../../bench/soak/past.ts";
import { Violation } from "../../bench/soak/violation.ts";
import { idOf } from "../history/rows.ts";

const SAID = Array.from({ length: 250 }, (_, n) => `text ${n}`);

/** A witness that was sent all of `SAID`. */
function witnessed(): Past {
  const past = new Past();
  for (const text of SAID) past.add("said", "ann", text);
  return past;
}

function packetOf(id: string, message: string): string {
  return JSON.stringify({ type: "history", channel: "x", id, kind: "chat", nick: "ann", message });
}

/** A server whose history has `packets`. */
function server(packets: readonly (readonly [id: string, text: string])[]) {
  return (question: string): Promise<string[]> => {
    const { limit, before = "~" } = JSON.parse(question);
    const page = packets.filter(([id]) => id < before).slice(-limit);
    return Promise.resolve(page.map(([id, text]) => packetOf(id, text)));
  };
}

const RIGHT = SAID.map((text, n) => [idOf(n), text] as const);

Deno.test("past: a history that is what was sent is right, page after page", async () => {
  await witnessed().check("w", server(RIGHT));
  await new Past().check("w", server([]));
});

Deno.test("past: what is said while the history is read may be in it or not", async () => {
  const past = witnessed();
  const ask = server([...RIGHT, [idOf(250), "late"]]);
  await past.check("w", (question) => {
    past.add("said", "ann", "late");
    past.add("said", "ann", "later");
    return ask(question);
  });
});

Deno.test("past: a text in two packets is one message", async () => {
  const past = new Past();
  past.add("emoted", "ann", "one two");
  const packets = ["one ", "two"].map((text) => packetOf(idOf(1), text).replace("chat", "emote"));
  await past.check("w", () => Promise.resolve(packets));
});

const WRONG: Record<string, readonly (readonly [string, string])[]> = {
  "a loss at the end": RIGHT.slice(0, -1),
  "a loss at the beginning": RIGHT.slice(1),
  "a loss in between": RIGHT.toSpliced(120, 1),
  "another text": RIGHT.with(120, [idOf(120), "text 12"]),
  "another order": RIGHT.with(7, [idOf(7), "text 8"]).with(8, [idOf(8), "text 7"]),
  "one that was never sent": [...RIGHT, [idOf(250), "more"]],
  "ids that do not rise": RIGHT.with(200, [idOf(202), "text 200"]),
};

for (const [name, packets] of Object.entries(WRONG)) {
  Deno.test(`past: ${name} is found`, async () => {
    await assertRejects(() => witnessed().check("w", server(packets)), Violation);
  });
}
