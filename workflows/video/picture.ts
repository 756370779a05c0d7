import type * as z from "zod";
import type { StoryboardScene } from "./steps.ts";
import { taste } from "./taste.ts";

type Scene = z.infer<typeof StoryboardScene>;

/** Pixels. */
export const WIDTH = 960;
export const HEIGHT = 540;

/** A scene as an SVG picture: sky, light, a setting, and the caption. */
export function drawScene(scene: Scene): string {
  const { hue, heading, caption, number } = scene;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="${color(hue, 55, 22)}"/>
      <stop offset="0.65" stop-color="${color(hue + 25, 65, 48)}"/>
      <stop offset="1" stop-color="${color(hue + 50, 80, 72)}"/>
    </linearGradient>
    <linearGradient id="shade" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#000" stop-opacity="0"/>
      <stop offset="1" stop-color="#000" stop-opacity="0.72"/>
    </linearGradient>
    <radialGradient id="glow"><stop offset="0" stop-color="#fff" stop-opacity="0.95"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
  </defs>
  <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>
  ${light(scene)}
  ${SETTINGS[scene.setting](scene)}
  <rect y="${HEIGHT - 190}" width="${WIDTH}" height="190" fill="url(#shade)"/>
  <text x="48" y="${HEIGHT - 96}" font-family="Inter" font-weight="700" font-size="40" fill="#fff">${escapeXml(`${number}. ${heading}`)}</text>
  ${wrap(caption, 62)
    .map(
      (line, at) =>
        `<text x="48" y="${HEIGHT - 54 + at * 28}" font-family="Inter" font-size="23" fill="#fff" fill-opacity="0.9">${escapeXml(line)}</text>`,
    )
    .join("\n  ")}
</svg>`;
}

function light(scene: Scene): string {
  const x = 140 + some(scene, "light x") * (WIDTH - 280);
  const y = 90 + some(scene, "light y") * 120;
  return `<circle cx="${x}" cy="${y}" r="150" fill="url(#glow)" opacity="0.55"/><circle cx="${x}" cy="${y}" r="38" fill="#fff" opacity="0.95"/>`;
}

const SETTINGS: Record<Scene["setting"], (scene: Scene) => string> = {
  hills: (scene) =>
    layers(scene, 4, (layer, x) => Math.sin(x * (1.4 + layer * 0.7) + layer * 2.1) * (54 - layer * 7)),
  waves: (scene) => layers(scene, 6, (layer, x) => Math.sin(x * (5 + layer) + layer) * (13 + layer * 2)),
  city: (scene) =>
    [0, 1, 2]
      .flatMap((row) =>
        Array.from({ length: 16 - row * 2 }, (_, at) => {
          const width = WIDTH / (16 - row * 2);
          const height = 70 + row * 24 + some(scene, "tower", row, at) * (190 - row * 40);
          return `<rect x="${at * width}" y="${HEIGHT - height}" width="${width - 5}" height="${height}" fill="${color(scene.hue + row * 12, 42, 30 - row * 8)}"/>`;
        }),
      )
      .join(""),
  orbit: (scene) =>
    Array.from({ length: 5 }, (_, ring) => {
      const radius = 70 + ring * 52;
      const angle = some(scene, "planet", ring) * 2 * Math.PI;
      const [x, y] = [WIDTH / 2 + radius * 1.7 * Math.cos(angle), 250 + radius * 0.62 * Math.sin(angle)];
      return `<ellipse cx="${WIDTH / 2}" cy="250" rx="${radius * 1.7}" ry="${radius * 0.62}" fill="none" stroke="#fff" stroke-opacity="0.3" stroke-width="2"/><circle cx="${x}" cy="${y}" r="${9 + some(scene, "size", ring) * 17}" fill="${color(scene.hue + 150 + ring * 23, 72, 66)}"/>`;
    }).join(""),
};

function layers(scene: Scene, count: number, height: (layer: number, x: number) => number): string {
  return Array.from({ length: count }, (_, layer) => {
    const base = 270 + (layer * 210) / count;
    const shift = some(scene, "layer", layer) * 6;
    const points = Array.from({ length: 49 }, (_, at) => {
      const x = (at / 48) * WIDTH;
      return `${x.toFixed(1)},${(base + height(layer, (at / 48) * 5 + shift)).toFixed(1)}`;
    });
    return `<polygon points="0,${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}" fill="${color(scene.hue + layer * 9, 48, 40 - layer * (30 / count))}"/>`;
  }).join("\n  ");
}

function some(scene: Scene, ...about: (string | number)[]): number {
  return taste(scene.seed, ...about);
}

function color(hue: number, saturation: number, lightness: number): string {
  return `hsl(${Math.round(hue) % 360}, ${saturation}%, ${Math.round(lightness)}%)`;
}

/** Breaks a text into lines of at most `length` characters, between words. */
export function wrap(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || longer.length > length) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** Text as it may stand in SVG. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
