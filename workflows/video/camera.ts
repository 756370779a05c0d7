/** A picture as RGBA bytes, row by row. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** How much of a picture's width the camera moves in over a shot. */
const ZOOM = 0.08;

/** What the camera sees `progress` (0 to 1) through a shot: it moves slowly towards the middle. */
export function zoom({ width, height, data }: Picture, progress: number): Picture {
  const scale = 1 - ZOOM * progress;
  const seen = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    const sourceY = height / 2 + (y - height / 2) * scale;
    const top = Math.min(height - 2, Math.floor(sourceY));
    const down = sourceY - top;
    for (let x = 0; x < width; x++) {
      const sourceX = width / 2 + (x - width / 2) * scale;
      const left = Math.min(width - 2, Math.floor(sourceX));
      const right = sourceX - left;
      const at = (top * width + left) * 4;
      const below = at + width * 4;
      const target = (y * width + x) * 4;
      for (let channel = 0; channel < 3; channel++) {
        const upper = data[at + channel]! * (1 - right) + data[at + 4 + channel]! * right;
        const lower = data[below + channel]! * (1 - right) + data[below + 4 + channel]! * right;
        seen[target + channel] = upper * (1 - down) + lower * down;
      }
      seen[target + 3] = 255;
    }
  }
  return { width, height, data: seen };
}

/** Two pictures laid over each other: `share` (0 to 1) of the second. */
export function blend(first: Picture, second: Picture, share: number): Picture {
  const data = first.data.map((value, at) => value * (1 - share) + second.data[at]! * share);
  return { ...first, data };
}
