/**
 * IRC clients of other people, as their users run them: on a terminal, over FIFOs, or without a screen. Each
 * one has a scratch home of its own, and what counts is what it shows.
 *
 * @module
 */

import { findProgram } from "../../bench/compare/peers.ts";
import { Pty, PTY_SUPPORTED } from "./pty.ts";
import { PATIENCE_MS, within } from "./within.ts";

/** Wide enough that no line of these tests wraps. */
const COLUMNS = 150;
const ROWS = 60;
/** How often a file is read again, in milliseconds: events of files come too late for those in new folders. */
const LOOK_MS = 20;

/** A client that runs. It is killed at the end of the test if it still does. */
export interface IrcProgram extends AsyncDisposable {
  /** Types one line where the current window is. */
  types(line: string): Promise<void>;
  /** Waits until it shows `text`. */
  shows(text: string): Promise<void>;
  /** Waits until it has ended by itself. */
  ends(): Promise<void>;
}

/** An account, and how the client proves that it is its user's. */
export interface ProgramLogin {
  readonly account: string;
  readonly password: string;
  /** As SASL calls it. */
  readonly mechanism: string;
}

/** Whether a program of this name can be started here. */
export function isInstalled(program: string): boolean {
  return PTY_SUPPORTED && findProgram(program) !== undefined;
}

/** One with a screen and a keyboard. */
class OnTerminal implements IrcProgram {
  readonly #pty: Pty;

  constructor(pty: Pty) {
    this.#pty = pty;
  }

  async types(line: string): Promise<void> {
    await this.#pty.types(`${line}\r`);
  }

  async shows(text: string): Promise<void> {
    await this.#pty.shows(new RegExp(RegExp.escape(text)));
  }

  async ends(): Promise<void> {
    await this.#pty.ends();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pty[Symbol.asyncDispose]();
  }
}

