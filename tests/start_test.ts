/**
 * What the programs load: a start is as fast as its modules are few. `deno info` has the graph, with what is only loaded
 * when it is asked for.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { childOptions } from "../tools/imports.ts";

const ROOT = new URL("../", import.meta.url);

/** What `deno info --json` says of a graph. */
interface Info {
  readonly roots: readonly string[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly modules: readonly InfoModule[];
}

interface InfoModule {
  readonly specifier: string;
  readonly dependencies?: readonly {
    /** Left out where the types alone are imported. */
    readonly code?: { readonly specifier?: string };
    readonly isDynamic?: boolean;
  }[];
}

/** All that a program may load, and what it loads before its first line runs. */
interface Loaded {
  readonly ever: readonly string[];
  readonly atOnce: readonly string[];
}

async function loadedBy(main: string): Promise<Loaded> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--quiet", "--json", ...childOptions(), main],
    cwd: ROOT,
    stderr: "inherit",
  }).output();
  const info = JSON.parse(new TextDecoder().decode(output.stdout)) as Info;
  const modules = new Map(info.modules.map((module) => [module.specifier, module]));
  const reach = (isFollowed: (isDynamic: boolean) => boolean) => {
    const found = new Set<string>();
    const waiting = [...info.roots];
    for (let next; (next = waiting.pop()) !== undefined;) {
      if (found.has(next)) continue;
      found.add(next);
      for (const { code, isDynamic = false } of modules.get(next)?.dependencies ?? []) {
        const specifier = code?.specifier;
        if (specifier === undefined || !isFollowed(isDynamic)) continue;
        waiting.push(info.redirects[specifier] ?? specifier);
      }
    }
    return [...found].map((each) => each.replace(ROOT.href, "")).sort();
  };
  return { ever: reach(() => true), atOnce: reach((isDynamic) => !isDynamic) };
}

const client = await loadedBy("client.ts");
const server = await loadedBy("server.ts");

Deno.test("start: a client loads no part of a server, not even later", () => {
  assert(client.ever.includes("lib/protocol/irc_client_codec.ts"));
  const folders = /^lib\/(?:server|accounts|history|data)\//;
  assertEquals(client.ever.filter((path) => folders.test(path)), []);
});

Deno.test("start: of IRC, a client loads its own half and the form of a line", () => {
  const shared = ["message", "names", "text"].map((name) => `lib/protocol/irc_${name}.ts`);
  const foreign = client.ever.filter((path) =>
    path.startsWith("lib/protocol/irc") && !path.startsWith("lib/protocol/irc_client") &&
    !shared.includes(path)
  );
  assertEquals(foreign, []);
});

Deno.test("start: what only some users want is loaded for them alone", () => {
  const rare = /^(?:lib\/tui|lib\/cli\/toml|lib\/net\/tls|lib\/server\/basic|node:(?!sqlite))|toml/;
  for (const { ever, atOnce } of [client, server]) {
    assert(ever.some((path) => rare.test(path)));
    assertEquals(atOnce.filter((path) => rare.test(path)), []);
  }
});
