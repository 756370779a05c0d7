import type { Scene } from "./steps.ts";
import { HEIGHT, WIDTH } from "./svg.ts";

/** A plain card with the number of a scene, in its colour: the fallback for a picture. */
export function drawCard({ number, hue }: Pick<Scene, "number" | "hue">): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
  <defs>
    <linearGradient id="back" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="hsl(${hue}, 30%, 26%)"/>
      <stop offset="1" stop-color="hsl(${hue}, 35%, 12%)"/>
    </linearGradient>
  </defs>
  <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#back)"/>
  <rect x="${WIDTH / 2 - 40}" y="120" width="80" height="5" fill="#f2b544"/>
  <text x="${WIDTH / 2}" y="290" text-anchor="middle" font-family="Inter" font-weight="700" font-size="150" fill="#fff" fill-opacity="0.85">${number}</text>
</svg>`;
}
