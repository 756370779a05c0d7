/** Read units of the relay's check for viewers. Without viewers, it writes only the log. */
export const VIEWER_CHECK = 0.5;
/** Milliseconds between two checks. */
export const VIEWER_CHECK_EVERY = 2_000;
