/**
 * tools/pack.ts and tools/unpack.sh: an image behaves as the program in it, from any place and
 * under any sh. All but one test run a stand-in for the runtime (scratch.ts).
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makePayload, packImage } from "../../tools/pack.ts";
import { COMPLETE, result, Scratch, SHELLS } from "./scratch.ts";

/** Prints its arguments between angle brackets, then its stdin, and exits with 7. */
const ECHO = 'printf "<%s>" "$@"\ncat\nexit 7\n';

const UID = Deno.uid();

for (const [shell, ...options] of SHELLS) {
  Deno.test(`image under ${shell} passes arguments, stdin and exit code`, async () => {
    await using scratch = new Scratch();
    await scratch.make(ECHO);
    const args = ["two words", "", "*", "line\nline", "$(id) `id` \\ ' \"", "--", "-n", "ä"];
    for (const _start of ["cold", "warm"]) {
      const child = scratch.command(shell!, [...options, scratch.image, ...args], {}, {
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode("from stdin\n"));
      await writer.close();
      assertEquals(result(await child.output()), {
        code: 7,
        stdout: `${args.map((arg) => `<${arg}>`).join("")}from stdin\n`,
        stderr: "",
      });
    }
    assertEquals(scratch.unpacked(`${scratch.cache}/parlance`), COMPLETE);
  });
}

/** Starts the image, sends it a SIGTERM when it has printed a line; that line, the process id, and what became of it. */
async function interrupted(scratch: Scratch, args: string[] = []) {
  const options = { stdin: "piped", stdout: "piped" } as const;
  const child = scratch.command(scratch.image, args, {}, options).spawn();
  const reader = child.stdout.getReader();
  const line = new TextDecoder().decode((await reader.read()).value);
  child.kill("SIGTERM");
  const status = await child.status;
  await reader.cancel();
  await child.stdin.close();
  return { line, pid: child.pid, status };
}

Deno.test("image replaces its shell: the program has the pid and gets the signals", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo $$\nread -r _line\n");
  for (const _start of ["cold", "warm"]) {
    const { line, pid, status } = await interrupted(scratch);
    assertEquals([line, status.signal], [`${pid}\n`, "SIGTERM"]);
  }
});

Deno.test("image starts through PATH, a symlink, a relative path, and sh", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  await Deno.mkdir(`${scratch.folder}/links`);
  await Deno.symlink("../image", `${scratch.folder}/links/toy`);
  const PATH = `${scratch.folder}:${Deno.env.get("PATH")}`;
  const ways: [string, string[], Record<string, string>, string][] = [
    ["sh", ["-c", "image"], { PATH }, "/"],
    [`${scratch.folder}/links/toy`, [], {}, "/"],
    ["sh", ["-c", "./toy"], {}, `${scratch.folder}/links`],
    ["sh", ["-c", "../image"], {}, `${scratch.folder}/links`],
    ["sh", ["image"], {}, scratch.folder],
  ];
  for (const [command, args, env, cwd] of ways) {
    const output = await scratch.command(command, args, env, { cwd }).output();
    assertEquals(result(output), { code: 0, stdout: "started\n", stderr: "" });
    // Each way has to find the payloads, so each starts cold
    await Deno.remove(`${scratch.cache}/parlance`, { recursive: true });
  }
});

Deno.test("image that cannot find itself says so", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  const header = (await Deno.readFile(scratch.image)).subarray(0, 16 * 1024);
  const lost = ["-c", new TextDecoder().decode(header).trimEnd(), "/nowhere/image"];
  assertEquals(result(await scratch.command("sh", lost).output()), {
    code: 1,
    stdout: "",
    stderr: 'toy: Cannot read the image "/nowhere/image"\n',
  });
});

Deno.test("image once unpacked reads its payloads no more", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  assertEquals((await scratch.start()).stdout, "started\n");
  await Deno.truncate(scratch.image, 16 * 1024);
  assertEquals((await scratch.start()).stdout, "started\n");
});

Deno.test("eight first starts at once all succeed and leave one copy", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  const results = await Promise.all(Array.from({ length: 8 }, () => scratch.start()));
  for (const each of results) assertEquals(each, { code: 0, stdout: "started\n", stderr: "" });
  assertEquals(scratch.unpacked(`${scratch.cache}/parlance`), COMPLETE);
});

