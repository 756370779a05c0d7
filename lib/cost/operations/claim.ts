import type { Size } from "./operation.ts";

/** A claim when it is taken, and when it is completed with its result. */
export const TAKEN: Size = { bytes: 520 };
export const CLAIM: Size = { bytes: 560 };

/** The log entry of the completion, which repeats the result. */
export const STARTED: Size = { bytes: 550 };
export const DONE_ENTRY: Size = { bytes: 590 };
