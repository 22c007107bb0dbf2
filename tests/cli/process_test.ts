/**
 * The signals that end a program. Each test runs a process of its own.
 *
 * @module
 */

import { Program } from "../support/process.ts";

const SIGNALS: [signal: Deno.Signal, status?: number][] = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP"],
];

/**
 * A program that prints "stopping" and evaluates `stop` when a signal ends it. On its clock, a second passes
 * between two signals.
 */
function program(stop: string, clock = "() => time += 1000"): Program {
  return Program.script(`
    import { onEndSignal } from "./lib/cli/process.ts";
    let time = 0, end;
    onEndSignal(() => { console.log("stopping"); return ${stop}; }, ${clock});
    setInterval(() => {}, 1000);
    console.log("ready");
  `);
}

for (const [signal, status] of SIGNALS) {
  Deno.test(`${signal} stops the program, and its status is 0`, async () => {
    await using running = program("new Promise((resolve) => setImmediate(resolve))");
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

  if (status === undefined) continue;

  Deno.test(`a second ${signal} ends a program that does not stop, with a shell's status`, async () => {
    await using running = program("new Promise(() => {})");
    await running.prints("ready\n");
    running.signal(signal);
    await running.prints("stopping\n");
    running.signal(signal);
    await running.ends(status, { stdout: "", stderr: "" });
  });

  // At Ctrl-C the terminal and `deno task` send one each.
  Deno.test(`the echo of ${signal} does not cut the stop short`, async () => {
    const stop = "new Promise((resolve) => end = resolve)";
    await using running = program(stop, "() => { if (time++ > 0) end(); return 0; }");
    await running.prints("ready\n");
    running.signal(signal);
    await running.prints("stopping\n");
    running.signal(signal);
    await running.ends(0, { stdout: "", stderr: "" });
  });
}

Deno.test("a second SIGHUP does not cut the stop short, and SIGTERM does", async () => {
  await using running = program("new Promise(() => {})");
  await running.prints("ready\n");
  running.signal("SIGHUP");
  await running.prints("stopping\n");
  running.signal("SIGHUP");
  running.signal("SIGTERM");
  await running.ends(143, { stdout: "", stderr: "" });
});

Deno.test("signals that come too early are kept, each once, and then let go", async () => {
  await using running = Program.script(`
    import { holdSignals } from "./lib/cli/process.ts";
    const release = holdSignals(["SIGHUP", "SIGUSR2"]);
    setInterval(() => {}, 1000);
    // The signals in between show that those before them have come.
    for (const signal of ["SIGCONT", "SIGWINCH"]) {
      Deno.addSignalListener(signal, () => console.log(signal));
    }
    Deno.addSignalListener("SIGTERM", () => {
      console.log(release().join());
      Deno.exit(7);
    });
    console.log("ready");
  `);
  await running.prints("ready\n");
  running.signal("SIGHUP");
  running.signal("SIGCONT");
  await running.prints("SIGCONT\n");
  running.signal("SIGHUP");
  running.signal("SIGWINCH");
  await running.prints("SIGWINCH\n");
  running.signal("SIGTERM");
  await running.ends(7, { stdout: "SIGHUP\n", stderr: "" });
});
