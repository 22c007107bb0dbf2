/**
 * The launcher of an image in every environment: its shell and its tools obey no variable of it, and the program
 * gets all of them.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { findProgram } from "../../bench/compare/peers.ts";
import { COMPLETE, result, Scratch, SHELLS } from "./scratch.ts";

Deno.test("image leaves environment and umask alone but for what it promises", async () => {
  await using scratch = new Scratch();
  await scratch.make("umask\nenv\n");
  const env = {
    LC_ALL: "de_DE.UTF-8",
    BLOCK_SIZE: "1024",
    TIME_STYLE: "full-iso",
    DENO_CERT: "/a b",
  };
  const surprising = { DENO_COMPAT: "1", NODE_OPTIONS: "--require /x.js", DENO_DIR: "/elsewhere" };
  for (const _start of ["cold", "warm"]) {
    const shell = ["-c", 'umask 027; exec "$0"', scratch.image];
    const { stdout } = result(
      await scratch.command("sh", shell, { ...env, ...surprising }).output(),
    );
    const [umask, ...lines] = stdout.trim().split("\n");
    assertEquals(umask, "0027");
    // Shells add these themselves
    const seen = lines.filter((line) => !/^(_|PWD|OLDPWD|SHLVL|PATH)=/.test(line)).sort();
    assertEquals(seen, [
      "BLOCK_SIZE=1024",
      "DENO_CERT=/a b",
      `DENO_DIR=${scratch.cache}/parlance/cache`,
      "DENO_NO_UPDATE_CHECK=1",
      "LC_ALL=de_DE.UTF-8",
      "TIME_STYLE=full-iso",
      `XDG_CACHE_HOME=${scratch.cache}`,
    ]);
  }
});

/** What makes a tool of the launcher print or do something else, or makes a shell stricter. */
const ODD_ENVIRONMENTS: Record<string, Record<string, string>> = {
  "how ls quotes": { QUOTING_STYLE: "shell-always" },
  "how ls quotes, as C": { QUOTING_STYLE: "c" },
  "what ls shows": {
    LS_COLORS: "di=01;34",
    LSCOLORS: "ExFx",
    CLICOLOR: "1",
    CLICOLOR_FORCE: "1",
    COLUMNS: "20",
    TABSIZE: "3",
  },
  "sizes and times of ls": {
    BLOCK_SIZE: "human-readable",
    BLOCKSIZE: "1M",
    LS_BLOCK_SIZE: "1K",
    TIME_STYLE: "+%Y %m",
    TZ: "Pacific/Kiritimati",
  },
  "options of gzip": { GZIP: "--list", PIGZ: "--list", GZIP_OPT: "-l" },
  "options of grep and tar": { GREP_OPTIONS: "-v", TAR_OPTIONS: "--verbose" },
  "strict tools": { POSIXLY_CORRECT: "1", _POSIX2_VERSION: "199209" },
  "another uname": { UNAME_s: "Plan9", UNAME_m: "pdp11", COMMAND_MODE: "legacy" },
  "startup files of shells": {
    ENV: "/nonexistent",
    BASH_ENV: "/nonexistent",
    ZDOTDIR: "/nonexistent",
  },
  "where cd goes, how words are split": { CDPATH: "/:/usr", IFS: "/pu.-" },
  "options of bash": { SHELLOPTS: "errexit:noclobber:noglob:nounset:pipefail" },
  "a language": { LC_ALL: "de_DE.UTF-8", LANG: "tr_TR.UTF-8", LANGUAGE: "de", LC_COLLATE: "x" },
  "Perl and OpenSSL": {
    PERL5OPT: "-Mnonexistent",
    PERL5LIB: "/nonexistent",
    PERL_UNICODE: "SDA",
    OPENSSL_CONF: "/nonexistent",
  },
  "functions of bash in the place of tools": Object.fromEntries(
    ["ls", "cd", "id", "gzip", "tail", "head", "mktemp", "uname", "wc", "find", "mkdir", "mv", "rm"]
      .map((tool) => [`BASH_FUNC_${tool}%%`, "() { echo odd; return 3; }"]),
  ),
};

Deno.test("image starts whatever the environment says to its shell and its tools", async () => {
  for (const [shell, ...options] of SHELLS) {
    for (const [what, env] of Object.entries(ODD_ENVIRONMENTS)) {
      await using scratch = new Scratch();
      await scratch.make("echo started\n");
      for (const start of ["cold", "warm"]) {
        const output = await scratch.command(shell!, [...options, scratch.image], env).output();
        const { code, stdout, stderr } = result(output);
        // A shell itself may complain about a locale or a startup file that is missing.
        const complaints = stderr.split("\n")
          .filter((line) => /^(toy|ls|gzip|tail|head)\b/.test(line));
        const expected = { code: 0, stdout: "started\n", complaints: [] };
        assertEquals({ code, stdout, complaints }, expected, `${shell}, ${what}, ${start}`);
        assertEquals(scratch.unpacked(`${scratch.cache}/parlance`), COMPLETE);
      }
    }
  }
});

Deno.test("image is checked by shasum or openssl whatever the environment says", async () => {
  const summers = ["shasum", "openssl"].filter((name) => findProgram(name) !== undefined);
  for (const summer of summers) {
    await using scratch = new Scratch();
    await scratch.make("echo started\n");
    const PATH = await scratch.pathOfTools(summer);
    const env = { ...ODD_ENVIRONMENTS["Perl and OpenSSL"], PATH };
    assertEquals(
      await scratch.start([], env),
      { code: 0, stdout: "started\n", stderr: "" },
      summer,
    );
  }
});

Deno.test("image passes on every variable that its own tools must not see", async () => {
  await using scratch = new Scratch();
  await scratch.make("env\n");
  const env = {
    QUOTING_STYLE: "c",
    GZIP: "-1",
    POSIXLY_CORRECT: "1",
    PERL5LIB: "/x",
    TIME_STYLE: "iso",
  };
  for (const _start of ["cold", "warm"]) {
    const { stdout } = await scratch.start([], env);
    const lines = stdout.split("\n");
    for (const [name, value] of Object.entries(env)) {
      assert(lines.includes(`${name}=${value}`), `${name} in ${stdout}`);
    }
  }
});
