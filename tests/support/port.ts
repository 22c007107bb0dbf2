/**
 * Ports that a test may leave and come back to: the system never gives them to another test that listens "on any port".
 *
 * @module
 */

/** Below the ports that the systems give out by themselves, and above those that services have. */
const FIRST = 12_000;
const COUNT = 8_000;

/** A port of this machine on which nobody listens, nor will while the test runs, unless it does so itself. */
export function quietPort(): number {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
