/**
 * `deno task soak [SECONDS] [CLIENTS] [--seed N] [--crash]`: honest and hostile clients of every protocol on the real
 * server, in a process of its own with its default limits. Each honest client's view is compared with what
 * happened; the first difference ends the run with status 1 and that client's last steps. With `--crash` the server is
 * killed in the middle, and started again on the same data.
 *
 * @module
 */

import { type CrashReport, soakOverCrash } from "./soak/crash.ts";
import { soak, type SoakReport } from "./soak/run.ts";
import type { Counts } from "./soak/world.ts";

const USAGE = "Usage: deno task soak [SECONDS] [CLIENTS] [--seed N] [--crash]";
const LONGEST_SECONDS = 24 * 60 * 60;
const MOST_CLIENTS = 4_000;
const MEBIBYTE = 1024 * 1024;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(given: readonly string[]): Promise<number> {
  const args = given.filter((arg) => arg !== "--crash");
  const isCrash = args.length < given.length;
  const at = args.indexOf("--seed");
  const seedGiven = at < 0 ? undefined : args[at + 1];
  const [seconds = "30", clients = "60", ...extra] = at < 0 ? args : args.toSpliced(at, 2);
  const options = {
    seconds: wholeNumber(seconds, LONGEST_SECONDS),
    clients: wholeNumber(clients, MOST_CLIENTS),
    seed: wholeNumber(seedGiven ?? String(Date.now() % 1_000_000_000), 0x7fffffff),
  };
  if (extra.length > 0 || Object.values(options).some(Number.isNaN)) {
    console.error(USAGE);
    return 2;
  }
  console.log(`${options.seconds} s, ${options.clients} honest clients, --seed ${options.seed}`);
  const stop = new AbortController();
  // It ends in good order, and its server with it.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  const report = isCrash
    ? await soakOverCrash(options, stop.signal)
    : await soak(options, stop.signal);
  if (stop.signal.aborted) console.log("Interrupted; a terminal's Ctrl-C ends the server, too");
  console.log("before" in report ? describeCrash(report) : describe(report));
  return report.failure === undefined ? 0 : 1;
}

function wholeNumber(text: string, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  return value >= 1 && value <= most ? value : NaN;
}

function describe(report: SoakReport): string {
  const { memory, loopDelays, roundTrips, failure } = report;
  const lines = [
    `${report.channels} channels, ${report.messages} messages, ${report.deliveries} deliveries compared`,
    `held against the history: ${report.witnessed} ids by witnesses, ${report.recalled} messages by honest clients`,
    `honest connections ended: ${list(report.lives)}`,
    `hostile acts: ${list(report.hostilities)}`,
    `ends in the server's log: ${list(report.ends)}`,
    `server's memory: ${megabytes(memory.start)} at start, ${megabytes(memory.peak)} at peak, ` +
    `${megabytes(memory.end)} at the end; the most in each tenth of the time, in MiB: ` +
    tenths(memory.course).map((bytes) => (bytes / MEBIBYTE).toFixed(0)).join(" "),
    `round trip of a ping: ${quantiles(roundTrips)}`,
    `event-loop delay of this program: ${quantiles(loopDelays)}`,
  ];
  if (failure !== undefined) {
    lines.push("", `FAILED (--seed ${report.seed}): ${failure.message}`);
    lines.push(...report.trace.map((step) => `  ${step}`));
  }
  return lines.join("\n");
}

function describeCrash(report: CrashReport): string {
  const { before, lost, unsent, visits, after, failure, seed, trace } = report;
  const lines = [
    `${before} messages until the server was killed; of what was sent ${lost} are lost, and ${unsent} ` +
    "are kept that nobody was sent any more",
    `${visits} honest clients held what they had been sent against it as well`,
    `${after} messages after it was started again`,
  ];
  if (failure !== undefined) {
    lines.push(
      "",
      `FAILED (--seed ${seed}): ${failure.message}`,
      ...trace.map((step) => `  ${step}`),
    );
  }
  return lines.join("\n");
}

function list(counts: Counts): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const sum = sorted.reduce((total, [, number]) => total + number, 0);
  return [`${sum}`, ...sorted.map(([what, number]) => `\n  ${number} ${what}`)].join("");
}

function megabytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

/** The largest value in each tenth of `values`. */
function tenths(values: readonly number[]): number[] {
  const parts = Array.from({ length: 10 }, (_, i) => {
    const [from, to] = [i, i + 1].map((edge) => Math.floor(edge * values.length / 10));
    return values.slice(from, to);
  });
  return parts.filter((part) => part.length > 0).map((part) => Math.max(...part));
}

function quantiles(samples: { quantile(share: number): number }): string {
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => samples.quantile(share).toFixed(1));
  return `p50 ${p50} ms, p99 ${p99} ms, most ${most} ms`;
}
