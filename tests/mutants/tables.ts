/**
 * All faults that `deno task mutants` tries, and those of them that their files have outgrown.
 *
 * @module
 */

import { CHAT_ACCOUNTS } from "./chat_accounts.ts";
import { CHAT_CHANNELS } from "./chat_channels.ts";
import { CHAT_PEOPLE } from "./chat_people.ts";
import { CHAT_RULES } from "./chat_rules.ts";
import { DATABASE } from "./database.ts";
import { FRAMING } from "./framing.ts";
import { HISTORY } from "./history.ts";
import { KEEPERS } from "./keepers.ts";
import { mutate, type MutatedFile } from "./mutant.ts";
import { NET } from "./net.ts";
import { SERVICES } from "./services.ts";

/** Every table. */
export const ALL: readonly MutatedFile[] = [
  ...CHAT_ACCOUNTS,
  ...CHAT_CHANNELS,
  ...CHAT_PEOPLE,
  ...CHAT_RULES,
  ...DATABASE,
  ...FRAMING,
  ...HISTORY,
  ...KEEPERS,
  ...NET,
  ...SERVICES,
];

const ROOT = new URL("../../", import.meta.url);

/** What is wrong with the tables: a line for each fault that changes nothing, or whose text is not in its file once. */
export async function outdated(files: readonly MutatedFile[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const { file, tests, mutants } of files) {
    for (const path of [file, ...tests]) {
      const isThere = await Deno.stat(new URL(path, ROOT)).then(() => true, () => false);
      if (!isThere) complaints.push(`There is no "${path}"`);
    }
    const source = await Deno.readTextFile(new URL(file, ROOT)).catch(() => "");
    for (const mutant of mutants) {
      const mutated = mutate(source, mutant);
      if (mutated === undefined || mutated === source) {
        complaints.push(`${file} has this text not once, or the fault is none: ${mutant[0]}`);
      }
    }
  }
  return complaints;
}