Deno.test("two images with the same runtime share it", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo one\n");
  await scratch.start();
  await scratch.make("echo two\n");
  assertEquals((await scratch.start()).stdout, "two\n");
  assertEquals(scratch.unpacked(`${scratch.cache}/parlance`), ["deno", "toy.mjs", "toy.mjs"]);
});

Deno.test("damaged image is not run and says one line", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  const whole = await Deno.readFile(scratch.image);
  const programBytes = (await makePayload(new TextEncoder().encode("echo started\n"))).gzip.length;
  const damages = {
    program: flipped(whole, 16 * 1024 + (programBytes >> 1)),
    runtime: flipped(whole, whole.length - 20),
    size: whole.subarray(0, whole.length - 1),
    "size ": new Uint8Array([...whole, 0]),
  };
  for (const [what, bytes] of Object.entries(damages)) {
    await Deno.writeFile(scratch.image, bytes);
    const { code, stdout, stderr } = await scratch.start();
    assertEquals([code, stdout], [1, ""], what);
    assertMatch(stderr, /^toy: Image ".*" is damaged.*\n$/, what);
    if (what.startsWith("size")) continue;
    assertStringIncludes(stderr, `its ${what} has a wrong SHA-256`);
    const place = `${scratch.cache}/parlance`;
    assertEquals(scratch.unpacked(place), what === "program" ? ["deno"] : []);
    await Deno.remove(place, { recursive: true });
  }
});

/** A copy with one bit of the byte at `index` flipped. */
function flipped(bytes: Uint8Array<ArrayBuffer>, index: number): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  copy[index]! ^= 0x10;
  return copy;
}

Deno.test("cached file that was cut short is unpacked again", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  await scratch.start();
  const place = `${scratch.cache}/parlance`;
  for (const { name } of [...Deno.readDirSync(place)]) {
    await Deno.truncate(`${place}/${name}`, 5);
    assertEquals(await scratch.start(), { code: 0, stdout: "started\n", stderr: "" });
  }
});

Deno.test("unusable cache makes the image unpack to the next place, privately", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  const blocked = `${scratch.folder}/file`;
  await Deno.writeTextFile(blocked, "");
  const shared = `${scratch.folder}/shared dir`;
  await Deno.mkdir(shared);
  const private_ = `${shared}/parlance-${UID}`;
  const environments = [
    { XDG_CACHE_HOME: `${blocked}/cache` },
    { XDG_CACHE_HOME: undefined },
    { XDG_CACHE_HOME: "relative" },
    { XDG_CACHE_HOME: undefined, HOME: `${blocked}/home` },
  ];
  for (const env of environments) {
    for (const _start of ["cold", "warm"]) {
      const each = await scratch.start([], { TMPDIR: shared, ...env });
      assertEquals(each, { code: 0, stdout: "started\n", stderr: "" });
      assertEquals(scratch.unpacked(private_), COMPLETE);
      assertEquals((await Deno.stat(private_)).mode! & 0o777, 0o700);
    }
    await Deno.remove(private_, { recursive: true });
  }
});

Deno.test("HOME is the place when XDG_CACHE_HOME is not set", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  const HOME = `${scratch.folder}/home`;
  await scratch.start([], { XDG_CACHE_HOME: undefined, HOME });
  const base = Deno.build.os === "darwin" ? "Library/Caches" : ".cache";
  assertEquals(scratch.unpacked(`${HOME}/${base}/parlance`), COMPLETE);
});

