import { type Frame, fitsIn, LEAST_ZOOM } from "./focus.ts";
import { frameHeight, type Picture } from "./layout.ts";

/** Space for the buttons above a graph, and for the map below it. */
const ABOVE = 36;
export const BELOW = 70;
/** Least height next to an open panel. */
const PANEL_HEIGHT = 440;

/** How high a graph is drawn, with what is above and below it. */
interface Room {
  above: number;
  height: number;
  below: number;
  /** Whether all of it is visible at a readable size. Otherwise a map shows where it is. */
  isWhole: boolean;
}

export function roomFor(
  picture: Picture,
  { width }: Frame,
  { phone, hasButtons, hasPanel }: { phone: boolean; hasButtons: boolean; hasPanel: boolean },
): Room {
  const needed = frameHeight(picture, phone, LEAST_ZOOM);
  const isWhole = fitsIn(picture, { width, height: needed });
  const above = hasButtons ? ABOVE : 0;
  const below = isWhole || phone ? 0 : BELOW;
  const height = hasPanel && !phone ? Math.max(PANEL_HEIGHT - above - below, needed) : needed;
  return { above, height, below, isWhole };
}
