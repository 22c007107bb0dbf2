/**
 * `server [OPTIONS] [PORT]`: the chat server. `server basic [PORT]`: the basic one of the course.
 *
 * @module
 */

import config from "./deno.json" with { type: "json" };
import { describeFailure } from "./lib/cli/failure.ts";
import { onEndSignal } from "./lib/cli/process.ts";
import { helpText } from "./lib/cli/options.ts";
import { formatAddress } from "./lib/net/connection.ts";
import { Log } from "./lib/server/log.ts";
import { parseServerArgs, SERVER_COMMAND_LINE, type ServerRequest } from "./lib/server/options.ts";
import { listen, serve } from "./lib/server/serve.ts";

type ServeRequest = Extract<ServerRequest, { host: string }>;

if (import.meta.main) {
  try {
    await main(parseServerArgs(Deno.args));
  } catch (error) {
    const { line, status } = describeFailure(SERVER_COMMAND_LINE.program, error);
    console.error(line);
    Deno.exit(status);
  }
}

async function main(request: ServerRequest): Promise<void> {
  switch (request.mode) {
    case "help":
      return console.log(helpText(SERVER_COMMAND_LINE));
    case "version":
      return console.log(`${SERVER_COMMAND_LINE.program} ${config.version}`);
    case "basic":
      return await basic(request);
    case "chat":
      return chat(request);
  }
}

function chat(request: ServeRequest): void {
  const log = new Log(request.logLevel, writeLine);
  surviveFaults(log);
  const server = serve({ ...request, log });
  onEndSignal(() => server.stop());
  console.log(`Listening on ${server.description}`);
}

async function basic(request: ServeRequest): Promise<void> {
  const { serveBasic } = await import("./lib/server/basic.ts");
  const listener = listen(request.host, request.port);
  onEndSignal(() => Promise.resolve(listener.close()));
  // Standard output is for the messages alone.
  console.error(`Listening on ${formatAddress(listener.addr)} (basic)`);
  await serveBasic(listener, (message) => writeAll(message));
}

/** The last net: what no session caught is logged, and the others go on. */
function surviveFaults(log: Log): void {
  const survive = (event: Event, fault: unknown) => {
    event.preventDefault();
    log.error(`fault outside any session: ${fault instanceof Error ? fault.stack : fault}`);
  };
  addEventListener("unhandledrejection", (event) => survive(event, event.reason));
  addEventListener("error", (event) => survive(event, event.error));
}

const encoder = new TextEncoder();

/** A log that nobody reads any more, on a closed terminal, must not end the server. */
function writeLine(line: string): void {
  try {
    Deno.stderr.writeSync(encoder.encode(`${line}\n`));
  } catch {
    // Nobody is left to be told.
  }
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await Deno.stdout.write(rest));
}
