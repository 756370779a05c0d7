import { digestOf } from "./digest.ts";
import type { Scene } from "./steps.ts";
import { HEIGHT, WIDTH } from "./svg.ts";
import { taste } from "./taste.ts";

/** The colours of a style. */
interface Tone {
  /** Factor. */
  saturation: number;
  /** Percentage points that are added. */
  lightness: number;
  /** Suns, moons, lamps. */
  lights: number;
}

const STYLES: Record<Scene["style"], Tone> = {
  calm: { saturation: 1, lightness: 0, lights: 1 },
  bold: { saturation: 1.4, lightness: -4, lights: 1 },
  playful: { saturation: 1.2, lightness: 5, lights: 3 },
  plain: { saturation: 0.25, lightness: 0, lights: 1 },
};

/** Editors' wishes that can be drawn by rule. */
const WISHES: [RegExp, (scene: Shade) => Shade][] = [
  [/\bdark|night/i, (shade) => ({ ...shade, lightness: shade.lightness - 14 })],
  [/\b(bright|light)/i, (shade) => ({ ...shade, lightness: shade.lightness + 12 })],
  [/\bwarm/i, (shade) => ({ ...shade, hue: 20 })],
  [/\bco(ld|ol)/i, (shade) => ({ ...shade, hue: 205 })],
];

/** The base values of all colours. */
interface Shade extends Tone {
  hue: number;
}

/** What is drawn: a scene, and the source of arbitrary choices. */
interface Drawing extends Shade {
  some: (...about: (string | number)[]) => number;
}

/**
 * Draws a scene as SVG, by rule: sky, light and a setting, in the scene's style and without any text. Takes
 * differ in their arbitrary choices.
 */
export function drawScene(scene: Scene, take = 1): string {
  const shade = WISHES.filter(([wish]) => wish.test(scene.wish)).reduce(
    (drawn, [, change]) => change(drawn),
    { ...STYLES[scene.style], hue: scene.hue } as Shade,
  );
  const drawing = { ...shade, some: (...about: (string | number)[]) => taste(scene.seed, take, ...about) };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="${color(drawing, 0, 55, 22)}"/>
      <stop offset="0.65" stop-color="${color(drawing, 25, 65, 48)}"/>
      <stop offset="1" stop-color="${color(drawing, 50, 80, 72)}"/>
    </linearGradient>
    <radialGradient id="glow"><stop offset="0" stop-color="#fff" stop-opacity="0.95"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
  </defs>
  <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>
  ${Array.from({ length: drawing.lights }, (_, at) => light(drawing, at)).join("\n  ")}
  ${SETTINGS[scene.setting](drawing)}
</svg>`;
}

/** The name of a scene's picture: the same for the same entry and take, independent of position and duration. */
export function pictureName(scene: Scene, take: number): string {
  const { heading, caption, setting, style, hue, seed, wish } = scene;
  const entry = JSON.stringify([heading, caption, setting, style, hue, seed, wish, take]);
  return `pictures/${digestOf(entry)}.png`;
}

function light({ some }: Drawing, at: number): string {
  const x = 140 + some("light x", at) * (WIDTH - 280);
  const y = 90 + some("light y", at) * 120;
  const size = 1 / (1 + at / 2);
  return `<circle cx="${x}" cy="${y}" r="${150 * size}" fill="url(#glow)" opacity="0.55"/><circle cx="${x}" cy="${y}" r="${38 * size}" fill="#fff" opacity="0.95"/>`;
}

const SETTINGS: Record<Scene["setting"], (drawing: Drawing) => string> = {
  hills: (drawing) =>
    layers(drawing, 4, (layer, x) => Math.sin(x * (1.4 + layer * 0.7) + layer * 2.1) * (54 - layer * 7)),
  waves: (drawing) => layers(drawing, 6, (layer, x) => Math.sin(x * (5 + layer) + layer) * (13 + layer * 2)),
  city: (drawing) =>
    [0, 1, 2]
      .flatMap((row) =>
        Array.from({ length: 16 - row * 2 }, (_, at) => {
          const width = WIDTH / (16 - row * 2);
          const height = 70 + row * 24 + drawing.some("tower", row, at) * (190 - row * 40);
          return `<rect x="${at * width}" y="${HEIGHT - height}" width="${width - 5}" height="${height}" fill="${color(drawing, row * 12, 42, 30 - row * 8)}"/>`;
        }),
      )
      .join(""),
  orbit: (drawing) => `${rings(drawing)}
  <ellipse cx="${WIDTH / 2}" cy="${HEIGHT + 230}" rx="${WIDTH * 0.95}" ry="400" fill="${color(drawing, 20, 45, 20)}"/>`,
};

/** Planets on their orbits. */
function rings(drawing: Drawing): string {
  return Array.from({ length: 5 }, (_, ring) => {
    const radius = 70 + ring * 52;
    const angle = drawing.some("planet", ring) * 2 * Math.PI;
    const [x, y] = [WIDTH / 2 + radius * 1.7 * Math.cos(angle), 250 + radius * 0.62 * Math.sin(angle)];
    return `<ellipse cx="${WIDTH / 2}" cy="250" rx="${radius * 1.7}" ry="${radius * 0.62}" fill="none" stroke="#fff" stroke-opacity="0.3" stroke-width="2"/><circle cx="${x}" cy="${y}" r="${9 + drawing.some("size", ring) * 17}" fill="${color(drawing, 150 + ring * 23, 72, 66)}"/>`;
  }).join("");
}

function layers(drawing: Drawing, count: number, height: (layer: number, x: number) => number): string {
  return Array.from({ length: count }, (_, layer) => {
    const base = 270 + (layer * 210) / count;
    const shift = drawing.some("layer", layer) * 6;
    const points = Array.from({ length: 49 }, (_, at) => {
      const x = (at / 48) * WIDTH;
      return `${x.toFixed(1)},${(base + height(layer, (at / 48) * 5 + shift)).toFixed(1)}`;
    });
    return `<polygon points="0,${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}" fill="${color(drawing, layer * 9, 48, 40 - layer * (30 / count))}"/>`;
  }).join("\n  ");
}

/**
 * A colour at this angle from the scene's own, in percent of saturation and lightness before the style is
 * applied.
 */
function color(shade: Shade, turn: number, saturation: number, lightness: number): string {
  const percent = (value: number) => `${Math.round(Math.min(100, Math.max(0, value)))}%`;
  const hue = (Math.round(shade.hue + turn) + 360) % 360;
  return `hsl(${hue}, ${percent(saturation * shade.saturation)}, ${percent(lightness + shade.lightness)})`;
}
