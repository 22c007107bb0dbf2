/**
 * The map of `lib/README.md`, held against every import in the program.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { PROTOCOL_LIST } from "../lib/protocol/protocol_list.ts";

/** What a folder or a main may import. `types of` a folder: with `import type` only. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "lib/chat": [],
  "lib/framing": ["@std/bytes"],
  "lib/history": ["lib/chat", "lib/data"],
  "lib/net": ["lib/framing", "node:crypto", "node:net", "node:stream", "node:tls"],
  "lib/protocol": ["lib/framing", "lib/chat", "lib/sasl", "types of lib/accounts"],
  "lib/cli": ["@std/cli", "toml-eslint-parser"],
  "lib/terminal": [],
  "lib/data": ["node:sqlite"],
  "lib/sasl": [],
  "lib/accounts": ["lib/data", "lib/sasl"],
  "lib/server": [
    "lib/accounts",
    "lib/chat",
    "lib/data",
    "lib/history",
    "lib/net",
    "lib/protocol",
    "lib/framing",
    "lib/cli",
    "@std/bytes",
  ],
  "lib/client": [
    "lib/net",
    "lib/protocol",
    "lib/framing",
    "types of lib/chat",
    "lib/cli",
    "lib/terminal",
  ],
  "lib/tui": ["lib/client", "lib/terminal", "types of lib/chat", "types of lib/protocol"],
  "server.ts": ["deno.json", "lib/server", "lib/cli", "lib/net"],
  "client.ts": [
    "deno.json",
    "lib/client",
    "lib/cli",
    "lib/net",
    "lib/tui",
    "lib/terminal",
    "types of lib/protocol",
  ],
};

/** The only files in which `Deno.` may stand, besides all of `lib/net` and `lib/data`. */
const TOUCH_THE_RUNTIME: readonly string[] = [
  "client.ts",
  "lib/cli/environment.ts",
  "lib/cli/files.ts",
  "lib/cli/permissions.ts",
  "lib/cli/process.ts",
  "lib/server/basic.ts",
  "lib/server/serve.ts",
  "lib/terminal/terminal.ts",
  "server.ts",
];

const ROOT = new URL("../", import.meta.url);

