/**
 * Chooses where the standard library comes from: the pinned `jsr:` packages of deno.json, or the
 * same modules from npm where JSR cannot be reached. It is the task `std`, which the other tasks use:
 * `deno run $(deno task -q std @std/cli) ...`. Prints nothing for JSR and one `--import-map=` option for
 * npm. Promises: an answer within two seconds, no download, nothing left pending, exit status 0 (2
 * when PARLANCE_STD holds anything but "jsr" or "npm"). Needs: --allow-env=PARLANCE_STD
 * --allow-net=jsr.io, and --cached-only to keep the promise.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

/** Where the standard library comes from. */
export type Source = "jsr" | "npm";

/** The two questions a choice depends on; no answer within the deadline counts as a "no". */
export interface Probes {
  /** Are the needed modules of the pinned packages in the local cache? */
  cached(): Promise<boolean>;
  /** Does JSR answer? MUST end its work when `signal` aborts. */
  reachable(signal: AbortSignal): Promise<boolean>;
}

/** Milliseconds after which both probes together count as "no". */
export const DEADLINE = 2000;

/** The option that puts the npm mirror in the place of deno.json's imports. */
export const MIRROR_OPTION = "--import-map=tools/npm_imports.json";

/** Options for a child process, in the project's root, that takes the packages from where this one does. */
export function childOptions(): string[] {
  return import.meta.resolve("@std/assert").startsWith("jsr:") ? [] : [MIRROR_OPTION];
}

/** Every entry point that deno.json pins to JSR, as a program writes it: "@std/cli/parse-args". */
export const ENTRY_POINTS: readonly string[] = Object.entries(config.imports)
  .filter(([_entry, target]) => target.startsWith("jsr:"))
  .map(([entry]) => entry);

/**
 * Chooses the source: what `override` says, else JSR when it is cached or answers, else npm.
 *
 * Never rejects because of a probe: one that rejects or outlasts `deadline` (milliseconds, both
 * probes together) has said "no".
 *
 * @throws {RangeError} `override` is neither "jsr" nor "npm" nor empty
 */
export async function chooseSource(
  override: string | undefined,
  probes: Probes,
  deadline: number = DEADLINE,
): Promise<Source> {
  if (override === "jsr" || override === "npm") return override;
  if (override) throw new RangeError(`PARLANCE_STD must be "jsr" or "npm", not "${override}"`);

  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), deadline);
  const aborted = new Promise<false>((resolve) => {
    late.signal.addEventListener("abort", () => resolve(false), { once: true });
  });
  try {
    const first = async () => await probes.cached() || await probes.reachable(late.signal);
    return await Promise.race([first().catch(() => false), aborted]) ? "jsr" : "npm";
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The entry points that the words of a command line stand for: a package for all of its entry
 * points in deno.json, no words for everything there, and any other word for itself.
 */
export function selectEntryPoints(words: readonly string[]): string[] {
  if (words.length === 0) return [...ENTRY_POINTS];
  return words.flatMap((word) => {
    const within = ENTRY_POINTS.filter((entry) => entry === word || entry.startsWith(`${word}/`));
    return within.length > 0 ? within : [word];
  });
}

/**
 * Says whether every entry point can be imported. Under `--cached-only` that means: the module and
 * all it imports are in the cache in the pinned version. Importing is the evidence; the layout of
 * the cache is not ours to guess.
 */
export async function isCached(
  entryPoints: readonly string[],
  load: (specifier: string) => Promise<unknown> = (specifier) => import(specifier),
): Promise<boolean> {
  const results = await Promise.allSettled(entryPoints.map((entry) => load(entry)));
  return results.every((result) => result.status === "fulfilled");
}

/** Says whether `url` answers with a success; every failure, an abort included, is a "no". */
export async function isReachable(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** The address of the description of the first pinned `jsr:` package in `imports`. */
export function metaUrl(imports: Record<string, string>): string {
  for (const specifier of Object.values(imports)) {
    const [, name, version] = specifier.match(/^jsr:\/?(@[^/]+\/[^@/]+)@(\d[^/]*)/) ?? [];
    if (name) return `https://jsr.io/${name}/${version}_meta.json`;
  }
  return "https://jsr.io/@std/bytes/meta.json";
}

async function main(): Promise<number> {
  try {
    const source = await chooseSource(Deno.env.get("PARLANCE_STD"), {
      cached: () => isCached(selectEntryPoints(Deno.args)),
      reachable: (signal) => isReachable(metaUrl(config.imports), signal),
    });
    if (source === "npm") console.log(MIRROR_OPTION);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
}

// An import that the deadline has overtaken must not keep the process alive, hence the explicit
// exit
if (import.meta.main) Deno.exit(await main());
