/** The branch of w.when that has no heading in the plan's text. */
export const THEN = "then";

/** The branch that is taken if no condition is true. */
export const OTHERWISE = "otherwise";

/** Step Functions' limit for the name of a state, minus the suffixes. */
export const LONGEST_CHOICE_NAME = 80 - ", otherwise".length;
