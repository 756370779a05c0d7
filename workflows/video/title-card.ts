import { escapeXml, fillWith, HEIGHT, WIDTH, wrap } from "./svg.ts";

/** The title card and poster of a film: its title over one of its pictures (a PNG). */
export function drawTitle(title: string, backdrop: Uint8Array): string {
  const lines = wrap(title, 30);
  const first = HEIGHT / 2 - ((lines.length - 1) * 64) / 2 + 18;
  const text = lines.map(
    (line, at) => `<tspan x="${WIDTH / 2}" y="${first + at * 64}">${escapeXml(line)}</tspan>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
  ${fillWith(backdrop, "image/png")}
  <rect width="${WIDTH}" height="${HEIGHT}" fill="#14161c" fill-opacity="0.72"/>
  <rect x="${WIDTH / 2 - 40}" y="${first - 90}" width="80" height="5" fill="#f2b544"/>
  <text text-anchor="middle" font-family="Inter" font-weight="700" font-size="52" fill="#fff">${text.join("")}</text>
</svg>`;
}
