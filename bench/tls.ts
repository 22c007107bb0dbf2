/**
 * What TLS costs: the fan-out of a server over TLS against the same server in plain text, the memory of an idle
 * connection, a thousand logins at once beside a user of the plain port who asks for an answer every 10 ms, and what
 * connecting peers notice of a certificate that is exchanged.
 *
 *   deno run $(deno task -q std @std/streams) -A bench/tls.ts [ROUNDS] [fan-out|window1|idle|logins|reload ..]
 *
 * Prints one line of JSON for each measurement; of the fan-out, the rounds alternate between plain and TLS, and the
 * last line has the medians of their ratios, and the least and the most, without rounds in which somebody missed a
 * message. Needs Linux, gcc and OpenSSL's headers (`apt install libssl-dev`).
 *
 * @module
 */

import { makeCertificate } from "../tests/support/certificate.ts";
import { Children } from "./compare/children.ts";
import { buildProgram } from "./compare/programs.ts";
import { median } from "./compare/summary.ts";
import { fromRoot, runOptions } from "./server_process.ts";

const SOURCES = [
  "load",
  "load_options",
  "load_connections",
  "load_wires",
  "load_figures",
  "load_tls",
]
  .map((name) => fromRoot(`bench/compare/${name}.c`));
const LIBRARIES = ["-lssl", "-lcrypto"];
const SECONDS = "2";
const LOGINS = 1000;
const PATIENCE_MS = 60_000;

/** The generator's options for each measurement. */
const LOADS: Readonly<Record<string, readonly string[]>> = {
  "fan-out": ["--proto=cs168", "--subs=100", "--senders=1", "--window=64", `--time=${SECONDS}`],
  "window1": ["--proto=cs168", "--subs=100", "--senders=1", "--window=1", `--time=${SECONDS}`],
  "idle": ["--proto=irc", "--mode=idle", "--subs=1000"],
  "logins": ["--proto=irc", "--mode=idle", `--subs=${LOGINS}`, `--conc=${LOGINS}`],
};

/**
 * Peers that connect again and again, every 100 ms, while the certificate is exchanged this often. The runtime may keep
 * the file of each connection that they have closed, so they should not come faster.
 */
const CONNECTING = 8;
const RELOADS = 50;
const BETWEEN_RELOADS_MS = 100;
const BETWEEN_CONNECTIONS_MS = 100;

type Figures = Readonly<Record<string, number>>;

/** A server of its own for each measurement: its ports, and its process. */
class TlsServer {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly port: number;
  readonly tlsPort: number;

  private constructor(
    child: Deno.ChildProcess,
    reader: ReadableStreamDefaultReader<string>,
    [port, tlsPort]: readonly number[],
  ) {
    this.#child = child;
    this.#reader = reader;
    this.port = port as number;
    this.tlsPort = tlsPort as number;
  }

