/** How long the feed keeps changes, in seconds. A viewer that was away for longer reloads. */
export const FEED_SECONDS = 60 * 60;
/** Milliseconds after which a relay checks again for viewers. */
export const VIEWERS_REMEMBERED = 2_000;
/** Milliseconds after which each relay has noticed a new viewer, including the current batch. */
export const VIEWERS_NOTICED = 5_000;
