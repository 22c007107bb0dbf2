/**
 * The signals that end a program. Each test runs a process of its own.
 *
 * @module
 */

import { Program } from "../support/process.ts";

const SIGNALS: [signal: Deno.Signal, status: number][] = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
];

/** A program that prints "stopping" and evaluates `stop` when a signal ends it. */
function program(stop: string): Program {
  return Program.script(`
    import { onEndSignal } from "./lib/cli/process.ts";
    onEndSignal(() => { console.log("stopping"); return ${stop}; });
    setInterval(() => {}, 1000);
    console.log("ready");
  `);
}

for (const [signal, status] of SIGNALS) {
  Deno.test(`${signal} stops the program, and its status is 0`, async () => {
    await using running = program("new Promise((resolve) => setTimeout(resolve, 10))");
    await running.prints("ready\n");
    running.signal(signal);
    await running.ends(0, { stdout: "stopping\n", stderr: "" });
  });

  Deno.test(`${signal} ends the program even when its stop fails`, async () => {
    await using running = program('Promise.reject(new Error("cannot stop"))');
    await running.prints("ready\n");
    running.signal(signal);
    await running.ends(0, { stdout: "stopping\n", stderr: "" });
  });

  // A second SIGHUP has no effect: when a terminal closes, system and shell send one each.
  if (signal === "SIGHUP") continue;
  Deno.test(`a second ${signal} ends a program that does not stop, with a shell's status`, async () => {
    await using running = program("new Promise(() => {})");
    await running.prints("ready\n");
    running.signal(signal);
    await running.prints("stopping\n");
    running.signal(signal);
    await running.ends(status, { stdout: "", stderr: "" });
  });
}
