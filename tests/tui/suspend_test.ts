/**
 * Ctrl-Z on a real terminal, in a real shell: the shell has its screen and its modes, and `fg` brings the client back.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Json16Peer } from "../support/json16.ts";
import { Pty, ptyTest } from "../support/pty.ts";
import { TestServer } from "../support/server.ts";
import { within } from "../support/within.ts";

const COLUMNS = 60, ROWS = 24;
const CTRL_Z = "\x1a";

class Job implements AsyncDisposable {
  private constructor(readonly server: TestServer, readonly pty: Pty) {}

  static start(...options: string[]): Promise<Job> {
    return Job.#start(options, false);
  }

  /** With another process between shell and client, as `deno task` is one. */
  static wrapped(...options: string[]): Promise<Job> {
    return Job.#start(options, true);
  }

  static async #start(options: readonly string[], isWrapped: boolean): Promise<Job> {
    const server = new TestServer();
    const args = [...options, "pat", "127.0.0.1", `${server.port}`];
    return new Job(server, await Pty.job({ args, isWrapped, columns: COLUMNS, rows: ROWS }));
  }

  /** Runs a command in the shell. */
  async runs(command: string): Promise<void> {
    await this.pty.types(`${command}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pty[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/**
 * Waits until all descendants of a process are stopped, with all of their threads: one that waits for input and has not
 * noticed yet would take what is typed next.
 */
async function allStopped(pid: number): Promise<void> {
  const isStopped = async () => {
    const args = ["-eLo", "pid=,ppid=,stat="];
    const { stdout } = await new Deno.Command("ps", { args }).output();
    const threads = new TextDecoder().decode(stdout).trim().split("\n").map((row) =>
      row.trim().split(/\s+/)
    );
    const family = new Set([`${pid}`]);
    for (const parent of family) {
      for (const [id = "", of] of threads) if (of === parent) family.add(id);
    }
    family.delete(`${pid}`);
    const states = threads.filter(([id = ""]) => family.has(id)).map(([, , state]) => state);
    return family.size > 1 && states.every((state) => state?.startsWith("T"));
  };
  await within(
    "a stop of all",
    (async () => {
      while (!await isStopped());
    })(),
  );
}

ptyTest("suspend: the full screen gives the terminal back, and comes back whole", async () => {
  await using job = await Job.start("--ui", "tui", "--protocol", "json16");
  await job.pty.shows(/In lobby: pat/);
  await using chris = await Json16Peer.enter(job.server.port, "chris");
  await job.pty.types("half a li");
  await job.pty.shows(/^pat> half a li/);
  for (let round = 1; round <= 2; round++) {
    await job.pty.types(CTRL_Z);
    const shell = await job.pty.shows(/Stopped/);
    assertEquals(shell.alternate, false);
    assert(!shell.rows.join().includes("In lobby"), shell.rows.join("\n"));
    await job.runs(`stty -a; echo "round" ${round}`);
    await job.pty.shows(new RegExp(`^round ${round}$`));
    // Lines end as the shell wants it, and what is typed is shown.
    assertMatch(
      job.pty.output.slice(job.pty.output.lastIndexOf("Stopped")),
      /[^-]icanon[^]*[^-]echo /,
    );
    await chris.says(`round ${round}`);
    await chris.untilBarrier();
    await job.runs("fg");
    const back = await job.pty.shows(new RegExp(`^chris: round ${round}$`));
    assertEquals(back.alternate, true);
    assert(back.rows.at(-1)?.startsWith("pat> half a li"), back.rows.join("\n"));
  }
  await job.pty.types("\x15\x04");
  assertEquals((await job.pty.shows(/^\$ fg/)).alternate, false);
  // The window has its own title again.
  const pushed = job.pty.output.split("\x1b[22;2t").length;
  assertEquals(job.pty.output.split("\x1b[23;2t").length, pushed);
  await job.runs("exit");
});

ptyTest(
  "suspend: the line client leaves its draft above the shell, and shows it again",
  async () => {
    await using job = await Job.start("--protocol", "cs168");
    await job.pty.shows(/^\[Me\]/);
    await job.pty.types("/join lobby\rhalf a li");
    await job.pty.shows(/^\[Me\] half a li/);
    await job.pty.types(CTRL_Z);
    const { rows } = await job.pty.shows(/Stopped/);
    const draft = rows.findIndex((row) => row === "[Me] half a li");
    assert(rows.findIndex((row) => row.includes("Stopped")) > draft && draft >= 0, rows.join("\n"));
    await job.runs("fg");
    await job.pty.reads("[Me] half a li");
    await job.pty.types("ne");
    await job.pty.shows(/^\[Me\] half a line/);
    await job.pty.types("\x15\x04");
    await job.pty.reads("$ ");
    await job.runs("exit");
  },
);

ptyTest("suspend: signals from outside, and no shell that could continue it", async () => {
  await using server = new TestServer();
  const args = ["--ui", "tui", "--protocol", "json16", "pat", "127.0.0.1", `${server.port}`];
  await using pty = await Pty.client({ args, columns: COLUMNS, rows: ROWS });
  await pty.reads("In lobby");
  // Nobody else is in its session, so the system does not stop it, and it goes on.
  pty.signal("SIGTSTP");
  await pty.reads("\x1b[?1049l");
  await pty.reads("\x1b[?1049h");
  await pty.reads("In lobby");
  pty.signal("SIGSTOP");
  await pty.cook();
  pty.signal("SIGCONT");
  await pty.reads("\x1b[?1049h");
  await pty.reads("In lobby");
  await pty.types("still here\r");
  await pty.reads("pat: still here");
  await pty.types("\x03");
  assertEquals(await pty.ends(), 0);
  assertEquals(await pty.modes(), pty.modesBefore);
  const pushed = pty.output.split("\x1b[22;2t").length;
  assertEquals(pty.output.split("\x1b[23;2t").length, pushed);
});

ptyTest("suspend: one fg is enough, also behind a process that stops at once", async () => {
  await using job = await Job.wrapped("--ui", "tui", "--protocol", "json16");
  await job.pty.shows(/In lobby: pat/);
  for (let round = 1; round <= 3; round++) {
    await job.pty.types(CTRL_Z);
    await allStopped(job.pty.pid);
    await job.runs("fg");
    await job.pty.reads("\x1b[?1049h");
    await job.pty.types(`round ${round}\r`);
    const { alternate } = await job.pty.shows(new RegExp(`^pat: round ${round}$`));
    assertEquals(alternate, true);
  }
  await job.pty.types("\x04");
  await job.pty.reads("$ ");
  await job.runs("exit");
});
