/**
 * Invariants that are known to break, each with its cause: the suite does not fail over them on new seeds, and the report names
 * them. To be empty.
 */
export const KNOWN: Readonly<Record<string, string>> = {};
