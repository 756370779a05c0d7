import type { Pixels } from "./pixels.ts";

/** The share of a picture's width by which the camera moves during a shot. */
const ZOOM = 0.08;

/**
 * The camera's view at `progress` (0 to 1) of a shot, in a frame of the given size: it moves slowly towards
 * the middle. Each pixel is interpolated from the four around it.
 */
export function zoom(picture: Pixels, progress: number, width: number, height: number): Pixels {
  const seen = new Uint8Array(width * height * 4);
  const scale = 1 - ZOOM * progress;
  const columns = Array.from({ length: width }, (_, x) => source(x / width, scale, picture.width));
  for (let y = 0; y < height; y++) {
    const row = source(y / height, scale, picture.height);
    for (let x = 0; x < width; x++) {
      const column = columns[x]!;
      const above = (row.first * picture.width + column.first) * 4;
      const below = above + picture.width * 4;
      const target = (y * width + x) * 4;
      for (let channel = 0; channel < 3; channel++) {
        const upper = mix(picture.data[above + channel]!, picture.data[above + 4 + channel]!, column.share);
        const lower = mix(picture.data[below + channel]!, picture.data[below + 4 + channel]!, column.share);
        seen[target + channel] = mix(upper, lower, row.share);
      }
      seen[target + 3] = 255;
    }
  }
  return { width, height, data: seen };
}

/** A blend of two pictures of one size: `share` (0 to 1) of the second. */
export function blend(first: Pixels, second: Pixels, share: number): Pixels {
  const data = new Uint8Array(first.data.length);
  for (let at = 0; at < data.length; at++) data[at] = mix(first.data[at]!, second.data[at]!, share);
  return { ...first, data };
}

/**
 * The two pixels of a line of `length` from which a position (0 to 1) on the frame's line is interpolated,
 * and the second's share.
 */
function source(place: number, scale: number, length: number): { first: number; share: number } {
  const exact = length * (0.5 + (place - 0.5) * scale);
  const first = Math.min(length - 2, Math.floor(exact));
  return { first, share: exact - first };
}

function mix(first: number, second: number, share: number): number {
  return first + (second - first) * share;
}
