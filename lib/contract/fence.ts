import { EXPRESS_ATTEMPT } from "./groups/express.ts";
import type { Entry } from "./messages/message.ts";

/** Orders the entries of a state and the attempts of each: a later one is greater. */
export function fenceOf({ entered, attempt, groupAttempt = attempt }: Entry): number {
  return Date.parse(entered) * TRIES + groupAttempt;
}

/** Whether a fence is that of a run without an execution. */
export function isOfExpress(fence: number): boolean {
  return fence % TRIES === EXPRESS_ATTEMPT;
}

/** Epoch milliseconds at which the state was entered. */
export function enteredAt(fence: number): number {
  return Math.floor(fence / TRIES);
}

/** More attempts than a step may have. */
const TRIES = 1_001;
