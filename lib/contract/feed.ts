/** How long what changed is kept for those who look on: who has looked away for longer begins anew. In seconds. */
export const FEED_SECONDS = 60 * 60;
/** Relays ask anew after so many milliseconds whether anybody looks on. */
export const ONLOOKERS_REMEMBERED = 2_000;
/** Milliseconds after which each relay has noticed somebody who looks on, the batch in its hands included. */
export const ONLOOKERS_NOTICED = 5_000;