/** Calls `look` until it returns true. Fails after the usual patience, with what `seen` returns. */
async function lookFor(
  what: string,
  look: () => Promise<boolean>,
  seen: () => string,
): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!await look()) {
    if (Date.now() > end) throw new Error(`Waited for ${what}, but there is only:\n${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** One that shows in files. */
class InFiles implements IrcProgram {
  readonly #child: Deno.ChildProcess;
  readonly #files: () => Promise<readonly string[]>;
  readonly #type: (line: string, child: Deno.ChildProcess) => Promise<void>;
  #seen = "";

  constructor(
    child: Deno.ChildProcess,
    files: () => Promise<readonly string[]>,
    type: (line: string, child: Deno.ChildProcess) => Promise<void>,
  ) {
    this.#child = child;
    this.#files = files;
    this.#type = type;
  }

  async types(line: string): Promise<void> {
    await this.#type(line, this.#child);
  }

  async shows(text: string): Promise<void> {
    const look = async () => {
      this.#seen = await textOf(await this.#files());
      return this.#seen.includes(text);
    };
    await lookFor(JSON.stringify(text), look, () => this.#seen);
  }

  async ends(): Promise<void> {
    await within("the client's end", this.#child.status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.ends();
  }
}

/** What all files have, one behind the other. */
async function textOf(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(textIn))).join("");
}

function textIn(file: string): Promise<string> {
  return Deno.readTextFile(file).catch(() => "");
}

/** The files below `directory`, at any depth, for which `pick` is true. */
async function filesIn(directory: string, pick: (name: string) => boolean): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) files.push(...await filesIn(path, pick));
    else if (pick(name)) files.push(path);
  }
  return files;
}

/** Starts irssi. It has one window for everything, and does not hold commands back as it would by default. */
export async function startIrssi(
  home: string,
  port: number,
  nick: string,
  ca?: string,
  login?: ProgramLogin,
): Promise<IrcProgram> {
  const windows =
    'autocreate_windows = "no"; autocreate_query_level = "NONE"; autocreate_own_query = "no";';
  const core =
    `"fe-common/core" = { ${windows} }; "irc/core" = { cmd_queue_speed = "10msec"; cmds_max_at_once = "100"; };`;
  const tls =
    `use_tls = "yes"; tls_verify = "yes"; tls_cafile = "${ca}"; autoconnect = "yes"; chatnet = "p";`;
  const servers = ca && `servers = ({ address = "localhost"; port = "${port}"; ${tls} });\n`;
  const sasl = login && `sasl_mechanism = "${login.mechanism}"; ` +
      `sasl_username = "${login.account}"; sasl_password = "${login.password}";`;
  const networks = `chatnets = { p = { type = "IRC"; ${sasl ?? ""} }; };\n`;
  await Deno.writeTextFile(
    `${home}/config`,
    `settings = { ${core} };\n${networks}${servers ?? ""}`,
  );
  const target = ca === undefined ? ["-c", "127.0.0.1", "-p", `${port}`] : [];
  return onTerminal(home, "irssi", `--home=${home}`, ...target, "-n", nick);
}

/** Starts catgirl, which connects over TLS alone, and of SASL knows PLAIN. */
export function startCatgirl(
  home: string,
  port: number,
  nick: string,
  ca: string,
  login?: ProgramLogin,
): Promise<IrcProgram> {
  const sasl = login === undefined ? [] : ["-a", `${login.account}:${login.password}`];
  const target = ["-h", "localhost", "-p", `${port}`, "-n", nick, "-t", ca, ...sasl];
  return onTerminal(home, "catgirl", ...target, "-j", "#lobby");
}

/** Starts EPIC5, without scripts. */
export function startEpic5(home: string, port: number, nick: string): Promise<IrcProgram> {
  return onTerminal(home, "epic5", "-q", "-a", nick, `127.0.0.1:${port}`);
}

/** Starts sic, which shows raw lines. */
export function startSic(home: string, port: number, nick: string): Promise<IrcProgram> {
  return onTerminal(home, "sic", "-h", "127.0.0.1", "-p", `${port}`, "-n", nick);
}

async function onTerminal(home: string, ...command: string[]): Promise<IrcProgram> {
  const args = ["env", `HOME=${home}`, "LANG=C.UTF-8", "TZ=UTC", ...command];
  return new OnTerminal(await Pty.start({ args, columns: COLUMNS, rows: ROWS }));
}

/** A program without a screen. */
function spawn(program: string, args: readonly string[], home: string): Deno.ChildProcess {
  const silent = { stdin: "null", stdout: "null", stderr: "null" } as const;
  return new Deno.Command(program, { args: [...args], env: { HOME: home }, ...silent }).spawn();
}

/** Starts ii. A line goes to the FIFO of the server, or after `#channel ` to that of the channel. */
export function startIi(home: string, port: number, nick: string): IrcProgram {
  const args = ["-s", "127.0.0.1", "-p", `${port}`, "-n", nick, "-i", home];
  const child = spawn("ii", args, home);
  const type = async (line: string) => {
    const [channel, text] = partsOf(line);
    const fifo = `${home}/127.0.0.1/${channel === undefined ? "" : `${channel}/`}in`;
    const exists = () => Deno.stat(fifo).then(() => true, () => false);
    await lookFor(fifo, exists, () => "no such file");
    await Deno.writeTextFile(fifo, `${text}\n`, { create: false });
  };
  return new InFiles(child, () => filesIn(home, (name) => name === "out"), type);
}

/** The channel that a line begins with, if it does, and the rest. */
function partsOf(line: string): [channel: string | undefined, text: string] {
  const [, channel, text = ""] = /^(?:(#\S+) )?(.*)$/.exec(line) ?? [];
  return [channel, text];
}

const WEECHAT_SIGNAL = ["[signal]", 'sigusr1 = "/reload alias;/next"'];

/**
 * Starts weechat-headless. It has no keyboard: at a signal it reads its aliases again and runs the one that is
 * called `next`. What it shows is what it logs. A line is a command for the buffer of the server, or after
 * `#channel ` for that of the channel.
 */
export async function startWeechat(
  home: string,
  port: number,
  nick: string,
  ca?: string,
  login?: ProgramLogin,
): Promise<IrcProgram> {
  const write = (file: string, ...lines: string[]) =>
    Deno.writeTextFile(`${home}/${file}.conf`, `${lines.join("\n")}\n`);
  await write("weechat", ...WEECHAT_SIGNAL);
  await write("logger", "[file]", "flush_delay = 0");
  await write(
    "irc",
    ...["[server_default]", "anti_flood_prio_high = 0", "anti_flood_prio_low = 0", "[server]"],
    `p.addresses = "${ca === undefined ? "127.0.0.1" : "localhost"}/${port}"`,
    ...[`p.nicks = "${nick}"`, "p.autoconnect = on", "p.ipv6 = off"],
    // As it was called before version 4, and is called since.
    ...ca === undefined ? [] : ["p.ssl = on", "p.tls = on"],
    ...login === undefined ? [] : [
      `p.sasl_mechanism = ${login.mechanism.toLowerCase()}`,
      `p.sasl_username = "${login.account}"`,
      `p.sasl_password = "${login.password}"`,
    ],
  );
  if (ca !== undefined) {
    await write("weechat", ...WEECHAT_SIGNAL, "[network]", `gnutls_ca_user = "${ca}"`);
  }
  const child = spawn("weechat-headless", ["-d", home], home);
  const logs = () => filesIn(home, (name) => name.endsWith(".weechatlog"));
  let typed = 0;
  const type = async (line: string) => {
    const [channel, text] = partsOf(line);
    const buffer = channel === undefined ? "irc.server.p" : `irc.p.${channel}`;
    const mark = `typed line ${++typed}.`;
    const next = `/print -core ${mark};/command -buffer ${buffer} * ${text}`;
    await write("alias", "[cmd]", `next = "${next}"`);
    child.kill("SIGUSR1");
    // The next line takes the place of this one in the file, which must have been read by then.
    let seen = "";
    const isRead = async () => {
      seen = await textOf(await logs());
      return seen.includes(mark);
    };
    await lookFor(mark, isRead, () => seen);
  };
  return new InFiles(child, logs, type);
}
