/**
 * `client NAME HOST PORT`: the chat client. `client basic HOST PORT`: the basic one of the course.
 *
 * @module
 */

import config from "./deno.json" with { type: "json" };
import { describeFailure, EXIT_FAILURE } from "./lib/cli/failure.ts";
import { onEndSignal } from "./lib/cli/process.ts";
import { helpText, UsageError } from "./lib/cli/options.ts";
import { ChatClient, ConnectError } from "./lib/client/chat_client.ts";
import type { LineIo } from "./lib/client/line_io.ts";
import { type LastWords, runLineUi, type UiEnd } from "./lib/client/line_ui.ts";
import { CLIENT_COMMAND_LINE, type ClientRequest, parseClientArgs } from "./lib/client/options.ts";
import { Output } from "./lib/client/output.ts";
import { PipeIo } from "./lib/client/pipe_io.ts";
import type { LineStyle } from "./lib/protocol/protocol.ts";

type ChatRequest = Extract<ClientRequest, { mode: "chat" }>;
type BasicRequest = Extract<ClientRequest, { mode: "basic" }>;

/** For how long the goodbye to the server is waited for at a signal, in milliseconds. */
const GOODBYE_MS = 500;

if (import.meta.main) {
  try {
    Deno.exit(await main(parseClientArgs(Deno.args)));
  } catch (error) {
    // What the documents prescribe for a server that is not there goes to standard output.
    if (error instanceof ConnectError) {
      console.log(error.message);
      Deno.exit(EXIT_FAILURE);
    }
    const { line, status } = describeFailure(CLIENT_COMMAND_LINE.program, error);
    console.error(line);
    Deno.exit(status);
  }
}

/** Does what was asked; resolves to the exit status. */
async function main(request: ClientRequest): Promise<number> {
  switch (request.mode) {
    case "help":
      console.log(helpText(CLIENT_COMMAND_LINE));
      return 0;
    case "version":
      console.log(`${CLIENT_COMMAND_LINE.program} ${config.version}`);
      return 0;
    case "basic":
      await basic(request);
      return 0;
    case "chat":
      return await chat(request);
  }
}

async function chat(request: ChatRequest): Promise<number> {
  const { protocol, ui, nick, host, port } = request;
  const client = await ChatClient.connect({ protocol, nick, host, port }).catch((error) => {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  });
  const onTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const run = ui === "tui" && onTerminal ? chatOnScreen : chatByLines;
  const end = await run(client, request, {
    stopped: `Server at ${host}:${port} has stopped`,
    lost: `Server at ${host}:${port} has disconnected`,
  });
  if (end.by === "refusal") console.error(end.text);
  return end.by === "user" || end.by === "server" ? 0 : EXIT_FAILURE;
}

async function chatByLines(
  client: ChatClient,
  { protocol: { lineStyle } }: ChatRequest,
  lastWords: LastWords,
): Promise<UiEnd> {
  const io = await openLineIo(lineStyle, () => Deno.exit(EXIT_FAILURE));
  onEndSignal(async () => {
    await io.end();
    // A server that takes nothing must not keep its user here.
    await Promise.race([client.finish(), new Promise((done) => setTimeout(done, GOODBYE_MS))]);
  });
  return await runLineUi(client, io, lineStyle, lastWords);
}

async function chatOnScreen(
  client: ChatClient,
  { protocol, nick }: ChatRequest,
  lastWords: LastWords,
): Promise<UiEnd> {
  const { runTui } = await import("./lib/tui/app.ts");
  const output = new Output(Deno.stdout, () => Deno.exit(EXIT_FAILURE));
  const stop = new AbortController();
  const look = { colors: !Deno.noColor, lastWords, stop: stop.signal };
  const ended = runTui(client, output, { protocol, nick, ...look });
  onEndSignal(async () => {
    stop.abort();
    await ended;
  });
  return await ended;
}

/** `onUnread` is called when nobody reads standard output any more. */
async function openLineIo(style: LineStyle, onUnread: () => void): Promise<LineIo> {
  const output = new Output(Deno.stdout, onUnread);
  if (Deno.stdin.isTerminal() && Deno.stdout.isTerminal()) {
    const { TerminalIo } = await import("./lib/client/terminal_io.ts");
    return new TerminalIo(output, style);
  }
  return new PipeIo(Deno.stdin.readable, output, style);
}

async function basic({ host, port }: BasicRequest): Promise<void> {
  const { sendBasic } = await import("./lib/client/basic.ts");
  const { readLines } = await import("./lib/client/pipe_io.ts");
  const first = await readLines(Deno.stdin.readable).next();
  await sendBasic(first.done ? "" : first.value, host, port);
}
