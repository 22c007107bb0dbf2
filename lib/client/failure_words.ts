/**
 * Words for a person about a connection that could not be made, or was lost.
 *
 * @module
 */

import { STRANGE } from "./strangers.ts";

/** Errors of the runtime by their names, so that the words do not depend on the system. */
const WORDS: Readonly<Record<string, string>> = {
  ConnectionRefused: "connection refused: nobody listens there",
  ConnectionReset: "connection reset by the server",
  ConnectionAborted: "connection reset by the server",
  NetworkUnreachable: "the network cannot be reached",
  TimedOut: "no answer",
  AddrNotAvailable: "the address is not one of this machine",
};

const UNKNOWN_HOST =
  /failed to lookup address|no address|name or service not known|nodename|not known/i;
const UNREACHABLE = /no route to host|host is unreachable|network is unreachable/i;
const RESET = /reset by peer|broken pipe|connection aborted|os error 104/i;
const TLS = /certificate|\btls\b|handshake/i;

/** Why no connection could be made. */
export function connectFailureWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Its message already says what is wrong, and what to do.
  if (error.name === "InsecureError") return error.message;
  const { cause } = error;
  if (cause instanceof Error) return connectFailureWords(cause);
  if (UNKNOWN_HOST.test(error.message)) return "unknown host";
  if (UNREACHABLE.test(error.message)) return "the host cannot be reached";
  if (TLS.test(error.message)) return `TLS failed: ${error.message}`;
  return WORDS[error.name] ?? error.message;
}

/**
 * Why a connection was lost.
 *
 * @param reason as `Connection.reason` has it.
 * @param isWelcome whether the server had let the user in.
 */
export function lossWords(reason: string | undefined, isWelcome: boolean): string {
  if (reason === undefined || reason === "closed by peer") {
    return isWelcome
      ? "the server closed the connection"
      : "the server closed the connection before it let you in";
  }
  if (reason.startsWith(STRANGE)) return reason;
  if (/^\w+ frame: /.test(reason)) return `${STRANGE}another protocol`;
  if (RESET.test(reason)) return "connection reset by the server";
  if (TLS.test(reason)) return `TLS failed: ${reason.replace(/^\w+ failed: /, "")}`;
  return reason;
}

/** The words when the client does not try again. */
export function offWords(why: string): string {
  return `*** Not connected any more: ${why.replace(/^\*+ /, "")}\n*** /reconnect connects again`;
}
