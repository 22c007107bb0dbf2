/**
 * Capability negotiation, in the right order and in every wrong one.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  CAPABILITIES,
  type CapAnswer,
  CapNegotiation,
  packWords,
} from "../../lib/protocol/irc_caps.ts";

const HEAD = 30;
const KNOWN = [
  { name: "batch" },
  { name: "cap-notify" },
  { name: "multi-prefix" },
  { name: "sasl", value: "PLAIN" },
];

/** `SUBCOMMAND a b` for what is sent, else what is done. */
function shown(answer: CapAnswer): string {
  if (answer.do === "send") return [answer.subcommand, ...answer.lines].join(" ").trimEnd();
  return answer.do === "refuse" ? `refuse ${answer.subcommand}` : answer.do;
}

/** Takes CAP commands one after the other. */
function talk(negotiation: CapNegotiation, isRegistered = false) {
  return (...params: string[]) => shown(negotiation.take(params, isRegistered, HEAD));
}

Deno.test("LS, REQ, LIST and END", () => {
  const negotiation = new CapNegotiation(KNOWN);
  const cap = talk(negotiation);
  assertEquals(cap("LS"), "LS batch cap-notify multi-prefix sasl");
  assert(negotiation.isOpen);
  assertEquals(cap("REQ", "multi-prefix batch"), "ACK multi-prefix batch");
  assertEquals(cap("LIST"), "LIST multi-prefix batch");
  assertEquals(cap("END"), "proceed");
  assert(!negotiation.isOpen);
  assertEquals(cap("END"), "nothing");
});

Deno.test("version 302 has values and cap-notify, for good", () => {
  const negotiation = new CapNegotiation(KNOWN);
  const cap = talk(negotiation);
  assertEquals(cap("LS", "302"), "LS batch cap-notify multi-prefix sasl=PLAIN");
  assertEquals(cap("LS"), "LS batch cap-notify multi-prefix sasl=PLAIN");
  assertEquals(cap("LS", "301"), "LS batch cap-notify multi-prefix sasl=PLAIN");
  assertEquals(cap("LIST"), "LIST cap-notify");
  assertEquals(cap("REQ", "cap-notify"), "ACK cap-notify");
  assertEquals(cap("REQ", "-cap-notify"), "NAK -cap-notify");
  assert(negotiation.has("cap-notify"));
  assertEquals(
    talk(new CapNegotiation(KNOWN))("LS", "307"),
    "LS batch cap-notify multi-prefix sasl=PLAIN",
  );
});

Deno.test("an older version, or no number, has neither", () => {
  for (const version of ["301", "x", "", "-302", "302x", "9".repeat(400)]) {
    const negotiation = new CapNegotiation(KNOWN);
    assertEquals(talk(negotiation)("LS", version), "LS batch cap-notify multi-prefix sasl");
    assertEquals(negotiation.enabled.size, 0);
  }
  const cap = talk(new CapNegotiation(KNOWN));
  assertEquals(cap("REQ", "cap-notify"), "ACK cap-notify");
  assertEquals(cap("REQ", "-cap-notify"), "ACK -cap-notify");
});

Deno.test("a request is granted whole or not at all", () => {
  const negotiation = new CapNegotiation(KNOWN);
  const cap = talk(negotiation);
  assertEquals(cap("REQ", "batch foo"), "NAK batch foo");
  assertEquals(cap("REQ", "-foo"), "NAK -foo");
  assertEquals(cap("REQ", "sasl=PLAIN"), "NAK sasl=PLAIN");
  assertEquals(cap("REQ", "Batch"), "NAK Batch");
  assertEquals(cap("REQ", "--batch"), "NAK --batch");
  assertEquals(negotiation.enabled.size, 0);
  assertEquals(cap("REQ", "batch -batch sasl"), "ACK batch -batch sasl");
  assertEquals([...negotiation.enabled], ["sasl"]);
  assertEquals(cap("REQ", "-batch"), "ACK -batch");
  assertEquals(cap("REQ", ""), "ACK");
  assertEquals(cap("REQ"), "ACK");
});

