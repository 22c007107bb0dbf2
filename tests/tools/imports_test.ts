/**
 * tools/imports.ts: which source of the standard library is chosen, and that the npm mirror is
 * complete.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import mirror from "../../tools/npm_imports.json" with { type: "json" };
import {
  chooseSource,
  ENTRY_POINTS,
  isCached,
  isReachable,
  metaUrl,
  MIRROR_OPTION,
  type Probes,
  selectEntryPoints,
} from "../../tools/imports.ts";
import { quietPort } from "../support/port.ts";
import { within } from "../support/within.ts";

type Imports = Readonly<Record<string, string>>;

const ROOT = new URL("../../", import.meta.url);

/** Probes with fixed answers that write down which of them was asked. */
function fixedProbes(cached: boolean, reachable: boolean): Probes & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    cached() {
      asked.push("cached");
      return Promise.resolve(cached);
    },
    reachable() {
      asked.push("reachable");
      return Promise.resolve(reachable);
    },
  };
}

Deno.test("chooseSource() asks the cache, then JSR, and ends at npm", async () => {
  const table = [
    { cached: true, reachable: true, source: "jsr", asked: ["cached"] },
    { cached: true, reachable: false, source: "jsr", asked: ["cached"] },
    { cached: false, reachable: true, source: "jsr", asked: ["cached", "reachable"] },
    { cached: false, reachable: false, source: "npm", asked: ["cached", "reachable"] },
  ];
  for (const { cached, reachable, source, asked } of table) {
    const probes = fixedProbes(cached, reachable);
    assertEquals(await chooseSource(undefined, probes), source);
    assertEquals(probes.asked, asked);
  }
});

Deno.test("chooseSource() lets PARLANCE_STD decide without a probe", async () => {
  for (const override of ["jsr", "npm"] as const) {
    const probes = fixedProbes(false, false);
    assertEquals(await chooseSource(override, probes), override);
    assertEquals(probes.asked, []);
  }
  assertEquals(await chooseSource("", fixedProbes(true, false)), "jsr");
  await assertRejects(
    () => chooseSource("deno", fixedProbes(true, true)),
    RangeError,
    'PARLANCE_STD must be "jsr" or "npm", not "deno"',
  );
});

Deno.test("chooseSource() takes a probe that fails or never answers for a no", async () => {
  const never = () => new Promise<boolean>(() => {});
  const failing = () => Promise.reject(new Error("Probe broke"));
  const no = () => Promise.resolve(false);
  assertEquals(await chooseSource(undefined, { cached: never, reachable: no }, 1), "npm");
  assertEquals(await chooseSource(undefined, { cached: no, reachable: never }, 1), "npm");
  assertEquals(await chooseSource(undefined, { cached: failing, reachable: no }), "npm");
  assertEquals(await chooseSource(undefined, { cached: no, reachable: failing }), "npm");
});

Deno.test("isReachable() wants an answer, and a success", async () => {
  const signal = new AbortController().signal;
  for (const [status, reachable] of [[200, true], [404, false], [503, false]] as const) {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response("{}", { status }),
    );
    assertEquals(await isReachable(`http://127.0.0.1:${server.addr.port}/`, signal), reachable);
  }
  assertEquals(await isReachable(`http://127.0.0.1:${quietPort()}/`, signal), false);
});

Deno.test("chooseSource() gives up on a JSR that accepts and never answers", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const url = `http://127.0.0.1:${listener.addr.port}/`;
  const probes: Probes = {
    cached: () => Promise.resolve(false),
    reachable: (signal) => isReachable(url, signal),
  };
  // Long enough to be asked on a busy machine, where `accepted` would wait for ever otherwise.
  const source = chooseSource(undefined, probes, 1000);
  using _silent = await within("the question", accepted);
  assertEquals(await source, "npm");
});

Deno.test("isCached() wants every entry point", async () => {
  const load = (specifier: string) =>
    specifier === "missing" ? Promise.reject(new TypeError("Not cached")) : Promise.resolve({});
  assertEquals(await isCached(["one", "two"], load), true);
  assertEquals(await isCached(["one", "missing"], load), false);
  assertEquals(await isCached([], load), true);
});

Deno.test("selectEntryPoints() widens a package and keeps an entry point", () => {
  assertEquals(selectEntryPoints([]), [...ENTRY_POINTS]);
  assertEquals(selectEntryPoints(["@std/cli/parse-args"]), ["@std/cli/parse-args"]);
  const cli = ENTRY_POINTS.filter((entry) => entry.startsWith("@std/cli/"));
  assertEquals(selectEntryPoints(["@std/cli"]), cli);
  assertEquals(selectEntryPoints(["@std/unknown"]), ["@std/unknown"]);
});

Deno.test("metaUrl() names the first pinned package", () => {
  assertEquals(
    metaUrl({ "x": "npm:x@1.0.0", "@std/cli/parse-args": "jsr:@std/cli@1.0.32/parse-args" }),
    "https://jsr.io/@std/cli/1.0.32_meta.json",
  );
  assertEquals(metaUrl({}), "https://jsr.io/@std/bytes/meta.json");
});

Deno.test("imports.ts prints the option for npm and nothing for JSR", async () => {
  const table = [
    { choice: "npm", code: 0, stdout: `${MIRROR_OPTION}\n`, stderr: "" },
    { choice: "jsr", code: 0, stdout: "", stderr: "" },
    {
      choice: "node",
      code: 2,
      stdout: "",
      stderr: 'PARLANCE_STD must be "jsr" or "npm", not "node"\n',
    },
  ];
  for (const { choice, ...expected } of table) {
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--cached-only", "--allow-env=PARLANCE_STD", "tools/imports.ts"],
      cwd: ROOT,
      env: { PARLANCE_STD: choice },
    }).output();
    const text = new TextDecoder();
    assertEquals({
      code: output.code,
      stdout: text.decode(output.stdout),
      stderr: text.decode(output.stderr),
    }, expected);
  }
});

/** Every source file under `folder`. */
async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    if (entry.isDirectory) yield* sources(new URL(`${entry.name}/`, folder));
    else if (entry.name.endsWith(".ts")) yield new URL(entry.name, folder);
  }
}

Deno.test("npm_imports.json stands in for every package import of the project", async () => {
  const known = Object.keys(mirror.imports);
  const pinned = Object.assign({}, config.imports, ...Object.values(config.scopes)) as Imports;
  const missing = new Set(Object.keys(pinned).filter((entry) => !known.includes(entry)));
  for await (const file of sources(ROOT)) {
    const text = await Deno.readTextFile(file);
    for (const [, specifier] of text.matchAll(/\bfrom "(@std\/[^"]+)"|^import "(@std\/[^"]+)"/gm)) {
      if (specifier && !known.includes(specifier)) missing.add(specifier);
    }
  }
  assertEquals([...missing], []);
  for (const [entry, target] of Object.entries(pinned)) {
    const mirrored = (mirror.imports as Imports)[entry] as string;
    if (target.startsWith("npm:")) assertEquals(mirrored, target);
    if (target.startsWith("./")) assertEquals(mirrored, `.${target}`);
  }
});

Deno.test("deno.json: a task downloads no package that only tests need", () => {
  // Deno fetches every npm package among the imports before any task, and those of a scope when needed.
  const eager = Object.values(config.imports).filter((target) => !target.startsWith("jsr:"));
  assertEquals(eager, []);
});
