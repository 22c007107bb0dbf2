/**
 * A connection that ends with a reset instead of the end of the stream.
 *
 * @module
 */

import { FarSocket } from "./far_socket.ts";

/** Connects to a port of this machine; its `reset` resets it. It reads nothing. */
export function connectResettable(port: number): Promise<FarSocket> {
  return FarSocket.connect(port);
}
