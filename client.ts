/**
 * `client NAME HOST PORT`: the chat client. `client basic HOST PORT`: the basic client of the
 * course.
 *
 * @module
 */

import config from "./deno.json" with { type: "json" };
import { describeFailure, EXIT_FAILURE } from "./lib/cli/failure.ts";
import { readVariable } from "./lib/cli/environment.ts";
import { FileError, readTextFile } from "./lib/cli/files.ts";
import { giveBack, permissionsFor } from "./lib/cli/permissions.ts";
import { onEndSignal } from "./lib/cli/process.ts";
import { helpText, UsageError } from "./lib/cli/options.ts";
import { TextWriter } from "./lib/cli/text_writer.ts";
import { ChatClient, type ChatClientOptions, ConnectError } from "./lib/client/chat_client.ts";
import { connectFailureWords } from "./lib/client/failure_words.ts";
import { readLines } from "./lib/client/input_lines.ts";
import type { LineIo } from "./lib/client/line_io.ts";
import { runLineUi } from "./lib/client/line_ui.ts";
import { HERE, type Look } from "./lib/client/look.ts";
import { lookOf } from "./lib/client/looks.ts";
import {
  BOOK_PATH,
  type ChatRequest,
  CLIENT_COMMAND_LINE,
  type ClientRequest,
  loneWordError,
  parseClientArgs,
  resolveServer,
} from "./lib/client/options.ts";
import type { PasswordSources } from "./lib/client/password.ts";
import type { TlsRequest } from "./lib/client/options.ts";
import type { Trust } from "./lib/net/tls_client.ts";
import { PipeIo } from "./lib/client/pipe_io.ts";
import type { LastWords, UiEnd } from "./lib/client/ui_end.ts";
import { abilitiesOf } from "./lib/terminal/abilities.ts";
import { formatAddress } from "./lib/net/transport.ts";
import type { Credentials } from "./lib/protocol/protocol.ts";
import { withTimeout } from "./lib/net/with_timeout.ts";

type BasicRequest = Extract<ClientRequest, { mode: "basic" }>;

/** Starts a UI with its last words, and with the signal that ends it. */
interface Start {
  readonly lastWords: LastWords;
  readonly stop: AbortSignal;
}

// Milliseconds for the client to say goodbye after a signal.
const GOODBYE_MS = 2500;

if (import.meta.main) {
  try {
    Deno.exit(await main(parseClientArgs(Deno.args, prefersLines())));
  } catch (error) {
    // The documents require this message on standard output.
    if (error instanceof ConnectError) {
      console.log(error.message);
      console.error(`${CLIENT_COMMAND_LINE.program}: ${connectFailureWords(error)}`);
      Deno.exit(EXIT_FAILURE);
    }
    const { line, status } = describeFailure(CLIENT_COMMAND_LINE.program, error);
    console.error(line);
    Deno.exit(status);
  }
}

/**
 * Whether the line client is better by default: for terminals without a moving cursor, for
 * those who want no colours, and for screen readers, which read a line once and not the same
 * screen again.
 */
function prefersLines(): boolean {
  const { canMove } = abilitiesOf(readVariable("TERM"));
  return !canMove || Deno.noColor || readVariable("ACCESSIBLE") !== undefined;
}

/** Carries out the request; resolves to the exit status. */
async function main(request: ClientRequest): Promise<number> {
  switch (request.mode) {
    case "help":
      console.log(helpText(CLIENT_COMMAND_LINE));
      return 0;
    case "permissions":
      permissionsFor(CLIENT_COMMAND_LINE, request.values, "").forEach((line) => console.log(line));
      return 0;
    case "version":
      console.log(`${CLIENT_COMMAND_LINE.program} ${config.version}`);
      return 0;
    case "basic":
      await basic(request);
      return 0;
    case "named":
      return await chat(await resolve(request));
    case "chat":
      return await chat(request);
  }
}

/**
 * Reads the user's own list of servers, the only file that the client opens by itself, and
 * only for a name.
 */
async function resolve(request: Extract<ClientRequest, { mode: "named" }>): Promise<ChatRequest> {
  const home = readVariable("HOME");
  if (home === undefined) throw loneWordError(request.server, "HOME is not set");
  const path = `${home}/${BOOK_PATH}`;
  const { findServer, readServerBook } = await import("./lib/client/server_book.ts");
  const text = await readTextFile(path).catch((error) => {
    const isMissing = error instanceof FileError && error.isMissing;
    throw isMissing ? loneWordError(request.server, `there is no "${path}"`) : error;
  });
  const book = readServerBook(text, path);
  return resolveServer(request, findServer(book, request.server, path), prefersLines());
}