interface Import {
  /** `lib/net`, `server.ts`, `@std/cli`: a folder of the map, a main, a package. */
  readonly target: string;
  /** What stands in the file. */
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

interface SourceFile {
  readonly path: string;
  /** Its folder in the map, or itself if it is a main. */
  readonly layer: string;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const FILES: readonly SourceFile[] = [
  ...["server.ts", "client.ts"].map(readSource),
  ...pathsBelow("lib/").map(readSource),
];

function pathsBelow(folder: string): string[] {
  const entries = [...Deno.readDirSync(new URL(folder, ROOT))];
  return entries.flatMap((entry) => {
    if (entry.isDirectory) return pathsBelow(`${folder}${entry.name}/`);
    return entry.name.endsWith(".ts") ? [`${folder}${entry.name}`] : [];
  });
}

function readSource(path: string): SourceFile {
  const code = withoutComments(Deno.readTextFileSync(new URL(path, ROOT)));
  return { path, layer: layerOf(path), code, imports: importsOf(path, code) };
}

/** Strings and templates stay; so does a `//` inside of one. */
function withoutComments(source: string): string {
  const token = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[^]*?\*\/|\/\/[^\n]*/g;
  return source.replace(token, (text) => text.startsWith("/") ? " " : text);
}

function layerOf(path: string): string {
  return path.startsWith("lib/") ? path.split("/").slice(0, 2).join("/") : path;
}

function importsOf(path: string, code: string): Import[] {
  const form =
    /\b(?:import|export)\s+(type\s)?[\w\s{},*]*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;
  return [...code.matchAll(form)].map(([whole, type, from, bare]) => {
    const specifier = from ?? bare as string;
    const isTypeOnly = type !== undefined || namesTypesOnly(whole);
    return { target: targetOf(path, specifier), specifier, isTypeOnly };
  });
}

/** `import { type A, type B } from`: nothing of it is left when the program runs. */
function namesTypesOnly(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1]?.split(",").map((name) => name.trim());
  const given = names?.filter((name) => name !== "") ?? [];
  return given.length > 0 && given.every((name) => name.startsWith("type "));
}

function targetOf(path: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier.split("/").slice(0, 2).join("/");
  const resolved = new URL(specifier, new URL(path, ROOT)).href.slice(ROOT.href.length);
  return layerOf(resolved);
}

function isAllowed(file: SourceFile, { target, isTypeOnly }: Import): boolean {
  const allowed = MAY_IMPORT[file.layer] ?? [];
  if (target === file.layer || allowed.includes(target)) return true;
  return isTypeOnly && allowed.includes(`types of ${target}`);
}

/** All imports for which `test` holds, as `lib/a/b.ts: ../c/d.ts`. */
function importsWhere(test: (file: SourceFile, imported: Import) => boolean): string[] {
  return FILES.flatMap((file) =>
    file.imports
      .filter((imported) => test(file, imported))
      .map(({ specifier, isTypeOnly }) => `${file.path}: ${isTypeOnly ? "type " : ""}${specifier}`)
  );
}

Deno.test("layers: every file stands in a folder of the map, and every folder has files", () => {
  const layers = [...new Set(FILES.map((file) => file.layer))].sort();
  assertEquals(layers, Object.keys(MAY_IMPORT).sort());
});

Deno.test("layers: nobody imports what the map forbids", () => {
  assertEquals(importsWhere((file, imported) => !isAllowed(file, imported)), []);
});

Deno.test("layers: every import that the map allows is needed", () => {
  const unused = Object.entries(MAY_IMPORT).flatMap(([layer, allowed]) => {
    const files = FILES.filter((file) => file.layer === layer);
    const targets = new Set(files.flatMap((file) => file.imports.map(({ target }) => target)));
    return allowed
      .filter((target) => !targets.has(target.replace("types of ", "")))
      .map((target) => `${layer}: ${target}`);
  });
  assertEquals(unused, []);
});

Deno.test("layers: lib/README.md shows the same map", () => {
  const readme = Deno.readTextFileSync(new URL("lib/README.md", ROOT));
  const shown = [...readme.matchAll(/^\| `(\w+)\/` \|[^|]*\| ([^|]*) \|$/gm)].map(
    ([, name, may]) => {
      const allowed = may === "nothing" ? [] : (may as string).replaceAll("`", "").split(", ");
      return [`lib/${name}`, allowed.map((word) => word.replace("types of ", "")).sort()];
    },
  );
  const held = Object.entries(MAY_IMPORT)
    .filter(([layer]) => layer.startsWith("lib/"))
    .map(([layer, allowed]) => {
      return [
        layer,
        allowed.map((word) => word.replace("types of ", "").replace("lib/", "")).sort(),
      ];
    });
  assertEquals(Object.fromEntries(shown), Object.fromEntries(held));
});

Deno.test("layers: lib/README.md leads to every file, and to none that does not exist", () => {
  const readme = Deno.readTextFileSync(new URL("lib/README.md", ROOT));
  const named = [...readme.matchAll(/(?<![\w/.])((\w+)\/[\w*<>]+)\.ts\b/g)]
    .filter(([, , folder]) => `lib/${folder}` in MAY_IMPORT)
    .flatMap(([, name = ""]) => patternsOf(name));
  const paths = FILES.map(({ path }) => path).filter((path) => path.startsWith("lib/"));
  assertEquals(paths.filter((path) => !named.some((pattern) => pattern.test(path))), []);
  const leadsNowhere = (pattern: RegExp) => !paths.some((path) => pattern.test(path));
  assertEquals(named.filter(leadsNowhere).map(String), []);
});

/** `<name>` stands for each protocol, whose support files carry its name; `*` for any word. */
function patternsOf(name: string): RegExp[] {
  const names = PROTOCOL_LIST.map((protocol) => name.replace("<name>", `${protocol.name}(_\\w+)?`));
  const files = name.includes("<name>") ? names : [name];
  return files.map((file) => new RegExp(`^lib/${file.replaceAll("*", "\\w+")}\\.ts$`));
}

Deno.test("layers: server and client never see each other", () => {
  const seen = importsWhere((file, { target }) =>
    (file.layer === "lib/server" && target === "lib/client") ||
    (file.layer === "lib/client" && target === "lib/server") ||
    (file.layer === "server.ts" && target === "lib/client") ||
    (file.layer === "client.ts" && target === "lib/server")
  );
  assertEquals(seen, []);
});

/** Whether `target` is a package of deno.json, or a part of the runtime. */
function isOutside(target: string): boolean {
  if (target.startsWith("node:")) return true;
  const packages = { ...config.imports, ...config.scopes["./lib/"] };
  return Object.keys(packages).some((name) => `${name}/`.startsWith(`${target}/`));
}

Deno.test("layers: nothing in lib imports a main, a test or a tool", () => {
  const outside = importsWhere((file, { target }) =>
    file.path.startsWith("lib/") && !target.startsWith("lib/") && !isOutside(target)
  );
  assertEquals(outside, []);
});

Deno.test("layers: there is no circle, neither of folders nor of files", () => {
  const folders = new Map<string, Set<string>>();
  for (const { layer, imports } of FILES) {
    const targets = folders.get(layer) ?? new Set();
    imports.forEach(({ target }) => target !== layer && targets.add(target));
    folders.set(layer, targets);
  }
  assertEquals(findCircle(folders), undefined);
  const files = new Map(FILES.map(({ path, imports }) => {
    const values = imports.filter(({ isTypeOnly }) => !isTypeOnly);
    const paths = values.map(({ specifier }) => new URL(specifier, new URL(path, ROOT)).href);
    return [path, new Set(paths.map((href) => href.slice(ROOT.href.length)))];
  }));
  assertEquals(findCircle(files), undefined);
});

/** The first path that comes back to where it was, if there is one. */
function findCircle(graph: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string | undefined => {
    if (path.includes(node)) return [...path, node].join(" -> ");
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...path, node]);
      if (circle !== undefined) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

Deno.test("layers: a file that only passes on what others export does not exist", () => {
  const barrels = FILES.filter(({ code }) =>
    /\bexport\s+(?:type\s+)?(?:\*|\{[^}]*\}\s*from\b)/.test(code)
  );
  assertEquals(barrels.map(({ path }) => path), []);
  assertEquals(FILES.filter(({ path }) => /\/(?:mod|index)\.ts$/.test(path)), []);
});

