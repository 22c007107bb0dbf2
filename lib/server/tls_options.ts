/**
 * The options of a server's TLS port.
 *
 * @module
 */

import { type Option, parsePort, UsageError, wholePath } from "../cli/options.ts";
import type { CertificatePaths } from "./certificate_file.ts";

/** A day in seconds, the unit of most values of `--sts`. */
const DAY = 86_400;
/** Ten years in seconds. */
const LONGEST_STS = 3_650 * DAY;

/** The rows of these options. */
export const TLS_OPTIONS: readonly Option[] = [
  {
    name: "tls-port",
    value: "PORT",
    check: (text) => parsePort(text, 0, "TLS port"),
    help: "Also listen on this port, for TLS; needs the next two",
  },
  {
    name: "tls-cert",
    value: "FILE",
    paths: wholePath,
    reloads: true,
    help: "Certificate of the TLS port in PEM, followed by those of its issuers",
  },
  {
    name: "tls-key",
    value: "FILE",
    paths: wholePath,
    reloads: true,
    help: "Its private key in PEM",
  },
  { name: "tls-host", value: "ADDR", help: "Address of the TLS port (default that of --host)" },
  {
    name: "sts",
    value: "DAYS",
    check: parseSts,
    help: "Send IRC clients to the TLS port, and let them remember it for so long; 0: forget it",
  },
];

/** The values of the options. */
export interface TlsRequest {
  /** Address to listen on. */
  readonly host: string;
  /** 0 to 65535; with 0 the system picks a free one. */
  readonly port: number;
  /** The paths of the certificate. */
  readonly paths: CertificatePaths;
  /**
   * Seconds for which IRC clients are to remember the port; left out where they are not sent there.
   */
  readonly sts?: number;
}

/**
 * Reads these options; `undefined` when there is no TLS port.
 *
 * @param host the address of the other port.
 * @throws {UsageError} when one of them is wrong, or stands without the others.
 */
export function parseTls(
  values: Readonly<Record<string, string>>,
  host: string,
): TlsRequest | undefined {
  const { "tls-port": port, "tls-cert": cert, "tls-key": key, sts } = values;
  if (port === undefined) {
    const lonely = TLS_OPTIONS.find(({ name }) => values[name] !== undefined);
    if (lonely !== undefined) throw new UsageError(`Option "--${lonely.name}" needs --tls-port`);
    return undefined;
  }
  if (cert === undefined || key === undefined) {
    throw new UsageError(`Option "--tls-port" needs --tls-${cert === undefined ? "cert" : "key"}`);
  }
  return {
    host: values["tls-host"] ?? host,
    port: parsePort(port, 0, "TLS port"),
    paths: { cert, key },
    ...(sts !== undefined && { sts: parseSts(sts) }),
  };
}

function parseSts(text: string): number {
  const days = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  const seconds = Math.round(days * DAY);
  if (seconds <= LONGEST_STS) return seconds;
  throw new UsageError(`STS must be a number of days, at most ${LONGEST_STS / DAY}, got "${text}"`);
}