async function chat(request: ChatRequest): Promise<number> {
  await giveBack(CLIENT_COMMAND_LINE, {
    ...(request.tls?.ca !== undefined && { ca: request.tls.ca }),
    ...(request.passwordFile !== undefined && { "password-file": request.passwordFile }),
  });
  const { protocol, ui, nick, host, port } = request;
  try {
    ChatClient.check({ protocol, nick });
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
  const onTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const isOnScreen = ui === "tui" && onTerminal;
  const run = isOnScreen ? chatOnScreen : chatByLines;
  const stop = new AbortController();
  const lastWords = {
    stopped: `Server at ${host}:${port} has stopped`,
    lost: `Server at ${host}:${port} has disconnected`,
  };
  const ended = run(request, { lastWords, stop: stop.signal });
  let hasEnded = false;
  ended.finally(() => hasEnded = true).catch(() => {});
  // On the full screen Ctrl-C is a key, which may ask first.
  onEndSignal(
    async () => {
      stop.abort();
      await withTimeout(ended, GOODBYE_MS);
    },
    undefined,
    () => !isOnScreen || hasEnded,
  );
  const end = await ended;
  if (end.by === "unreachable") throw end.error;
  if (end.by === "refusal") console.error(end.text);
  if (end.by === "loss" && end.why !== undefined) {
    console.error(`${CLIENT_COMMAND_LINE.program}: ${end.why}`);
  }
  if (end.by === "unsent") {
    console.error(`Server at ${host}:${port} did not take everything that was sent`);
  }
  return end.by === "user" || end.by === "server" ? 0 : EXIT_FAILURE;
}

/** What every connection of this client is made with. */
async function targetOf(request: ChatRequest): Promise<ChatClientOptions> {
  const { protocol, nick, host, port, tls, account } = request;
  const login = account === undefined ? undefined : await askLogin(account, request.passwordFile);
  return {
    protocol,
    nick,
    host,
    port,
    ...(tls && { tls: await readTrust(tls) }),
    ...(login && { wishes: { login } }),
  };
}

/** Finds the password; ends the program when its user does not give one. */
async function askLogin(account: string, file: string | undefined): Promise<Credentials> {
  const { findPassword, PASSWORD_VARIABLE } = await import("./lib/client/password.ts");
  const sources = { file, variable: readVariable(PASSWORD_VARIABLE), ask: passwordPrompt() };
  const password = await findPassword(account, sources, readTextFile);
  if (password === undefined) Deno.exit(EXIT_FAILURE);
  return { account, password };
}

/** Asks on the terminal; `undefined` where there is none, or none that can hide what is typed. */
function passwordPrompt(): PasswordSources["ask"] {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return undefined;
  return async (prompt) => {
    const { askSecret } = await import("./lib/client/secret_prompt.ts");
    const { openTerminal } = await import("./lib/terminal/terminal.ts");
    const output = openOutput();
    return await askSecret(openTerminal(output, []), output, prompt);
  };
}

/** Reads the certificates to trust, and warns where none is asked for. */
async function readTrust({ ca, insecure }: TlsRequest): Promise<Trust> {
  if (insecure) {
    console.error("Warning: any certificate is accepted, so an attacker can read and change all");
  }
  return { insecure, ...(ca !== undefined && { ca: await readTextFile(ca) }) };
}

async function chatByLines(request: ChatRequest, start: Start): Promise<UiEnd> {
  const { protocol, channel, reconnects } = request;
  const look = lookOf(protocol);
  const onTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const readLine = onTerminal ? (line: string) => look.readTyped(line, HERE) : look.readLine;
  const options = { look, readLine, ...start };
  if (reconnects === true) {
    const { readPiped, runLastingLineUi } = await import("./lib/client/lasting_line_ui.ts");
    const client = await lastingClient(request, { repeats: false });
    return await runLastingLineUi(client, await openLineIo(look, onTerminal), {
      ...options,
      ...(!onTerminal && { readLine: (line: string) => readPiped(look, line) }),
    });
  }
  const target = await targetOf(request);
  const client = await ChatClient.connect({ ...target, ...(channel !== undefined && { channel }) });
  return await runLineUi(client, await openLineIo(look, onTerminal), options);
}

async function lastingClient(request: ChatRequest, how: { repeats: boolean }) {
  const { LastingClient } = await import("./lib/client/lasting_client.ts");
  const { protocol, nick, reconnects } = request;
  const look = lookOf(protocol);
  // The line client shows no text of its own user, so it needs no echo.
  const target = await targetOf(request);
  const wishes = { ...target.wishes, receipts: how.repeats };
  return new LastingClient({
    connect: () => ChatClient.connect({ ...target, wishes }),
    look,
    nick,
    channels: channelsOf(request),
    reconnects: reconnects ?? look.ui === "tui",
    ...how,
  });
}

async function chatOnScreen(request: ChatRequest, start: Start): Promise<UiEnd> {
  const { protocol, nick, host, port, tls, alerts, mouse, align } = request;
  const { runTui } = await import("./lib/tui/app.ts");
  const client = await lastingClient(request, { repeats: true });
  return await runTui(client, openOutput(), {
    look: lookOf(protocol),
    nick,
    server: `${protocol.name}${tls ? " TLS" : ""} ${formatAddress({ hostname: host, port })}`,
    channels: channelsOf(request),
    colors: !Deno.noColor,
    links: abilitiesOf(readVariable("TERM")).hasLinks,
    mouse,
    align,
    alerts: alerts ?? true,
    ...start,
  });
}

/** The channels to enter at once. */
function channelsOf({ channel, channels = [] }: ChatRequest): readonly string[] {
  return channel === undefined ? channels : [channel, ...channels];
}

async function openLineIo(look: Look, onTerminal: boolean): Promise<LineIo> {
  const output = openOutput();
  // Without a moving cursor, the terminal's own driver edits the line.
  if (onTerminal && abilitiesOf(readVariable("TERM")).canMove) {
    const { TerminalIo } = await import("./lib/client/terminal_io.ts");
    return new TerminalIo(output, look);
  }
  return new PipeIo(Deno.stdin.readable, output, look);
}

/** Opens standard output. When nobody reads it any more, the client has no purpose and ends. */
function openOutput(): TextWriter {
  return new TextWriter((bytes) => Deno.stdout.write(bytes), () => Deno.exit(EXIT_FAILURE));
}

async function basic({ host, port }: BasicRequest): Promise<void> {
  const { sendBasic } = await import("./lib/client/basic.ts");
  const first = await readLines(Deno.stdin.readable).next();
  await sendBasic(first.done ? "" : first.value, host, port);
}