Deno.test("layers: Deno is touched where the map says, and nowhere else", () => {
  const touching = FILES.filter(({ code }) => /\bDeno\b/.test(code)).map(({ path }) => path);
  const outside = touching.filter((path) => !/^lib\/(?:net|data)\//.test(path));
  assertEquals(outside.sort(), [...TOUCH_THE_RUNTIME].sort());
});

Deno.test("layers: the chat is synchronous and has no clock", () => {
  const forbidden = /\b(?:async|await|Promise|setTimeout|setInterval|Date|performance)\b/;
  const files = FILES.filter(({ layer }) => layer === "lib/chat");
  assert(files.length > 0);
  assertEquals(files.filter(({ code }) => forbidden.test(code)).map(({ path }) => path), []);
});

Deno.test("layers: a protocol is named in the registry and nowhere else in the server", () => {
  const named = importsWhere((file, { specifier }) =>
    file.layer === "lib/server" && /protocol\/(?!protocol|registry|sniff)/.test(specifier)
  );
  assertEquals(named, []);
});

Deno.test("layers: the imports that this test reads are all there are", () => {
  // An independent count, so that a form of import which is not understood cannot pass unseen.
  for (const { path, code, imports } of FILES) {
    const count = code.match(/\bfrom\s*["']|\bimport\s*\(|\bimport\s*["']/g)?.length ?? 0;
    assertEquals(imports.length, count, path);
  }
});
