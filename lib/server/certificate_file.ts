/**
 * The certificate of a server's TLS port, and its key, in the files that their operator has
 * named: read at the start and again when the operator asks for it. A server without a TLS port
 * does not load this.
 *
 * 1. MUST keep the old certificate when the new one is no good.
 * 2. MUST take none with which no client could connect.
 * 3. MUST leave open connections alone: a new certificate is for handshakes that begin from now on.
 *
 * @module
 */

import { FileError, readPemFile, type ReadText } from "../cli/files.ts";
import { CertificateError, type Credentials, readCredentials } from "../net/certificate.ts";
import type { Clock } from "../net/deadline.ts";
import { SocketListener } from "../net/socket_listener.ts";
import { tryCredentials } from "../net/certificate_trial.ts";
import { acceptTls } from "../net/tls.ts";
import type { TlsPort } from "./serve_options.ts";

/** Where the two stand; one file may hold both. */
export interface CertificatePaths {
  /** Path of the certificate, followed by those of its issuers, in PEM. */
  readonly cert: string;
  /** Path of the private key in PEM. */
  readonly key: string;
}

/**
 * The answer to a peer without TLS: a line of IRC and of chat1, and a frame of cs168. A person who
 * typed the wrong port reads why nothing else comes.
 */
const NO_TLS_ANSWER = new TextEncoder().encode(
  `${"ERROR :This port takes TLS only".padEnd(198)}\r\n`,
);

const DAY_MS = 86_400_000;
/**
 * Milliseconds before a certificate's end from which the operator is warned; certbot renews 30
 * days before.
 */
const WARN_MS = 14 * DAY_MS;

/** A certificate that has been read, and not been put in place. */
export interface CertificateNews {
  /** Whether it is another one than that in place. */
  readonly isNew: boolean;
  /** Puts it in place, for handshakes that begin from now on. */
  put(): void;
}

/** A certificate that can be read again. */
export class CertificateFile {
  readonly #read: ReadText;
  #credentials: Credentials;

  private constructor(credentials: Credentials, read: ReadText) {
    this.#credentials = credentials;
    this.#read = read;
  }

  /**
   * Reads both files, and tries them out, so that the runtime has loaded what a handshake needs.
   *
   * @throws {FileError} when one cannot be read, or has not what it should have.
   */
  static async open(
    paths: CertificatePaths,
    read: ReadText = readPemFile,
  ): Promise<CertificateFile> {
    return new CertificateFile(await load(paths, read, false), read);
  }

  /**
   * The functions that a port needs: it listens, and begins handshakes with the present
   * certificate.
   */
  readonly port: Pick<TlsPort, "listen" | "begin"> = {
    listen: (host, port) => new SocketListener(host, port),
    begin: (lower, inTurn) => acceptTls(lower, this.#credentials, NO_TLS_ANSWER, inTurn),
  };

  /**
   * Reads these files, and changes nothing yet.
   *
   * @throws {FileError} as `open` does.
   */
  async prepare(paths: CertificatePaths): Promise<CertificateNews> {
    const credentials = await load(paths, this.#read, true);
    return {
      isNew: credentials.fingerprint !== this.#credentials.fingerprint,
      put: () => this.#credentials = credentials,
    };
  }

  /** For the log: `certificate for chat.example.org, valid until 2027-01-31`. */
  get description(): string {
    const { names, notAfter } = this.#credentials;
    const shown = names.slice(0, 3).join(", ") + (names.length > 3 ? ", .." : "");
    return `certificate for ${shown || "no name"}, valid until ${dayOf(notAfter)}`;
  }

  /**
   * A warning for the operator at `time`, in milliseconds of Unix time: the certificate ends soon,
   * or is not valid.
   */
  warningAt(time: number): string | undefined {
    const { notBefore, notAfter } = this.#credentials;
    if (time > notAfter) return `it has expired on ${dayOf(notAfter)}: clients refuse it`;
    if (time < notBefore) return `it is valid only from ${dayOf(notBefore)}: clients refuse it`;
    if (notAfter - time > WARN_MS) return undefined;
    const days = Math.floor((notAfter - time) / DAY_MS);
    return `it expires on ${dayOf(notAfter)}, in ${days} ${days === 1 ? "day" : "days"}: ` +
      "replace it and send SIGHUP";
  }

  /**
   * Calls `warn` now and then once a day while there is something to warn of. Returns a function
   * that ends that.
   */
  watch(warn: (reason: string) => void, clock: Clock, now: () => number = Date.now): () => void {
    let forgetTimer = () => {};
    const look = () => {
      const reason = this.warningAt(now());
      if (reason !== undefined) warn(reason);
      forgetTimer = clock.setTimer(look, DAY_MS);
    };
    look();
    return () => forgetTimer();
  }
}

async function load(
  paths: CertificatePaths,
  read: ReadText,
  isRepeated: boolean,
): Promise<Credentials> {
  const cert = await read(paths.cert, isRepeated);
  const key = paths.key === paths.cert ? cert : await read(paths.key, isRepeated);
  try {
    const credentials = readCredentials(cert, key);
    await tryCredentials(credentials);
    return credentials;
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    const path = error.what === "key" ? paths.key : paths.cert;
    throw new FileError(`Cannot use "${path}" as ${error.what}: ${error.message}`);
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
