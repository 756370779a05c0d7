import { TOO_MANY_FAILED, TOO_MANY_ITEMS } from "../contract/failure.ts";

/** The errors with which a state machine itself ends a run. */
export const MACHINE_ERROR = {
  tooManyItems: TOO_MANY_ITEMS,
  tooManyFailed: TOO_MANY_FAILED,
  roundsExhausted: "Millrace.RoundsExhausted",
  /** Ends the state of a race, with the name of the way that has won. */
  raceWon: "Millrace.RaceWon",
  raceFailed: "Millrace.RaceFailed",
  waitTimedOut: "Millrace.WaitTimedOut",
} as const;