Deno.test("shared place with a trap in it is passed over", async () => {
  const traps: Record<string, (path: string, scratch: Scratch) => Promise<void>> = {
    async symlink(path, scratch) {
      await Deno.mkdir(`${scratch.folder}/target`, { mode: 0o700 });
      await Deno.symlink(`${scratch.folder}/target`, path);
    },
    async "others may write"(path) {
      await Deno.mkdir(path);
      await Deno.chmod(path, 0o777);
    },
    async "others may read"(path) {
      await Deno.mkdir(path);
      await Deno.chmod(path, 0o755);
    },
    "not a directory": (path) => Deno.writeTextFile(path, ""),
  };
  // Only root can give a directory away
  if (UID === 0) {
    traps["not ours"] = async (path) => {
      await Deno.mkdir(path, { mode: 0o700 });
      await Deno.chown(path, 12345, 12345);
    };
  }
  for (const [name, setTrap] of Object.entries(traps)) {
    await using scratch = new Scratch();
    await scratch.make("echo started\n");
    const env = { XDG_CACHE_HOME: undefined, TMPDIR: `${scratch.folder}/tmpdir` };
    await Deno.mkdir(env.TMPDIR);
    await setTrap(`${env.TMPDIR}/parlance-${UID}`, scratch);
    // The only other shared place that exists in the scratch
    await Deno.mkdir(`${scratch.folder}/var/tmp`, { recursive: true });
    const each = await scratch.start([], env);
    assertEquals(each, { code: 0, stdout: "started\n", stderr: "" }, name);
    assertEquals(scratch.unpacked(`${scratch.folder}/var/tmp/parlance-${UID}`), COMPLETE, name);
  }
});

Deno.test("image without any place says so in one line", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  assertEquals(await scratch.start([], { XDG_CACHE_HOME: undefined }), {
    code: 1,
    stdout: "",
    stderr: "toy: Found no place to unpack to: name one in XDG_CACHE_HOME\n",
  });
});

Deno.test("signal during the first start leaves nothing behind", async () => {
  await using scratch = new Scratch();
  await scratch.make("echo started\n");
  const tools = `${scratch.folder}/tools`;
  await Deno.mkdir(tools);
  // Unpacking sends the signal itself, so it always comes in the middle
  const gzip = '#!/bin/sh\nkill -TERM "$IMAGE"\nPATH=${PATH#*:} exec gzip "$@"\n';
  await Deno.writeTextFile(`${tools}/gzip`, gzip, { mode: 0o755 });
  const PATH = `${tools}:${Deno.env.get("PATH")}`;
  const shell = ["-c", 'IMAGE=$$ exec "$0"', scratch.image];
  const output = await scratch.command("sh", shell, { PATH }).output();
  assertEquals(output.signal, "SIGTERM");
  assertEquals(scratch.unpacked(`${scratch.cache}/parlance`), []);
});

