/** Minutes between two passes of the reconciler. */
export const RECONCILED_EVERY = 5;

/**
 * Minutes that a pass may take. Its parts that may have much to do stop on their own before: a pass that is stopped
 * forgets how far its audit got.
 */
export const LONGEST_PASS = 4;
