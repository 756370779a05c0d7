/** The errors by which a state machine itself ends a run. */
export const MACHINE_ERROR = {
  tooManyItems: "Millrace.TooManyItems",
  tooManyFailed: "Millrace.TooManyFailed",
  roundsExhausted: "Millrace.RoundsExhausted",
  waitTimedOut: "Millrace.WaitTimedOut",
} as const;
