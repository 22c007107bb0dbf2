/**
 * The chat's own rules, once through real sockets for every protocol of the registry, and once for all of
 * them in one channel: join, leave, talk, order. The program's own client and server are the two ends;
 * what each user must read follows from the rules and from what its protocol has words for.
 *
 * @module
 */

import { TALKING } from "./tested.ts";
import type { Protocol } from "../../lib/protocol/protocol.ts";
import { OpenPort } from "../support/server.ts";
import { Company } from "./company.ts";

/** For each member of a company, the first to the last, what it speaks. */
const COMPANIES: [string, (index: number) => Protocol][] = [
  ...TALKING.map((protocol): [string, () => Protocol] => [protocol.name, () => protocol]),
  ["all together", (index) => TALKING[index % TALKING.length] as Protocol],
];

for (const [title, speaks] of COMPANIES) {
  /** One rule, on a server of its own. */
  const rule = (name: string, run: (company: Company) => Promise<void>) =>
    Deno.test(`${title}: ${name}`, async () => {
      await using port = new OpenPort({ protocols: TALKING, limits: { commandRate: 0 } });
      await using company = new Company(port, speaks);
      await run(company);
    });

  rule("the members receive each join and each leave, once and in order", async (company) => {
    for (const nick of ["ann", "ben", "cat", "dan", "eve", "fay"]) await company.joins(nick);
    for (const nick of ["cat", "ann", "fay"]) await company.leaves(nick);
    await company.haveReadAll();
  });

  rule("a user whose connection is lost has left", async (company) => {
    for (const nick of ["ann", "ben", "cat", "dan"]) await company.joins(nick);
    await company.isLost("ben");
    await company.says("ann", "where is ben?");
    await company.haveReadAll();
  });

  rule(
    "messages, joins and leaves keep their order, and a late member receives nothing of before",
    async (company) => {
      await company.joins("ann");
      await company.says("ann", "is anybody here?");
      await company.joins("ben");
      await company.says("ben", "I am");
      await company.joins("cat");
      await company.says("ann", "welcome");
      await company.leaves("ben");
      await company.says("cat", "goodbye");
      await company.joins("ben2");
      await company.says("ben2", "I forgot my hat");
      await company.haveReadAll();
    },
  );

  rule("when all talk at once, everybody reads the same, and nothing twice", async (company) => {
    const nicks = ["ann", "ben", "cat", "dan", "eve", "fay"];
    for (const nick of nicks) await company.joins(nick);
    await company.allTalk(nicks, 50);
  });

  rule("texts of all scripts arrive unchanged", async (company) => {
    for (const nick of ["ann", "ben", "cat", "dan"]) await company.joins(nick);
    await company.says(
      "ann",
      "h\u00e9llo",
      "日本",
      "😀 👩‍👩‍👧",
      'a "b" \\ c',
      "@ben: x",
      "[ben] y",
      "/list",
    );
    await company.haveReadAll();
  });
}