  static async start(folder: string): Promise<TlsServer> {
    const file = `${folder}/tls.pem`;
    const settings = ["--tls-port=0", `--tls-cert=${file}`, `--tls-key=${file}`];
    const child = new Deno.Command("taskset", {
      args: [
        ...["-c", "0", Deno.execPath(), ...runOptions(), `--allow-read=${folder}`],
        ...[fromRoot("server.ts"), "--host=127.0.0.1", "--rate=0", "--log=quiet", ...settings],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await reader.read();
    const ports = [...value.matchAll(/on 127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    if (ports.length !== 2) throw new Error(`Server does not listen, it printed "${value}"`);
    return new TlsServer(child, reader, ports);
  }

  get pid(): number {
    return this.#child.pid;
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#reader.cancel();
    await this.#child.status;
  }
}

/** One measurement, over TLS or in plain text. */
async function measure(folder: string, name: string, isTls: boolean): Promise<Figures> {
  const server = await TlsServer.start(folder);
  try {
    const bystander = name === "logins" ? await Bystander.start(server.port) : undefined;
    const output = await new Deno.Command("taskset", {
      args: [
        ...["-c", "1", `${folder}/load`, ...LOADS[name] ?? [], `--port=${server.port}`],
        ...[`--pid=${server.pid}`, `--tls-port=${isTls ? server.tlsPort : 0}`],
      ],
      stdout: "piped",
    }).output();
    const figures = JSON.parse(new TextDecoder().decode(output.stdout)) as Figures;
    return { ...figures, ...await bystander?.end() };
  } finally {
    await server.stop();
  }
}

/** A user of the plain port, in a worker of its own. */
class Bystander {
  readonly #worker = new Worker(import.meta.resolve("./irc_bystander.ts"), { type: "module" });

  static async start(port: number): Promise<Bystander> {
    const bystander = new Bystander();
    const registered = bystander.#told();
    bystander.#worker.postMessage(port);
    await registered;
    return bystander;
  }

  /** How long it waited for its answers, in milliseconds. */
  async end(): Promise<Figures> {
    const reported = this.#told();
    this.#worker.postMessage("end");
    const answers = (await reported as number[]).sort((a, b) => a - b);
    this.#worker.terminate();
    const at = (share: number) => answers[Math.floor(share * (answers.length - 1))] ?? NaN;
    return { bystander_p50_ms: at(0.5), bystander_p99_ms: at(0.99), bystander_worst_ms: at(1) };
  }

  #told(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("The bystander is silent")), PATIENCE_MS);
      this.#worker.onmessage = ({ data }) => {
        clearTimeout(late);
        resolve(data);
      };
    });
  }
}

/** What is worth reading of a measurement. */
const SHOWN = [
  ...["del_per_s", "cpu_us_per_del", "p99_us", "lost", "order_err", "rss_per_conn_kb"],
  // Whether the server was the slower of both.
  ...["srv_util", "gen_util"],
];

function print(name: string, kind: string, figures: Figures): void {
  const shown = Object.entries(figures).filter(([key]) =>
    SHOWN.includes(key) || key.startsWith("bystander") || key.startsWith("accept_") ||
    key === "cpu_us_per_conn"
  );
  console.log(JSON.stringify({ measured: name, kind, ...Object.fromEntries(shown) }));
}

async function compareFanOut(folder: string, name: string, rounds: number): Promise<void> {
  const ratios: number[] = [];
  const costs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const plain = await measure(folder, name, false);
    const tls = await measure(folder, name, true);
    print(name, "plain", plain);
    print(name, "tls", tls);
    // On a busy machine some join after the first message, and every notice of that widens the window.
    if (plain["order_err"] !== 0 || tls["order_err"] !== 0) continue;
    ratios.push((tls["del_per_s"] as number) / (plain["del_per_s"] as number));
    costs.push((plain["cpu_us_per_del"] as number) / (tls["cpu_us_per_del"] as number));
  }
  const range = { least: Math.min(...ratios), most: Math.max(...ratios) };
  const of = { deliveries: median(ratios), ...range, processor: median(costs) };
  console.log(JSON.stringify({ measured: name, tlsAgainstPlain: of }));
}

/** Exchanges the certificate again and again while peers connect: how many were refused, and how long it took. */
async function measureReload(folder: string): Promise<void> {
  const server = await TlsServer.start(folder);
  const took: number[] = [];
  let refused = 0;
  let isOver = false;
  const connect = async () => {
    while (!isOver) {
      const begin = performance.now();
      try {
        const tcp = await Deno.connect({ hostname: "127.0.0.1", port: server.tlsPort });
        const conn = await Deno.startTls(tcp, { hostname: "localhost", caCerts: [CA.cert] });
        await conn.handshake();
        conn.close();
        took.push(performance.now() - begin);
      } catch {
        refused++;
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_CONNECTIONS_MS));
    }
  };
  const connecting = Promise.all(Array.from({ length: CONNECTING }, connect));
  try {
    for (let i = 0; i < RELOADS; i++) {
      await writeCertificate(folder);
      Deno.kill(server.pid, "SIGHUP");
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_RELOADS_MS));
    }
  } finally {
    isOver = true;
    await connecting;
    await server.stop();
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(share * (took.length - 1))] ?? NaN;
  const times = { p50_ms: at(0.5), p99_ms: at(0.99), worst_ms: at(1) };
  console.log(
    JSON.stringify({
      measured: "reload",
      reloads: RELOADS,
      served: took.length,
      refused,
      ...times,
    }),
  );
}

const CA = makeCertificate({ names: ["Bench issuer"], isCa: true });

/** A new certificate with its key in one file, which is put in place at once. */
async function writeCertificate(folder: string): Promise<void> {
  const { cert, key } = makeCertificate({ issuer: CA });
  await Deno.writeTextFile(`${folder}/next`, cert + key);
  await Deno.rename(`${folder}/next`, `${folder}/tls.pem`);
}

async function main([rounds = "3", ...names]: readonly string[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await buildProgram(new Children(), `${folder}/load`, SOURCES, LIBRARIES);
    await writeCertificate(folder);
    for (const name of names.length > 0 ? names : [...Object.keys(LOADS), "reload"]) {
      if (name === "reload") {
        await measureReload(folder);
      } else if (name === "fan-out" || name === "window1") {
        await compareFanOut(folder, name, Number(rounds));
      } else {
        for (const isTls of [false, true]) {
          print(name, isTls ? "tls" : "plain", await measure(folder, name, isTls));
        }
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main(Deno.args);
