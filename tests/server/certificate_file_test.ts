/**
 * The certificate in files: read again without harm, and its end announced.
 *
 * @module
 */

import { X509Certificate } from "node:crypto";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FileError } from "../../lib/cli/files.ts";
import { CertificateFile } from "../../lib/server/certificate_file.ts";
import { makeCertificate } from "../support/certificate.ts";
import { FakeClock } from "../support/clock.ts";
import { CA } from "../support/tls.ts";

const DAY_MS = 86_400_000;
const PATHS = { cert: "c.pem", key: "k.pem" };

/** Files in memory. */
function disk(files: Record<string, string>) {
  return (path: string) => {
    const text = files[path];
    if (text !== undefined) return Promise.resolve(text);
    return Promise.reject(new FileError(`Cannot read "${path}": there is no such file`));
  };
}

Deno.test("certificate file: a new one takes the old one's place, a bad one does not", async () => {
  const old = makeCertificate({ names: ["old.example"] });
  const next = makeCertificate({ names: ["new.example"] });
  const files: Record<string, string> = { "c.pem": old.cert, "k.pem": old.key };
  const file = await CertificateFile.open(PATHS, disk(files));
  const reload = async (paths = PATHS) => {
    const { isNew, put } = await file.prepare(paths);
    put();
    return isNew;
  };
  assertEquals(await reload(), false);
  files["c.pem"] = next.cert;
  const misfit = await assertRejects(() => reload(), FileError);
  assertEquals(misfit.message, 'Cannot use "k.pem" as key: it is not the key of the certificate');
  assert(file.description.startsWith("certificate for old.example, valid until "));
  delete files["c.pem"];
  await assertRejects(() => reload(), FileError, "no such file");
  assert(file.description.includes("old.example"));
  Object.assign(files, { "c.pem": next.cert, "k.pem": next.key });
  const prepared = await file.prepare(PATHS);
  assert(file.description.includes("old.example"));
  prepared.put();
  assert(prepared.isNew && file.description.includes("new.example"));
  files["both.pem"] = old.cert + old.key;
  assertEquals(await reload({ cert: "both.pem", key: "both.pem" }), true);
  assertEquals(await reload({ cert: "both.pem", key: "both.pem" }), false);
});

Deno.test("certificate file: one with which no client could connect is not taken", async () => {
  const good = makeCertificate({ names: ["good.example"] });
  const useless = makeCertificate({ issuer: CA, curve: "secp256k1" });
  const files: Record<string, string> = { "c.pem": useless.cert, "k.pem": useless.key };
  const why = /^Cannot use "c\.pem" as certificate: no client could connect with it: /;
  const atStart = await assertRejects(() => CertificateFile.open(PATHS, disk(files)), FileError);
  assertMatch(atStart.message, why);
  Object.assign(files, { "c.pem": good.cert, "k.pem": good.key });
  const file = await CertificateFile.open(PATHS, disk(files));
  Object.assign(files, { "c.pem": useless.cert, "k.pem": useless.key });
  assertMatch((await assertRejects(() => file.prepare(PATHS), FileError)).message, why);
  assert(file.description.includes("good.example"));
});

Deno.test("certificate file: no bad one is taken at the start", async () => {
  const { cert, key } = makeCertificate();
  const open = (files: Record<string, string>) => CertificateFile.open(PATHS, disk(files));
  await assertRejects(() => open({ "c.pem": cert }), FileError, '"k.pem"');
  await assertRejects(
    () => open({ "c.pem": "nonsense", "k.pem": key }),
    FileError,
    'Cannot use "c.pem" as certificate: it has no certificate in PEM',
  );
});

Deno.test("certificate file: its end is announced 14 days before, once a day", async () => {
  const { cert, key } = makeCertificate({ names: ["a.example"], from: -1, until: 20 });
  const files: Record<string, string> = { "c.pem": cert, "k.pem": key };
  const file = await CertificateFile.open(PATHS, disk(files));
  const clock = new FakeClock();
  const start = Date.now();
  const warnings: string[] = [];
  const stop = file.watch((reason) => warnings.push(reason), clock, () => start + clock.now());
  clock.advance(5 * DAY_MS);
  assertEquals(warnings, []);
  clock.advance(2 * DAY_MS);
  const day = new Date(new X509Certificate(cert).validTo).toISOString().slice(0, 10);
  assertEquals(warnings.length, 2);
  assertEquals(warnings[0], `it expires on ${day}, in 13 days: replace it and send SIGHUP`);
  clock.advance(13 * DAY_MS);
  assertEquals(warnings.at(-1), `it has expired on ${day}: clients refuse it`);
  const count = warnings.length;
  Object.assign(files, ((made) => ({ "c.pem": made.cert, "k.pem": made.key }))(makeCertificate()));
  (await file.prepare(PATHS)).put();
  clock.advance(3 * DAY_MS);
  assertEquals(warnings.length, count);
  stop();
  assertEquals(clock.timers, 0);
});

Deno.test("certificate file: one that is not valid yet is announced, too", async () => {
  const { cert, key } = makeCertificate({ from: 2, until: 20 });
  const file = await CertificateFile.open(PATHS, disk({ "c.pem": cert, "k.pem": key }));
  assert(file.warningAt(Date.now())?.startsWith("it is valid only from "));
});
