/**
 * `server [OPTIONS] [PORT]`: the chat server. `server basic [PORT]`: the basic server of the
 * course.
 *
 * @module
 */

import config from "./deno.json" with { type: "json" };
import { describeFailure } from "./lib/cli/failure.ts";
import { readVariable } from "./lib/cli/environment.ts";
import { readTextFile } from "./lib/cli/files.ts";
import { giveBack, permissionsFor } from "./lib/cli/permissions.ts";
import { holdSignals, onEndSignal, onStatusSignal } from "./lib/cli/process.ts";
import { helpText, UsageError } from "./lib/cli/options.ts";
import { systemClock } from "./lib/net/deadline.ts";
import { growFileTable } from "./lib/net/file_table.ts";
import { listen } from "./lib/net/listen.ts";
import { formatAddress } from "./lib/net/transport.ts";
import { runAccountCommand } from "./lib/server/account_command.ts";
import { checkData, openData, runServerDataThread, type ServerData } from "./lib/server/data.ts";
import { followChanges, keptIn } from "./lib/server/kept.ts";
import type { CertificateFile, CertificatePaths } from "./lib/server/certificate_file.ts";
import { LiveFacts, type Warn } from "./lib/server/facts.ts";
import { runHistoryCommand } from "./lib/server/history_command.ts";
import { openHistory } from "./lib/server/history.ts";
import {
  DEFAULT_LIMITS,
  describeLimits,
  type Limits,
  LOG_FLUSH_MS,
  LOG_QUEUE_BYTES,
} from "./lib/server/limits.ts";
import { Log } from "./lib/server/log.ts";
import { LogWriter } from "./lib/server/log_writer.ts";
import {
  readServerRequest,
  SERVER_COMMAND_LINE,
  type ServeRequest,
  type ServerRequest,
} from "./lib/server/options.ts";
import { hasFiles, Reloader } from "./lib/server/reload.ts";
import { hashPassword } from "./lib/server/secret.ts";
import { serve } from "./lib/server/serve.ts";
import type { WebSocketPort } from "./lib/server/serve_options.ts";
import { describeStatus, describeWork } from "./lib/server/status.ts";
import type { WebSocketRequest } from "./lib/server/websocket_options.ts";

const SOURCES = { readText: readTextFile, readVariable };

// The database has a thread of its own, which begins with this module as well.
if (import.meta.main && !runServerDataThread()) {
  try {
    await main(await readServerRequest(Deno.args, SOURCES));
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
      await giveBack(SERVER_COMMAND_LINE, request.values);
      return await chat(request);
    case "account": {
      const { account, data, accounts } = request;
      const print = (line: string) => console.log(line);
      return await runAccountCommand(account, data, accounts.minPassword, { readPassword, print });
    }
    case "history": {
      const { command, data, history } = request;
      return await runHistoryCommand(command, data, history, (line) => console.log(line));
    }
    case "check":
      await openFiles(request, () => {});
      if (request.data !== undefined) checkData(request.data);
      return console.log("The settings are good");
    case "permissions":
      permissionsFor(SERVER_COMMAND_LINE, request.values, ownPath()).forEach((line) =>
        console.log(line)
      );
      return;
    case "hash":
      return console.log(await hashPassword(await readPassword()));
  }
}

/**
 * What a thread of this program is started from: its folder, or the one file that it was made into.
 */
function ownPath(): string {
  const path = decodeURIComponent(new URL(import.meta.url).pathname);
  return path.endsWith("/server.ts") ? path.slice(0, -"/server.ts".length) : path;
}

/** The first line of standard input. */
async function readPassword(): Promise<string> {
  const [line = ""] = (await readTextFile("-")).split(/\r?\n/, 1);
  if (line === "") throw new UsageError("Password must not be empty: give it on standard input");
  return line;
}

