import { decode } from "fast-png";

/** A picture as RGBA bytes, row by row. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Reads a PNG of eight bits a channel. */
export function toPixels(png: Uint8Array): Pixels {
  const { width, height, data, channels, depth } = decode(png);
  if (channels !== 4 || depth !== 8)
    throw new Error(`The PNG has ${channels} channels of ${depth} bits; RGBA of 8 bits can be read.`);
  return { width, height, data: Uint8Array.from(data) };
}

/** Blends one picture over another of the same size, in place. */
export function layOver({ data: under }: Pixels, { data: over }: Pixels): void {
  for (let at = 0; at < over.length; at += 4) {
    const share = over[at + 3]!;
    if (share === 0) continue;
    under[at] = mix(under[at]!, over[at]!, share);
    under[at + 1] = mix(under[at + 1]!, over[at + 1]!, share);
    under[at + 2] = mix(under[at + 2]!, over[at + 2]!, share);
  }
}

/** `share` from 0 to 255. Integer arithmetic, since it runs for each pixel of a film. */
function mix(under: number, over: number, share: number): number {
  return under + Math.trunc(((over - under) * share) / 255);
}
