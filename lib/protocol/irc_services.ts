/**
 * The services that are built in: NickServ and ChanServ. They are no users: a message to them is a
 * command, and they answer with notices.
 *
 * @module
 */

import { foldHandle } from "../chat/handles.ts";
import { CHANSERV } from "./irc_chanserv.ts";
import type { IrcConnection, Steps } from "./irc_connection.ts";
import { serviceNotice } from "./irc_service_notice.ts";
import { NICKSERV } from "./irc_nickserv.ts";
import type { Answer } from "./irc_unit.ts";

/** One service. */
export interface Service {
  /** Its nick. */
  readonly nick: string;
  /** The short form of its name as a command. */
  readonly alias: string;
  /** Its commands, by their first word in upper case. */
  readonly commands: ReadonlyMap<string, ServiceCommand>;
}

/** One command of a service. */
export interface ServiceCommand {
  /** Its parameters, for the help. */
  readonly form: string;
  /** What it does, for the help. */
  readonly words: string;
  /** Parameters that it needs. */
  readonly least: number;
  /** Whether it is left out of the help, because another name of it is there. */
  readonly isAlias?: true;
  /** What it does. */
  readonly run: (params: readonly string[], irc: IrcConnection, say: Say) => Steps;
}

/** A step that makes the service say each of `lines`. */
export type Say = (...lines: readonly string[]) => Answer;

/** All services. */
export const SERVICES: readonly Service[] = [NICKSERV, CHANSERV];

const BY_NAME: ReadonlyMap<string, Service> = new Map(
  SERVICES.map((service) => [foldHandle(service.nick), service]),
);

/** The service called `nick`. */
export function findService(nick: string): Service | undefined {
  return BY_NAME.get(foldHandle(nick));
}

/** Carries out the command in a message to a service. */
export function toService(service: Service, text: string, irc: IrcConnection): Steps {
  irc.service = service.nick;
  const say: Say = (...lines) =>
    irc.answer(() => lines.map((line) => serviceNotice(service.nick, line, irc)));
  const [word = "", ...params] = text.split(" ").filter((part) => part !== "");
  const name = word.toUpperCase();
  if (name === "HELP" || name === "") return say(...helpOf(service));
  const command = service.commands.get(name);
  if (command === undefined) {
    return say(`I do not know that: /msg ${service.nick} HELP lists what I know`);
  }
  if (params.length < command.least) return say(`Say it so: ${name} ${command.form}`);
  return command.run(params, irc, say);
}

function helpOf({ commands }: Service): readonly string[] {
  return [...commands].filter(([, { isAlias }]) => isAlias !== true)
    .map(([name, { form, words }]) => `${name}${form === "" ? "" : ` ${form}`}: ${words}`);
}
