/**
 * SCRAM-SHA-256, both ends: the exchange of RFC 7677, and what must not pass.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  deriveKeys,
  hmac,
  isPasswordOf,
  makeNonce,
  preparePassword,
  readClientFirst,
  ScramClient,
  ScramError,
  ScramServer,
} from "../../lib/sasl/scram.ts";
import { decodeBase64 } from "../../lib/sasl/base64.ts";

const SALT = decodeBase64("W22ZaJ0SNY7soEsUEjb6gQ==") as Uint8Array;
const CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
const SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

// RFC 7677, section 3.
const FIRST = `n,,n=user,r=${CLIENT_NONCE}`;
const CHALLENGE = `r=${CLIENT_NONCE}${SERVER_NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
const PROOF = `c=biws,r=${CLIENT_NONCE}${SERVER_NONCE},` +
  "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const LAST = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

async function serverFor(password: string, first = FIRST): Promise<ScramServer> {
  const keys = await deriveKeys(password, SALT, 4096);
  return new ScramServer(readClientFirst(first), keys, SERVER_NONCE);
}

Deno.test("scram: both ends speak the exchange of RFC 7677", async () => {
  const client = new ScramClient("user", "pencil", CLIENT_NONCE);
  const server = await serverFor("pencil", client.first);
  assertEquals(client.first, FIRST);
  assertEquals(server.challenge, CHALLENGE);
  assertEquals(await client.answer(server.challenge), PROOF);
  assertEquals(await server.answer(PROOF), LAST);
  client.verify(LAST);
});

Deno.test("scram: a wrong password, and a proof for another exchange, do not hold", async () => {
  const wrong = await serverFor("pencils");
  await assertRejects(() => wrong.answer(PROOF), ScramError, "The proof does not hold");
  const keys = await deriveKeys("pencil", SALT, 4096);
  const other = new ScramServer(readClientFirst(FIRST), keys);
  await assertRejects(() => other.answer(PROOF), ScramError, "malformed");
});

Deno.test("scram: nothing but the whole proof holds", async () => {
  const server = await serverFor("pencil");
  for (
    const message of [
      "",
      PROOF.replace("c=biws", "c=eSws"),
      PROOF.replace(/p=.*/, "p="),
      PROOF.replace(/p=.*/, "p=dHzb"),
      PROOF.replace(/p=.*/, `p=${"A".repeat(43)}=`),
      PROOF.slice(0, -4),
      `${PROOF}AAAA`,
      PROOF.replace("r=", "x=1,r="),
    ]
  ) await assertRejects(() => server.answer(message), ScramError);
});

Deno.test("scram: a right proof for another channel binding does not hold", async () => {
  const { storedKey } = await deriveKeys("pencil", SALT, 4096);
  const proofOf = async (key: Uint8Array, unproven: string) => {
    const signature = await hmac(storedKey, `${FIRST.slice(3)},${CHALLENGE},${unproven}`);
    return key.map((byte, i) => byte ^ (signature[i] ?? 0));
  };
  const [unproven = "", proof = ""] = PROOF.split(",p=");
  const key = await proofOf(Uint8Array.fromBase64(proof), unproven);
  const messageOf = async (said: string) => `${said},p=${(await proofOf(key, said)).toBase64()}`;
  const server = await serverFor("pencil");
  assertEquals(await messageOf(unproven), PROOF);
  const other = await messageOf(unproven.replace("c=biws", "c=eSws"));
  await assertRejects(() => server.answer(other), ScramError, "malformed");
});

Deno.test("scram: keys that nobody knows the password of fit no proof", async () => {
  const nothing = new Uint8Array(32);
  const keys = { salt: SALT, iterations: 4096, storedKey: nothing, serverKey: nothing };
  const server = new ScramServer(readClientFirst(FIRST), keys, SERVER_NONCE);
  const zeros = PROOF.replace(/p=.*/, `p=${"A".repeat(43)}=`);
  for (const proof of [PROOF, zeros]) {
    await assertRejects(() => server.answer(proof), ScramError, "The proof does not hold");
  }
});

Deno.test("scram: a client's first message is read as the RFC writes it", () => {
  assertEquals(readClientFirst("n,a=b=2Cc,n=x=3Dy,r=abc,ext=1"), {
    account: "x=y",
    actAs: "b,c",
    nonce: "abc",
    header: "n,a=b=2Cc,",
    bare: "n=x=3Dy,r=abc,ext=1",
  });
  assertEquals(readClientFirst("y,,n=u,r=n").header, "y,,");
  // What an escape becomes is no part of another one.
  assertEquals(readClientFirst("n,,n=x=3D2C,r=n").account, "x=2C");
  for (
    const message of ["", "n,,", "n,,n=u", "n,,r=n,n=u", "n,,n=u,r=", "q,,n=u,r=n", "n,,n=a=2c,r=n"]
  ) assertThrows(() => readClientFirst(message), ScramError);
  assertThrows(
    () => readClientFirst("p=tls-exporter,,n=u,r=n"),
    ScramError,
    "Channel binding is not supported",
  );
});

Deno.test("scram: a client answers no server that asks for too little, too much, or for another", async () => {
  const answer = (challenge: string) =>
    new ScramClient("user", "pencil", CLIENT_NONCE).answer(challenge);
  for (
    const [challenge, why] of [
      [CHALLENGE.replace("4096", "4095"), "4095 rounds"],
      [CHALLENGE.replace("4096", "99999999"), "99999999 rounds"],
      [CHALLENGE.replace(CLIENT_NONCE, "someoneelses"), "malformed"],
      [CHALLENGE.replace(SERVER_NONCE, ""), "malformed"],
      [CHALLENGE.replace("W22Z", "W2"), "malformed"],
      ["", "malformed"],
    ] as const
  ) await assertRejects(() => answer(challenge), ScramError, why);
});

Deno.test("scram: a client believes no server that does not know its keys", async () => {
  const client = new ScramClient("user", "pencil", CLIENT_NONCE);
  assertThrows(() => client.verify(LAST), ScramError);
  await client.answer(CHALLENGE);
  for (const last of ["", "v=", "e=other-error", LAST.replace("6rri", "6rrj")]) {
    assertThrows(() => client.verify(last), ScramError, "The server does not know this account");
  }
  client.verify(LAST);
});

Deno.test("scram: any name and password go through, and no other password", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((name) =>
        !name.includes("\0")
      ),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
      async (name, password) => {
        const client = new ScramClient(name, password);
        const keys = await deriveKeys(password, SALT, 4096);
        const first = readClientFirst(client.first);
        assertEquals(first.account, name);
        const server = new ScramServer(first, keys);
        client.verify(await server.answer(await client.answer(server.challenge)));
        assert(await isPasswordOf(password, keys));
        assert(!await isPasswordOf(`${password}x`, keys));
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("scram: one password is the same from every keyboard", () => {
  assertEquals(preparePassword("e\u0301 a\u00a0b\u00adc \uff21"), "é a bc A");
});

Deno.test("scram: nonces are printable, without commas, and never twice", () => {
  const nonces = Array.from({ length: 1000 }, makeNonce);
  assertEquals(new Set(nonces).size, 1000);
  assert(nonces.every((nonce) => /^[\x21-\x2b\x2d-\x7e]{24}$/.test(nonce)));
});
