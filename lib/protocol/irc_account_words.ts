/**
 * Words about accounts: why one was not made, for programs and for people, and whether one
 * is always on.
 *
 * @module
 */

import type { RegisterFault } from "../accounts/login.ts";

/** The code of a standard reply, and its words (IRCv3 account-registration, "Responses"). */
export const REGISTER_FAULTS: Readonly<
  Record<RegisterFault, readonly [code: string, words: string]>
> = {
  closed: ["DISALLOWED", "Accounts are made by the operator of this server"],
  exists: ["ACCOUNT_EXISTS", "This name belongs to somebody else"],
  bad_name: ["BAD_ACCOUNT_NAME", "No account can have this name"],
  weak_password: ["WEAK_PASSWORD", "The password is too short or too long, or it is the name"],
  throttled: ["TEMPORARILY_UNAVAILABLE", "Your network has made many accounts: try again later"],
  unavailable: ["TEMPORARILY_UNAVAILABLE", "No account can be made now: try again later"],
};

/** The words alone; `least` is how many characters a password must have. */
export function registerFaultText(fault: RegisterFault, least?: number): string {
  const [, words] = REGISTER_FAULTS[fault];
  return fault === "weak_password" && least !== undefined
    ? `${words}: it needs ${least} characters`
    : words;
}

/** Whether the user's account is always on. */
export function alwaysOnText(isOn: boolean): string {
  return isOn
    ? "You are always on: while you are not connected you stay in your channels, away"
    : "You are not always on: you leave your channels with your last connection";
}
