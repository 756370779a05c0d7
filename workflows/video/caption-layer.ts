import type { Scene } from "./steps.ts";
import { escapeXml, HEIGHT, WIDTH, wrap } from "./svg.ts";

/** The text under a scene, with positions. Pixels. */
export interface CaptionLayout {
  lines: string[];
  /** Whether the lines contain the whole caption. */
  fits: boolean;
  /** Baseline of the heading. */
  heading: number;
  /** Baseline of the first line. */
  first: number;
  /** The box of the text, from its upper left corner. */
  box: { x: number; y: number; width: number; height: number };
}

const LEFT = 48;
const LAST_BASELINE = HEIGHT - 36;
const LINE = 30;
const LONGEST_LINE = 68;
const MOST_LINES = 3;
const HEADING_SIZE = 38;
const TEXT_SIZE = 23;
/** Approximate width of a letter, for a font size of one pixel. */
const LETTER = 0.53;
/**
 * The gradient begins this far above the text; this is its darkness at the top of the text, and at the lower
 * edge.
 */
const SHADE = { above: 60, at: 0.3, below: 0.55 };

export function layOutCaption({ number, heading, caption }: Pick<Scene, "number" | "heading" | "caption">) {
  const all = wrap(caption, LONGEST_LINE);
  const fits = all.length <= MOST_LINES;
  const lines = fits ? all : [...all.slice(0, MOST_LINES - 1), `${all[MOST_LINES - 1]} …`];
  const first = LAST_BASELINE - (lines.length - 1) * LINE;
  const baseline = first - LINE - 10;
  const y = baseline - HEADING_SIZE;
  const title = `${number}. ${heading}`;
  const longest = Math.max(title.length * HEADING_SIZE, ...lines.map((line) => line.length * TEXT_SIZE));
  const width = Math.min(WIDTH - 2 * LEFT, longest * LETTER);
  const box = { x: LEFT, y, width, height: LAST_BASELINE + 8 - y };
  return { title, lines, fits, heading: baseline, first, box } satisfies CaptionLayout & { title: string };
}

/** The opacity of black, from 0 to 1, over a row of the picture so that the text can be read. */
export function shadeAt({ box }: CaptionLayout, row: number): number {
  const top = box.y - SHADE.above;
  if (row <= top) return 0;
  if (row <= box.y) return (SHADE.at * (row - top)) / SHADE.above;
  return SHADE.at + ((SHADE.below - SHADE.at) * (row - box.y)) / (HEIGHT - box.y);
}

/** Heading and caption of a scene as a transparent SVG, to overlay on its picture in `width` pixels. */
export function drawCaption(scene: Scene, width: number): string {
  const layout = layOutCaption(scene);
  const { title, lines, heading, first, box } = layout;
  const top = box.y - SHADE.above;
  const stops = [top, box.y, HEIGHT].map((row) => {
    const offset = (row - top) / (HEIGHT - top);
    return `<stop offset="${offset}" stop-color="#000" stop-opacity="${shadeAt(layout, row)}"/>`;
  });
  const written = lines.map(
    (line, at) =>
      `<text x="${LEFT}" y="${first + at * LINE}" font-family="Inter" font-size="${TEXT_SIZE}" fill="#fff">${escapeXml(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${(width * HEIGHT) / WIDTH}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
  <defs><linearGradient id="shade" x1="0" y1="0" x2="0" y2="1">${stops.join("")}</linearGradient></defs>
  <rect y="${top}" width="${WIDTH}" height="${HEIGHT - top}" fill="url(#shade)"/>
  <text x="${LEFT}" y="${heading}" font-family="Inter" font-weight="700" font-size="${HEADING_SIZE}" fill="#fff">${escapeXml(title)}</text>
  ${written.join("\n  ")}
</svg>`;
}
