import type { Size } from "./operation.ts";

/** A claim when it is taken, and when it is completed with its result. */
export const TAKEN: Size = { bytes: 520 };
export const CLAIM: Size = { bytes: 560 };

/** The result of a step that is safe to repeat, in the item of an earlier one. */
export const RECORDED: Size = { bytes: 60 };

/** A claim in the item of an earlier step, and what the other claims add to the item when it is written. */
export const FOLLOWING: Size = { bytes: 35 };
export const SHARED: Size = { bytes: 150 };
/** Maximum size of a result with which the item has room for the next claim. */
export const ROOM_FOR_NEXT_CLAIM = 1_000;

/** The log entry of the completion, which repeats the result. */
export const STARTED: Size = { bytes: 550 };
export const DONE_ENTRY: Size = { bytes: 590 };
