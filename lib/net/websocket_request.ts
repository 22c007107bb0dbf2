/**
 * The request with which a WebSocket begins (RFC 6455, section 4.2): its fields, and the
 * answers to it.
 *
 *   GET /any/path HTTP/1.1
 *   Host: chat.example.org                      Origin: the page's, where a browser asks
 *   Upgrade: websocket                          Connection: Upgrade
 *   Sec-WebSocket-Version: 13                   Sec-WebSocket-Key: 16 bytes in base64
 *   Sec-WebSocket-Protocol: text.ircv3.net, binary.ircv3.net
 *
 * @module
 */

/** The longest request in bytes: cookies of the same host stand in it as well. */
export const MAX_REQUEST_BYTES = 16 * 1024;

/** The subprotocols that a client may ask for, each with the kind of its messages. */
export const SUBPROTOCOLS: ReadonlyMap<string, "text" | "binary"> = new Map([
  ["text.ircv3.net", "text"],
  ["binary.ircv3.net", "binary"],
]);

/** The verdict on a request. */
export type RequestVerdict =
  /** It begins a WebSocket; without `subprotocol`, the client has named no known one. */
  | { readonly is: "accepted"; readonly key: string; readonly subprotocol?: string }
  /** It is answered with `answer`, and for `reason` the connection ends. */
  | { readonly is: "refused"; readonly answer: string; readonly reason: string };

/** The pages that may open a WebSocket. */
export type Origins = ReadonlySet<string>;

/** Stands for every origin. */
export const ANY_ORIGIN = "*";

/** The most characters of a peer's text in a log line. */
const MAX_QUOTED = 80;

const METHOD = /^([A-Z]+) \S+ HTTP\/1\.1$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;
/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
/** Fields of which there may be one. */
const SINGLE: ReadonlySet<string> = new Set([
  "host",
  "origin",
  "sec-websocket-key",
  "sec-websocket-version",
]);

/** Judges a request: the text up to the empty line, a character for each byte. */
export function judgeRequest(text: string, origins: Origins): RequestVerdict {
  const [first = "", ...lines] = text.split("\r\n");
  const [, method] = METHOD.exec(first) ?? [];
  if (method === undefined) return bad("it does not speak HTTP/1.1");
  if (method !== "GET") {
    return refused("405 Method Not Allowed", `${method} is not GET`, ["Allow: GET"]);
  }
  const fields = readFields(lines);
  if (fields === undefined) return bad("a field of the request is wrong");
  if (!fields.has("host")) return bad("the request names no host");
  const isUpgrade = namesToken(fields.get("upgrade"), "websocket") &&
    namesToken(fields.get("connection"), "upgrade");
  const isVersion = fields.get("sec-websocket-version") === "13";
  if (!isUpgrade || !isVersion) {
    const reason = isUpgrade ? "it asks for another version" : "it asks for no WebSocket";
    return refused("426 Upgrade Required", reason, [
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
    ]);
  }
  const key = fields.get("sec-websocket-key") ?? "";
  if (!KEY.test(key)) return bad("the key of the request is wrong");
  const origin = fields.get("origin");
  if (origin !== undefined && !isAllowed(origin, origins)) {
    return refused("403 Forbidden", `pages of the origin ${quoted(origin)} are not allowed`);
  }
  const subprotocol = tokensOf(fields.get("sec-websocket-protocol")).find((each) =>
    SUBPROTOCOLS.has(each)
  );
  return { is: "accepted", key, ...(subprotocol !== undefined && { subprotocol }) };
}

/** The answer to a request whose head does not end. */
export function refuseLongRequest(): RequestVerdict {
  return refused("431 Request Header Fields Too Large", "the request is too long");
}

/** The text that is hashed behind the key of a request (RFC 6455, section 1.3). */
export const KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** The answer that begins a WebSocket; `accept` is the hash of the key, in base64. */
export function acceptance(accept: string, subprotocol?: string): string {
  return [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    "",
    "",
  ].join("\r\n");
}

/** Fields by their names in lower case; several of one name as one list. */
function readFields(lines: readonly string[]): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, given, value = ""] = FIELD.exec(line) ?? [];
    if (given === undefined) return undefined;
    const name = given.toLowerCase();
    const before = fields.get(name);
    if (before !== undefined && SINGLE.has(name)) return undefined;
    fields.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return fields;
}

function tokensOf(list: string | undefined): readonly string[] {
  return (list ?? "").split(",").map((each) => each.trim());
}

function namesToken(list: string | undefined, token: string): boolean {
  return tokensOf(list).some((each) => each.toLowerCase() === token);
}

/**
 * Whether `origin` may open one. A browser names its page's origin, which the page cannot change;
 * programs name none.
 */
function isAllowed(origin: string, origins: Origins): boolean {
  return origins.has(ANY_ORIGIN) || origins.has(origin.toLowerCase());
}

function bad(reason: string): RequestVerdict {
  return refused("400 Bad Request", reason);
}

function refused(status: string, reason: string, fields: readonly string[] = []): RequestVerdict {
  const body = "This port speaks IRC over WebSocket.\n";
  const answer = [
    `HTTP/1.1 ${status}`,
    ...fields,
    "Content-Type: text/plain",
    `Content-Length: ${body.length}`,
    // Nothing else may follow on this connection.
    `Connection: ${
      fields.some((field) => field.startsWith("Upgrade")) ? "Upgrade, close" : "close"
    }`,
    "",
    body,
  ].join("\r\n");
  return { is: "refused", answer, reason };
}

/** A peer's text, fit for a log. */
function quoted(text: string): string {
  const part = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}..` : text;
  return JSON.stringify(part.replace(/[^\x20-\x7e]/g, "?"));
}

/** The empty line behind the fields of a request. */
export const END_OF_REQUEST: Uint8Array = new TextEncoder().encode("\r\n\r\n");

/** Whether bytes can be the beginning of a request. TLS, or a line of chat, is refused at once. */
export function isRequest(bytes: Uint8Array): boolean {
  const [first = 0] = bytes;
  if (first < 0x41 || first > 0x5a) return false;
  const end = bytes.indexOf(0x0a);
  const last = bytes.subarray(Math.max(0, end - VERSION.length - 1), end - 1);
  return end < 0 || VERSION.every((byte, i) => last[i] === byte);
}

/** The end of the first line of a request: there is one version. */
const VERSION = new TextEncoder().encode(" HTTP/1.1");

/** The index of the empty line in `bytes`, at `from` or later; -1 when there is none. */
export function indexOfEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(END_OF_REQUEST[0] as number, from); at >= 0;) {
    if (END_OF_REQUEST.every((byte, i) => bytes[at + i] === byte)) return at;
    at = bytes.indexOf(END_OF_REQUEST[0] as number, at + 1);
  }
  return -1;
}
