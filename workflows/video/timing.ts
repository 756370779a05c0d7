export const FRAMES_PER_SECOND = 12;
/** How long the title is seen. */
export const TITLE_SECONDS = 1.6;

/** How many frames a shot has, which says how long it really is. */
export function framesIn(seconds: number): number {
  return Math.max(1, Math.round(seconds * FRAMES_PER_SECOND));
}
