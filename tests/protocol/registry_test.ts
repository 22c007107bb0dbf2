/**
 * The two views of one list: what a client loads of each protocol, and both halves for a server.
 *
 * @module
 */

import { assertEquals, assertStrictEquals } from "@std/assert";
import { findClientProtocol, PROTOCOL_LIST } from "../../lib/protocol/protocol_list.ts";
import { findProtocol, PROTOCOLS } from "../../lib/protocol/registry.ts";

Deno.test("registry: a server has the protocols of the list, in its order", () => {
  assertEquals(PROTOCOLS.map(({ name }) => name), PROTOCOL_LIST.map(({ name }) => name));
});

Deno.test("registry: both views of a protocol say the same", () => {
  for (const { name, scheme, hasChannelAddresses, hasAccounts, clientCodec } of PROTOCOL_LIST) {
    const whole = findProtocol(name);
    assertEquals([whole?.scheme, whole?.hasChannelAddresses, whole?.hasAccounts], [
      scheme,
      hasChannelAddresses,
      hasAccounts,
    ]);
    assertStrictEquals(whole?.clientCodec, clientCodec);
    assertStrictEquals(findClientProtocol(name)?.clientCodec, clientCodec);
  }
  assertEquals([findProtocol("gopher"), findClientProtocol("gopher")], [undefined, undefined]);
});