Deno.test("words without a colon before them are words too", () => {
  assertEquals(talk(new CapNegotiation(KNOWN))("REQ", "batch", "sasl"), "ACK batch sasl");
});

Deno.test("an unknown subcommand, and none", () => {
  const negotiation = new CapNegotiation(KNOWN);
  const cap = talk(negotiation);
  assertEquals(cap("FOO"), "refuse FOO");
  assertEquals(cap("ACK", "batch"), "refuse ACK");
  assertEquals(cap(), "need_more");
  assert(!negotiation.isOpen);
  assertEquals(cap("ls"), "LS batch cap-notify multi-prefix sasl");
});

Deno.test("only LS and REQ make a registration wait, and none does after it", () => {
  for (
    const [params, waits] of [[["LIST"], false], [["REQ", "batch"], true], [["LS"], true]] as const
  ) {
    const negotiation = new CapNegotiation(KNOWN);
    talk(negotiation)(...params);
    assertEquals(negotiation.isOpen, waits);
    const registered = new CapNegotiation(KNOWN);
    talk(registered, true)(...params);
    assert(!registered.isOpen);
    assertEquals(talk(registered, true)("END"), "nothing");
  }
});

Deno.test("a long list takes several lines of 302, and the LS of an older client one", () => {
  const many = Array.from({ length: 60 }, (_, i) => ({ name: `capability-number-${i}` }));
  const linesOf = (...params: string[]) => {
    const answer = new CapNegotiation(many).take(params, false, HEAD);
    return answer.do === "send" ? answer.lines : [];
  };
  assertEquals(linesOf("LS").length, 1);
  const modern = linesOf("LS", "302");
  assert(modern.length > 1);
  for (const line of modern) assert(line.length + HEAD <= 510);
  assertEquals(modern.join(" "), many.map(({ name }) => name).join(" "));
});

Deno.test("the server's own list fits the one line of an older client", () => {
  const names = CAPABILITIES.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assert(`:${"s".repeat(63)} CAP ${"n".repeat(32)} LS :${names.join(" ")}`.length <= 510);
});

Deno.test("property: whatever is sent, what is enabled was granted, and an answer fits", () => {
  const words = fc.array(
    fc.constantFrom("batch", "-batch", "sasl", "cap-notify", "-cap-notify", "x"),
    { maxLength: 6 },
  );
  const command = fc.oneof(
    words.map((list) => ["REQ", list.join(" ")]),
    fc.constantFrom(["LS"], ["LS", "302"], ["LIST"], ["END"], ["FOO"], []),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 20 }), fc.boolean(), (commands, isRegistered) => {
      const negotiation = new CapNegotiation(KNOWN);
      const granted = new Set<string>();
      for (const params of commands) {
        const before = [...negotiation.enabled];
        const answer = negotiation.take(params, isRegistered, HEAD);
        if (answer.do === "send" && answer.subcommand === "NAK") {
          assertEquals([...negotiation.enabled], before);
        }
        if (answer.do === "send" && answer.subcommand === "ACK") {
          for (const word of answer.lines.join(" ").split(" ").filter((each) => each !== "")) {
            if (word.startsWith("-")) granted.delete(word.slice(1));
            else granted.add(word);
          }
        }
        if (params[1] === "302") granted.add("cap-notify");
        assertEquals(new Set(negotiation.enabled), granted);
        if (answer.do === "proceed") assert(!negotiation.isOpen);
      }
      if (isRegistered) assert(!negotiation.isOpen);
    }),
  );
});

Deno.test("words are packed into lines that fit, in their order", () => {
  assertEquals(packWords([], 500), [""]);
  assertEquals(packWords(["abcd", "efgh", "ijk"], 501), ["abcd efgh", "ijk"]);
  assertEquals(packWords(["x".repeat(600), "y"], 0), ["x".repeat(600), "y"]);
});