async function chat(request: ServeRequest): Promise<void> {
  const canReload = hasFiles(request.values);
  const release = holdSignals(["SIGUSR2", ...(canReload ? ["SIGHUP"] as const : [])]);
  const limits = { ...DEFAULT_LIMITS, ...request.limits };
  const writer = new LogWriter((bytes) => Deno.stderr.write(bytes), LOG_QUEUE_BYTES);
  const log = new Log(request.logLevel, writer.sink, {
    format: request.logFormat ?? "text",
    limit: { burst: limits.logBurst, rate: limits.logRate },
  });
  surviveFaults(log);
  const warn = (text: string, reason: string) => log.warning(text, { reason });
  const { facts, certificate } = await openFiles(request, warn);
  const data = await openOwnData(request.data, log);
  const kept = data && await keptIn(data);
  const accounts = { ...request.accounts, ...kept?.accounts };
  const warnHistory = (reason: string) => log.warning("the history", { reason });
  const { history: settings, tls: wanted, websocket: web, ...rest } = request;
  const history = await openHistory(settings, data, warnHistory);
  const tls = wanted && certificate && { ...wanted, ...certificate.port };
  const websocket = web && await prepareWebSocket(web, certificate);
  const also = {
    ...kept,
    ...(tls && { tls }),
    ...(websocket && { websocket }),
    accounts,
    ...(history && { history }),
  };
  const server = serve({ ...rest, ...also, facts: facts.facts, log });
  await server.ready;
  if (data && kept) followChanges(server, data, kept.accounts.store, log);
  certificate?.watch((reason) => log.warning("certificate", { reason }), systemClock);
  const read = async () => await readServerRequest(Deno.args, SOURCES) as ServeRequest;
  const reloader = new Reloader({ request, read, log, facts, certificate });
  facts.reload = () => reloader.reload("user");
  const stop = async () => {
    await server.stop();
    await data?.close();
    const status = server.status();
    log.milestone("stopped", { reason: describeWork(status), status });
    log.close();
    await writer.flush(LOG_FLUSH_MS);
  };
  const onHangUp = () => void reloader.reload("signal");
  onEndSignal(stop, undefined, undefined, canReload ? onHangUp : undefined);
  const sayStatus = () => {
    const status = server.status();
    log.answer("status", { reason: describeStatus(status), status });
  };
  onStatusSignal(sayStatus);
  const about = [server.description, ...(certificate ? [certificate.description] : [])];
  logStart(log, about.join(", "), limits, request);
  console.log(`Listening on ${server.description}`);
  for (const signal of release()) (signal === "SIGHUP" ? onHangUp : sayStatus)();
  await growFileTable();
}

async function openOwnData(path: string | undefined, log: Log): Promise<ServerData | undefined> {
  if (path === undefined) return undefined;
  return await openData({
    path,
    thread: import.meta.url,
    onFault: (reason) => log.error("the database has failed: restart the server", { reason }),
  });
}

function logStart(log: Log, about: string, limits: Limits, request: ServeRequest): void {
  const program = `${SERVER_COMMAND_LINE.program} ${config.version}`;
  log.milestone("started", {
    reason: `${program} on ${about}, ${describeLimits(limits)}`,
  });
  if (!request.isHostNamed) {
    log.warning("plain text on all addresses of this machine", {
      reason:
        "anyone on the network can read it and take any name; --host ADDR confirms or limits this",
    });
  }
  if (request.data !== undefined) return;
  log.info("accounts and channels are kept in memory", {
    reason: "they are gone when the server ends; --data DIR keeps them",
  });
}

/** What the operator's files say. */
interface Files {
  readonly facts: LiveFacts;
  readonly certificate: CertificateFile | undefined;
}

async function openFiles({ identity, tls }: ServeRequest, warn: Warn): Promise<Files> {
  const facts = await LiveFacts.open(identity, `parlance-${config.version}`, warn);
  return { facts, certificate: tls && await openCertificate(tls.paths) };
}

/** Loads TLS only where it is wanted: without it, a start takes half the time. */
async function openCertificate(paths: CertificatePaths): Promise<CertificateFile> {
  const { CertificateFile } = await import("./lib/server/certificate_file.ts");
  return await CertificateFile.open(paths);
}

/** The same for WebSockets. Behind those that are encrypted stands the certificate. */
async function prepareWebSocket(
  { origins, isSecure, ...where }: WebSocketRequest,
  certificate: CertificateFile | undefined,
): Promise<WebSocketPort> {
  const { acceptWebSocket, acceptWebSocketOver } = await import("./lib/net/websocket.ts");
  if (!isSecure || certificate === undefined) {
    return {
      ...where,
      isSecure: false,
      begin: (lower, inTurn) => acceptWebSocket(lower, origins, inTurn),
    };
  }
  const { listen, begin } = certificate.port;
  return {
    ...where,
    isSecure: true,
    listen,
    begin: (lower, inTurn) => acceptWebSocketOver(begin(lower, inTurn), origins, inTurn),
  };
}

async function basic(request: ServeRequest): Promise<void> {
  const { serveBasic } = await import("./lib/server/basic.ts");
  const listener = listen(request.host, request.port);
  onEndSignal(() => Promise.resolve(listener.close()));
  // Standard output is only for the messages.
  console.error(`Listening on ${formatAddress(listener.addr)} (basic)`);
  await serveBasic(listener, (message) => writeAll(message), Deno.stdout.isTerminal());
}

/** Logs what no session has caught; all sessions go on. */
function surviveFaults(log: Log): void {
  const survive = (event: Event, fault: unknown) => {
    event.preventDefault();
    const reason = fault instanceof Error ? fault.stack : String(fault);
    log.error("fault outside any session", { reason });
  };
  addEventListener("unhandledrejection", (event) => survive(event, event.reason));
  addEventListener("error", (event) => survive(event, event.error));
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await Deno.stdout.write(rest));
}
