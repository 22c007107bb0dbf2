/**
 * The real client logs in, over TLS, on a real terminal: the password comes from the prompt, a file or the
 * environment, and stands nowhere else; the user's own list of servers is enough to start.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Pty, type PtyOptions, ptyTest } from "../support/pty.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { CA, LEAF } from "../support/tls.ts";
import { within } from "../support/within.ts";

const SECRET = "corréct horse";
const MESSAGE = new TextEncoder().encode(`\0ada\0${SECRET}`).toBase64();

/** A server with one account, `ada`, that is as simple as can be. */
class AccountServer implements AsyncDisposable {
  /** Lines of all clients. */
  readonly lines: string[] = [];
  readonly port: number;
  readonly #listener: Deno.TlsListener;
  readonly #serving: Promise<void>;
  readonly #open = new Set<Deno.TlsConn>();
  #more = Promise.withResolvers<void>();

  constructor() {
    const { cert, key } = LEAF;
    this.#listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
    this.port = this.#listener.addr.port;
    this.#serving = this.#serve();
  }

  /** Waits for a line. */
  async reads(line: string): Promise<void> {
    while (!this.lines.includes(line)) await within(line, this.#more.promise);
  }

  async #serve(): Promise<void> {
    const clients: Promise<void>[] = [];
    for await (const conn of this.#listener) clients.push(this.#talk(conn));
    await Promise.all(clients);
  }

  async #talk(conn: Deno.TlsConn): Promise<void> {
    this.#open.add(conn);
    const writer = conn.writable.getWriter();
    let rest = "";
    try {
      for await (const text of conn.readable.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split("\r\n");
        rest = lines.pop() as string;
        for (const line of lines) {
          this.lines.push(line);
          const answer = answerTo(line);
          if (answer !== "") await writer.write(new TextEncoder().encode(answer));
        }
        this.#more.resolve();
        this.#more = Promise.withResolvers();
      }
    } catch {
      // The client has gone.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#open) {
      try {
        conn.close();
      } catch {
        // The client was faster.
      }
    }
    await within("the server's end", this.#serving);
  }
}

function answerTo(line: string): string {
  if (line === "CAP LS 302") return ":s CAP * LS :sasl=PLAIN\r\n";
  if (line === "CAP REQ :sasl") return ":s CAP ada ACK :sasl\r\n";
  if (line === "AUTHENTICATE PLAIN") return "AUTHENTICATE +\r\n";
  if (line === `AUTHENTICATE ${MESSAGE}`) return ":s 903 ada :Welcome back\r\n";
  if (line.startsWith("AUTHENTICATE")) return ":s 904 ada :Wrong account or password\r\n";
  if (line === "CAP END") return ":s 001 ada :Welcome, ada\r\n";
  const channel = /^JOIN (\S+)$/.exec(line)?.[1];
  return channel === undefined ? "" : `:ada!a@h JOIN ${channel}\r\n`;
}

/** The line client on a terminal. It may read the certificates of the test, and what `grants` says. */
function client(folder: TempFolder, { args, grants = [], ...rest }: PtyOptions): Promise<Pty> {
  const ca = folder.write("ca.pem", CA.cert);
  return Pty.client({
    args: ["--ui", "plain", "--ca", ca, ...args],
    grants: [`--allow-read=${[ca, ...grants].join(",")}`],
    ...rest,
  });
}

ptyTest("login: the password is asked for, and is nowhere on the screen", async () => {
  await using server = new AccountServer();
  using folder = new TempFolder();
  const args = ["--account", "ada", "ada", `ircs://127.0.0.1:${server.port}/tea`];
  await using pty = await client(folder, { args });
  await pty.reads("Password of ada: ");
  await pty.types(`wrong\x15${SECRET}\r`);
  await pty.reads("You are in tea");
  await pty.types("/q\r");
  assertEquals(await pty.ends(), 0);
  assertEquals(await pty.modes(), pty.modesBefore);
  assert(!pty.output.includes("corr") && !pty.output.includes("wrong"), pty.output);
});

ptyTest("login: a wrong password ends the client with the server's words", async () => {
  await using server = new AccountServer();
  using folder = new TempFolder();
  const args = ["--account", "ada", "ada", `ircs://127.0.0.1:${server.port}`];
  await using pty = await client(folder, {
    args,
    env: { PARLANCE_ACCOUNT_PASSWORD: "wrong" },
  });
  await pty.reads("Not logged in: Wrong account or password");
  assertEquals(await pty.ends(), 1);
  assert(!server.lines.includes("CAP END"));
});

ptyTest("login: a certificate that nobody has signed gets no password", async () => {
  await using server = new AccountServer();
  const args = ["--ui", "plain", "--account", "ada", "ada", `ircs://127.0.0.1:${server.port}`];
  await using pty = await Pty.client({ args, env: { PARLANCE_ACCOUNT_PASSWORD: SECRET } });
  await pty.reads("nobody whom this client trusts has signed its certificate");
  assertEquals(await pty.ends(), 1);
  assertEquals(server.lines, []);
});

ptyTest("login: the name of a server is enough, and only its list is read", async () => {
  await using server = new AccountServer();
  const book = `
    [servers.home]
    address = "ircs://127.0.0.1:${server.port}"
    nick = "ada"
    account = "ada"
    channels = ["tea", "den"]
  `;
  using folder = new TempFolder({ ".config/parlance/client.toml": book });
  const secret = folder.write("secret", `${SECRET}\n`);
  const grants = [folder.file(".config/parlance/client.toml"), secret];
  const env = { HOME: folder.path };
  const args = ["--password-file", secret, "--ui", "tui", "home"];
  await using pty = await client(folder, { args, grants, env });
  await server.reads("JOIN #tea");
  await server.reads("JOIN #den");
  pty.signal("SIGTERM");
  await pty.reads("\x1b[?1049l");
  assert(server.lines.includes(`AUTHENTICATE ${MESSAGE}`));
  await using other = await client(folder, { args: ["work"], grants, env });
  await other.reads(/No server "work" in "\S*client.toml": it names "home"/);
  assertEquals(await other.ends(), 2);
});

ptyTest("login: without the list, the client says what is missing", async () => {
  const env = { HOME: "/nowhere" };
  const grants = ["--allow-read=/nowhere/.config/parlance/client.toml"];
  await using pty = await Pty.client({ args: ["home"], env, grants });
  await pty.reads(
    'Expected NAME HOST PORT or NAME ADDRESS, got "home" alone, which is no SERVER: ' +
      'there is no "/nowhere/.config/parlance/client.toml" (see --help)',
  );
  assertEquals(await pty.ends(), 2);
});
