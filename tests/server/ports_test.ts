/**
 * The ports: what a connection pays for its handshake, and whose turns the handshake takes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { TcpListener } from "../../lib/net/listen.ts";
import type { InTurn } from "../../lib/net/tls.ts";
import type { TcpSocket } from "../../lib/net/tcp_socket.ts";
import type { Transport } from "../../lib/net/transport.ts";
import { Handshakes } from "../../lib/server/handshakes.ts";
import { type Port, welcome } from "../../lib/server/ports.ts";
import { PRICE_OF_HANDSHAKE } from "../../lib/server/prices.ts";
import type { AddressBucket } from "../../lib/server/address_buckets.ts";
import { FakeClock } from "../support/clock.ts";
import { within } from "../support/within.ts";

/** An address that notes what it pays and whose work it does. */
function payer() {
  const paid: number[] = [];
  let turns = 0;
  const address = {
    work: { take: (cost: number) => paid.push(cost) },
    share: {
      run(work: () => undefined) {
        turns++;
        return work();
      },
    },
  } as unknown as AddressBucket;
  return { address, paid, turns: () => turns };
}

const CONN = { remoteAddr: { hostname: "192.0.2.1", port: 1 } } as Transport;
const LISTENER = {} as TcpListener;

Deno.test("ports: without a handshake a connection costs nothing here", () => {
  const { address, paid } = payer();
  const port: Port = { kind: "plain", listener: LISTENER, isSecure: false };
  assertEquals(welcome(port, CONN, address), CONN);
  assertEquals(paid, []);
});

Deno.test("ports: a handshake is charged when it begins, and its step is a turn of its address", async () => {
  const { address, paid, turns } = payer();
  const begin = (lower: Transport, inTurn: InTurn) => {
    inTurn(() => undefined);
    return { done: Promise.resolve(lower), abort() {} };
  };
  const handshakes = new Handshakes({
    begin,
    timeout: 10_000,
    refusals: {} as never,
    clock: new FakeClock(),
  });
  const port: Port = { kind: "tls", listener: LISTENER, isSecure: true, handshakes };
  const agreed = welcome(port, CONN, address);
  assertEquals([paid, turns()], [[PRICE_OF_HANDSHAKE], 1]);
  assertEquals(await within("the handshake", Promise.resolve(agreed)), CONN);
});

Deno.test("ports: of handshakes that come at once one begins, and an address with many is no longer first", async () => {
  const begun: string[] = [];
  const last = Promise.withResolvers<void>();
  const begin = ({ remoteAddr }: Transport | TcpSocket, inTurn: InTurn) => {
    inTurn(() => {
      if (begun.push(remoteAddr.hostname) === 21) last.resolve();
      return undefined;
    });
    return { done: Promise.resolve(CONN), abort() {} };
  };
  const options = { begin, timeout: 10_000, refusals: {} as never, clock: new FakeClock() };
  const port: Port = {
    kind: "tls",
    listener: LISTENER,
    isSecure: true,
    handshakes: new Handshakes(options),
  };
  const [many, one] = [payer(), payer()];
  const from = (hostname: string) => ({ ...CONN, remoteAddr: { hostname, port: 1 } });
  for (let i = 0; i < 20; i++) welcome(port, from("192.0.2.1"), many.address);
  welcome(port, from("192.0.2.2"), one.address);
  assertEquals(begun.length, 1);
  await within("all of them", last.promise);
  assertEquals(begun.indexOf("192.0.2.2"), 2);
});

Deno.test("ports: after its handshake, a connection's steps are turns of its address alone", async () => {
  const { address, turns } = payer();
  let later: InTurn | undefined;
  const begin = (lower: Transport, inTurn: InTurn) => {
    later = inTurn;
    return { done: Promise.resolve(lower), abort() {} };
  };
  const options = { begin, timeout: 10_000, refusals: {} as never, clock: new FakeClock() };
  const handshakes = new Handshakes(options);
  const port: Port = { kind: "websocket", listener: LISTENER, isSecure: false, handshakes };
  await within("the handshake", Promise.resolve(welcome(port, CONN, address)));
  for (let step = 0; step < 100; step++) later?.(() => undefined);
  assertEquals(turns(), 100, "none waits for others' handshakes");
});
