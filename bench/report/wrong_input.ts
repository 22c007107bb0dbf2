/**
 * What the report's readers throw: input that is not what it should be.
 *
 * @module
 */

/** A file that does not hold what the report needs; its text is one line that says so. */
export class WrongInput extends Error {}

/**
 * The value of JSON `text`; `what` names it in the error.
 *
 * @throws {WrongInput} when it is no JSON.
 */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WrongInput(`${what} is not JSON`);
  }
}

/** Whether `value` has members to look at. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
