/**
 * The client of "part 0" in the course documents: it sends one line and ends.
 *
 * @module
 */

import { connect } from "../net/tcp.ts";
import { ConnectError } from "./chat_client.ts";

/**
 * Connects, sends `line` without a newline, and closes the connection once everything is sent.
 *
 * @throws {ConnectError} when nobody listens there.
 */
export async function sendBasic(line: string, host: string, port: number): Promise<void> {
  const connection = await connect(host, port).catch((cause) => {
    throw new ConnectError(host, port, cause);
  });
  connection.send(new TextEncoder().encode(line));
  await connection.finish();
  connection.close("sent");
}
