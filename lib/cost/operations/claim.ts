import type { Size } from "./operation.ts";

/** A claim when it is taken, and when it is done, to which its result comes. */
export const TAKEN: Size = { bytes: 520 };
export const CLAIM: Size = { bytes: 560 };

/** The log entry of that, which repeats the result. */
export const STARTED: Size = { bytes: 550 };
export const DONE_ENTRY: Size = { bytes: 590 };
