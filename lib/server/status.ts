/**
 * The status of a running server, which an operator can ask for, and the last line of its log:
 * counts, and the connections for which the most bytes wait. It contains nothing that a user said.
 *
 * @module
 */

/** Counters that all sessions share. */
export interface Tally {
  /** Messages to a channel or to one user, accepted or refused. */
  messages: number;
}

/** A session, as the status counts it. */
export interface Counted {
  /** The connection's id. */
  readonly id: number;
  /** The name of its protocol, as soon as that is known. */
  readonly protocolName: string | undefined;
  /** Whether it is a user of the chat. */
  readonly isRegistered: boolean;
  /** Bytes that its socket has not taken yet. */
  readonly pending: number;
}

/** The state of a server at one moment. */
export interface Status {
  /** Seconds since its start. */
  readonly uptime: number;
  /** Connections served since its start, open ones included. */
  readonly served: number;
  /** Messages since its start. */
  readonly messages: number;
  /** Open connections by protocol; `undecided` for those that have not shown theirs. */
  readonly connections: Readonly<Record<string, number>>;
  /**
   * Connections that were accepted and are not read yet, because their address has opened too many.
   */
  readonly delayed: number;
  /** TLS handshakes under way. */
  readonly handshakes: number;
  /** Connections that are users of the chat. */
  readonly users: number;
  /** Always-on users without a connection. */
  readonly absent: number;
  /** Channels that exist. */
  readonly channels: number;
  /** Bytes that wait for all connections together. */
  readonly waiting: number;
  /** The connections for which the most bytes wait, fullest first. */
  readonly fullest: readonly { readonly connection: number; readonly bytes: number }[];
}

/** The most connections in `fullest`. */
const FULLEST = 10;

/** Counts `sessions`, in time proportional to their number: do not call it for each command. */
export function countSessions(
  sessions: Iterable<Counted>,
): Pick<Status, "connections" | "users" | "waiting" | "fullest"> {
  const connections: Record<string, number> = {};
  const pending: { connection: number; bytes: number }[] = [];
  let users = 0;
  let waiting = 0;
  for (const session of sessions) {
    const protocol = session.protocolName ?? "undecided";
    connections[protocol] = (connections[protocol] ?? 0) + 1;
    if (session.isRegistered) users++;
    const bytes = session.pending;
    waiting += bytes;
    if (bytes > 0) pending.push({ connection: session.id, bytes });
  }
  const fullest = pending.sort((a, b) => b.bytes - a.bytes).slice(0, FULLEST);
  return { connections, users, waiting, fullest };
}

/** Describes the whole status in one line. */
export function describeStatus(status: Status): string {
  const { connections, delayed, handshakes, users, absent, channels, waiting, fullest } = status;
  const protocols = Object.entries(connections).map(([name, count]) => `${count} ${name}`);
  const total = Object.values(connections).reduce((sum, count) => sum + count, 0);
  const parts = [
    count(total, "connection") + (protocols.length > 0 ? ` (${protocols.join(", ")})` : ""),
    ...(delayed > 0 ? [`${delayed} delayed`] : []),
    ...(handshakes > 0 ? [count(handshakes, "handshake")] : []),
    count(users, "user"),
    ...(absent > 0 ? [`${absent} absent`] : []),
    count(channels, "channel"),
    `${count(waiting, "byte")} waiting` + (fullest.length > 0 ? ` (${describe(fullest)})` : ""),
    describeWork(status),
  ];
  return parts.join(", ");
}

/** Describes the work of the server so far, for the last line of the log. */
export function describeWork({ uptime, served, messages }: Status): string {
  const work = `${count(served, "connection")} and ${count(messages, "message")} served`;
  return `${work} in ${Math.round(uptime)} s`;
}

function describe(fullest: Status["fullest"]): string {
  return fullest.map(({ connection, bytes }) => `#${connection} ${bytes}`).join(", ");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
