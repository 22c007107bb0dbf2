/**
 * The request with which a WebSocket begins: what is accepted, what is refused with which status, and which pages may.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { judgeRequest } from "../../lib/net/websocket_request.ts";
import { KEY, request } from "../support/websocket.ts";

const ORIGINS = new Set(["https://chat.example.org", "null"]);

/** The request without the empty line, as it is judged. */
function judge(text: string, origins: ReadonlySet<string> = ORIGINS) {
  return judgeRequest(text.slice(0, text.indexOf("\r\n\r\n")), origins);
}

/** The status of a refusal, or what was agreed on. */
function outcome(text: string, origins?: ReadonlySet<string>): string {
  const verdict = judge(text, origins);
  return verdict.is === "accepted"
    ? verdict.subprotocol ?? "none"
    : `${verdict.answer.slice(9, 12)} ${verdict.reason}`;
}

Deno.test("request: what a browser, a program and a proxy send is accepted", () => {
  assertEquals(judge(request()), { is: "accepted", key: KEY, subprotocol: "text.ircv3.net" });
  for (
    const fields of [
      { "Upgrade": "WebSocket" },
      { "Connection": "keep-alive, Upgrade" },
      { "Upgrade": "h2c, websocket" },
      { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" },
      { "Origin": "https://chat.example.org" },
      { "Origin": "https://CHAT.example.org" },
      { "Origin": "null" },
      { "Cookie": "a=b; c=d", "X-Forwarded-For": "192.0.2.1" },
      { "X-Empty": " " },
    ]
  ) assertEquals(outcome(request(fields as Record<string, string>)), "text.ircv3.net");
  assertEquals(outcome(request({}, "GET /irc?x=1 HTTP/1.1")), "text.ircv3.net");
});

Deno.test("request: of the subprotocols the client's first that is known is taken", () => {
  const cases: Record<string, string> = {
    "binary.ircv3.net": "binary.ircv3.net",
    "binary.ircv3.net, text.ircv3.net": "binary.ircv3.net",
    "text.ircv3.net,binary.ircv3.net": "text.ircv3.net",
    "soap, text.ircv3.net": "text.ircv3.net",
    "soap": "none",
    "": "none",
  };
  for (const [offered, taken] of Object.entries(cases)) {
    assertEquals(outcome(request({ "Sec-WebSocket-Protocol": offered })), taken);
  }
});

Deno.test("request: pages of other origins are refused, and all of them where none is named", () => {
  const forbidden = (origin: string) => `403 pages of the origin "${origin}" are not allowed`;
  for (
    const origin of [
      "https://evil.example",
      "http://chat.example.org",
      "https://chat.example.org.evil.example",
      "https://chat.example.org:8443",
      "https://chat.example.org/",
      "file://",
    ]
  ) assertEquals(outcome(request({ "Origin": origin })), forbidden(origin));
  const fine = request({ "Origin": "https://chat.example.org" });
  assertEquals(outcome(fine, new Set()), forbidden("https://chat.example.org"));
  assertEquals(outcome(request(), new Set()), "text.ircv3.net", "a program");
  assertEquals(
    outcome(request({ "Origin": "https://evil.example" }), new Set(["*"])),
    "text.ircv3.net",
  );
  const long = outcome(request({ "Origin": `https://${"x".repeat(200)}\u00e9"` }));
  assert(long.length < 140 && !/[^\x20-\x7e]/.test(long), long);
});

const WRONG: readonly (readonly [string, string, string])[] = [
  ["a POST", request({}, "POST / HTTP/1.1"), "405 POST is not GET"],
  ["HTTP/1.0", request({}, "GET / HTTP/1.0"), "400 it does not speak HTTP/1.1"],
  ["a method in small letters", request({}, "get / HTTP/1.1"), "400 it does not speak HTTP/1.1"],
  ["two spaces", request({}, "GET  / HTTP/1.1"), "400 it does not speak HTTP/1.1"],
  ["no host", request({ "Host": "" }), "400 the request names no host"],
  [
    "a page's request",
    request({ "Upgrade": "", "Connection": "" }),
    "426 it asks for no WebSocket",
  ],
  ["another upgrade", request({ "Upgrade": "h2c" }), "426 it asks for no WebSocket"],
  [
    "an upgrade of the next hop only",
    request({ "Connection": "close" }),
    "426 it asks for no WebSocket",
  ],
  ["version 8", request({ "Sec-WebSocket-Version": "8" }), "426 it asks for another version"],
  ["no version", request({ "Sec-WebSocket-Version": "" }), "426 it asks for another version"],
  ["no key", request({ "Sec-WebSocket-Key": "" }), "400 the key of the request is wrong"],
  ["a short key", request({ "Sec-WebSocket-Key": "AAAA" }), "400 the key of the request is wrong"],
  [
    "a key of 17 bytes",
    request({ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZSE=" }),
    "400 the key of the request is wrong",
  ],
  ["two keys", request({ "sec-websocket-key": KEY }), "400 a field of the request is wrong"],
  [
    "two origins",
    request({ "Origin": "https://chat.example.org", "origin": "x" }),
    "400 a field of the request is wrong",
  ],
  ["two hosts", request({ "host": "x" }), "400 a field of the request is wrong"],
  ["a space before a colon", request({ "Host ": "x" }), "400 a field of the request is wrong"],
  ["a folded line", request({ "X": "a\r\n b" }), "400 a field of the request is wrong"],
  [
    "a lone line feed",
    request({ "X": "a\nOrigin: https://chat.example.org" }),
    "400 a field of the request is wrong",
  ],
  ["a NUL", request({ "X": "a\0" }), "400 a field of the request is wrong"],
];

for (const [name, text, expected] of WRONG) {
  Deno.test(`request: ${name} is refused`, () => assertEquals(outcome(text), expected));
}

Deno.test("request: a refusal says what is spoken, allows no page to read it, and ends the connection", () => {
  for (const [, text] of WRONG) {
    const verdict = judge(text);
    if (verdict.is !== "refused") throw new Error(text);
    const [head = "", body = ""] = verdict.answer.split("\r\n\r\n");
    assert(head.includes(`Content-Length: ${body.length}`), head);
    assert(/\r\nConnection: (Upgrade, )?close$/.test(head), head);
    assert(!/access-control/i.test(head), head);
    assertEquals(head.includes("Sec-WebSocket-Version: 13"), head.includes(" 426 "));
  }
});

Deno.test("property: request: whatever is asked, it is accepted or refused", () => {
  const line = fc.string({
    unit: fc.constantFrom(..."GET /HTP1.:websocketUpgrade,=\r\n\0é"),
    maxLength: 60,
  });
  fc.assert(fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
    const { is } = judgeRequest(lines.join("\r\n"), ORIGINS);
    assertEquals(is, "refused");
  }));
});
