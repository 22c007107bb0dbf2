/**
 * How often something may go wrong, and how much runs at once.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Gates, Pool } from "../../lib/accounts/gates.ts";
import { settle, within } from "../support/within.ts";

Deno.test("gates: what goes right costs nothing, what goes wrong comes back with time", async () => {
  let time = 0;
  const gates = new Gates({ burst: 2, everyMs: 100 }, () => time);
  for (let i = 0; i < 10; i++) (await gates.enter("a"))?.(false);
  (await gates.enter("a"))?.(true);
  (await gates.enter("a"))?.(true);
  assertEquals(await gates.enter("a"), undefined);
  (await gates.enter("b"))?.(true);
  time = 99;
  assertEquals(await gates.enter("a"), undefined);
  time = 100;
  (await gates.enter("a"))?.(true);
  assertEquals(await gates.enter("a"), undefined);
});

Deno.test("gates: a try waits for those that run, and goes on when one was right", async () => {
  const gates = new Gates({ burst: 1, everyMs: 100 }, () => 0);
  const first = await gates.enter("a");
  const order: string[] = [];
  const second = gates.enter("a").then((end) => {
    order.push(end === undefined ? "refused" : "second");
    end?.(true);
  });
  const third = gates.enter("a").then((end) => order.push(end === undefined ? "refused" : "third"));
  assertEquals(order, []);
  first?.(false);
  await Promise.all([second, third]);
  assertEquals(order, ["second", "refused"]);
});

Deno.test("gates: a crowd of keys does not fill the memory", async () => {
  const gates = new Gates({ burst: 1, everyMs: 100 }, () => 0);
  const held = await gates.enter("held");
  for (let i = 0; i < 20_100; i++) (await gates.enter(`key ${i}`))?.(true);
  assertEquals(gates.size, 20_000);
  held?.(true);
  assertEquals(await gates.enter("held"), undefined);
});

Deno.test("gates: the key that was used longest ago is forgotten first", async () => {
  const gates = new Gates({ burst: 1, everyMs: 100 }, () => 0);
  (await gates.enter("early"))?.(true);
  for (let i = 1; i < 20_000; i++) await gates.enter(`key ${i}`).then((end) => end?.(false));
  // It is used once more, and so another one goes in its place.
  assertEquals(await gates.enter("early"), undefined);
  (await gates.enter("one more"))?.(true);
  assertEquals([gates.size, await gates.enter("early")], [20_000, undefined]);
});

Deno.test("gates: nobody saves up more tries than the burst", async () => {
  let now = 0;
  const gates = new Gates({ burst: 2, everyMs: 100 }, () => now);
  (await gates.enter("a"))?.(true);
  now = 1e9;
  for (let i = 0; i < 2; i++) (await gates.enter("a"))?.(true);
  assertEquals(await gates.enter("a"), undefined);
});

Deno.test("pool: so many at once, so many that wait, and no more", async () => {
  const pool = new Pool(2, 1);
  const ends: (() => void)[] = [];
  const task = () => new Promise<string>((resolve) => ends.push(() => resolve("done")));
  const runs = [pool.run(task), pool.run(task), pool.run(task), pool.run(task)];
  assertEquals(await runs[3], undefined);
  assertEquals(ends.length, 2);
  ends[0]?.();
  assertEquals(await runs[0], "done");
  await Promise.resolve();
  assertEquals(ends.length, 3);
  ends[1]?.();
  ends[2]?.();
  assertEquals(await Promise.all(runs.slice(0, 3)), ["done", "done", "done"]);
  assertEquals(await pool.run(() => Promise.resolve(1)), 1);
});

Deno.test("pool: who waited takes the place of who was done, and nobody comes besides", async () => {
  const pool = new Pool(1, 5);
  let most = 0;
  let running = 0;
  const ends: (() => void)[] = [];
  const task = async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running--;
  };
  const runs = [pool.run(task), pool.run(task)];
  ends.shift()?.();
  await settle();
  runs.push(pool.run(task));
  for (let i = 0; i < 2; i++) {
    await settle();
    ends.shift()?.();
  }
  await within("all of them", Promise.all(runs));
  assertEquals([most, running], [1, 0]);
});
