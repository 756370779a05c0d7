export const FRAMES_PER_SECOND = 12;
/** The duration of the title. */
export const TITLE_SECONDS = 1.6;

/** The number of frames of a shot, and so its exact duration. */
export function framesIn(seconds: number): number {
  return Math.max(1, Math.round(seconds * FRAMES_PER_SECOND));
}