Deno.test("packImage() refuses a template that asks for something unknown", async () => {
  await using scratch = new Scratch();
  const payload = await makePayload(new Uint8Array(1));
  const image = { name: "toy", version: "1", program: payload, runtime: payload, runOptions: [] };
  let message = "";
  try {
    packImage(image, "#!/bin/sh\n@nonsense@\n");
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(message, 'Template asks for "nonsense", which has no value');
  await scratch.make("true\n", { runOptions: ["--no-prompt", "it's"] });
  assertStringIncludes(await Deno.readTextFile(scratch.image), "run --no-prompt 'it'\\''s' \\");
});

Deno.test("image may read one file below the home directory, whatever that is called", async () => {
  await using scratch = new Scratch();
  const runtime =
    '#!/bin/sh\nfor option; do case $option in --allow*) echo "$option" ;; esac; done\n';
  await scratch.make("true\n", {
    runtime: await makePayload(new TextEncoder().encode(runtime)),
    homeFile: ".config/toy.toml",
  });
  const grants = async (home?: string) => (await scratch.start([], { HOME: home })).stdout;
  assertEquals(await grants("/home/a b"), "--allow-read=/home/a b/.config/toy.toml\n");
  assertEquals(await grants("/home/x,/etc"), "");
  assertEquals(await grants('/home/"$(id)'), '--allow-read=/home/"$(id)/.config/toy.toml\n');
  assertEquals(await grants(), "");
});

Deno.test("image with the real runtime runs JavaScript with its permissions", async () => {
  await using scratch = new Scratch();
  const program = `const state = (name) => Deno.permissions.querySync({ name }).state;
Deno.addSignalListener("SIGTERM", () => Deno.exit(42));
console.log(JSON.stringify([Deno.pid, Deno.args, state("net"), state("read"), state("env")]));
await Deno.stdin.read(new Uint8Array(1));
`;
  await scratch.make(program, {
    runtime: await makePayload(await Deno.readFile(Deno.execPath())),
    runOptions: ["--no-prompt", "--no-config", "--no-remote", "--allow-net"],
  });
  for (const _start of ["cold", "warm"]) {
    const { line, pid, status } = await interrupted(scratch, ["a b", ""]);
    const [own, args, net, read, env] = JSON.parse(line);
    assertEquals([own, args, status.code], [pid, ["a b", ""], 42]);
    assert(net === "granted" && read !== "granted" && env !== "granted");
  }
});

/**
 * A runtime that prints how it is started, without the folder of the image; asked by the image for permissions, it
 * prints what it was asked as if that were the answer.
 */
const PRINTING_RUNTIME = `#!/bin/sh
for word; do case $word in --permissions)
  read -r line && printf 'stdin is read\n'
  printf '%s\n' "--allow-read=a b" "--asked=$3"
  exit
esac; done
printf '<%s>' "$@"
`;

async function startedWith(
  scratch: Scratch,
  args: string[],
  env: Record<string, string> = {},
  runtime = PRINTING_RUNTIME,
): Promise<string> {
  await scratch.make("", {
    runtime: await makePayload(new TextEncoder().encode(runtime)),
    fileOptions: ["--config", "--tls-cert"],
    settingsOption: "--config",
  });
  const { code, stdout, stderr } = await scratch.start(args, env);
  if (code !== 0) return `${code} ${stderr}`;
  return stdout.replaceAll(`${scratch.cache}/parlance/`, "").replace(/-[0-9a-f]{16}/g, "");
}

Deno.test("image asks its program which files it needs, and allows the runtime these", async () => {
  await using scratch = new Scratch();
  const shown = (asked: string, ...args: string[]) =>
    `<run><--no-prompt><--allow-read=a b><--asked=${asked}><toy.mjs>` +
    args.map((arg) => `<${arg}>`).join("");
  const PROGRAM = `${scratch.cache}/parlance/toy.mjs`;
  const asked = (path: string) => path === "" ? PROGRAM : `--allow-read=${path}`;
  const starts = async (path: string, args: string[], env?: Record<string, string>) => {
    const started = (await startedWith(scratch, args, env)).replaceAll(/toy-\w+/g, "toy");
    assertEquals(started, shown(asked(path), ...args).replaceAll(`${scratch.cache}/parlance/`, ""));
  };
  await starts("", ["--tls-cert", "/a b"]);
  await starts("", ["x", "--tls-cert=$(id)*"]);
  await starts("/c d.toml", ["--config", "/c d.toml", "y"]);
  await starts("$(id)*", ["--config=$(id)*"]);
  await starts("/e.toml", ["5000"], { PARLANCE_CONFIG: "/e.toml" });
  await starts("/f.toml", ["--config", "/f.toml"], { PARLANCE_CONFIG: "/e.toml" });
  await starts("", [], { PARLANCE_TLS_CERT: "/c" });
});

Deno.test("image allows its runtime nothing when no file is named", async () => {
  await using scratch = new Scratch();
  for (
    const args of [[], ["--conf", "/a"], ["config", "/a"], ["--", "--config", "/a"], [""], ["*"]]
  ) {
    const shown = args.map((arg) => `<${arg}>`).join("");
    assertEquals(
      await startedWith(scratch, args, { PARLANCE_RATE: "5", PARLANCE_CONFIG: "" }),
      `<run><--no-prompt><toy.mjs>${shown}`,
    );
  }
});

Deno.test("image ends with its program's status when the settings are wrong", async () => {
  await using scratch = new Scratch();
  const runtime = "#!/bin/sh\necho 'c.toml:1: wrong' >&2\nexit 2\n";
  const started = await startedWith(scratch, ["--config", "c.toml"], {}, runtime);
  assertEquals(started, "2 c.toml:1: wrong\n");
});

Deno.test("image outlives a SIGHUP that comes before its program can read its files again", async () => {
  await using scratch = new Scratch();
  // The launcher waits for the answer of the first one.
  const runtime =
    "#!/bin/sh\ncase $* in *--permissions*) kill -HUP $PPID ;; *) echo on >&2; exit 3 ;; esac\n";
  assertEquals(await startedWith(scratch, ["--config", "c.toml"], {}, runtime), "3 on\n");
});
