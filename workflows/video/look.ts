import { type CaptionLayout, shadeAt } from "./caption-layer.ts";
import type { Pixels } from "./pixels.ts";

/** The distance between sampled pixels of a box. */
const STEP = 6;

/**
 * The contrast of white text on its background, from 1 to 21 as in WCAG: nine tenths of the box have at least
 * this.
 */
export function captionContrast(picture: Pixels, layout: CaptionLayout): number {
  const { box } = layout;
  const contrasts: number[] = [];
  for (let y = Math.round(box.y); y < Math.min(picture.height, box.y + box.height); y += STEP) {
    const light = 1 - shadeAt(layout, y);
    for (let x = box.x; x < Math.min(picture.width, box.x + box.width); x += STEP) {
      const [red, green, blue] = pointAt(picture, x, y).map((channel) => linear((channel * light) / 255));
      contrasts.push(1.05 / (0.2126 * red! + 0.7152 * green! + 0.0722 * blue! + 0.05));
    }
  }
  return contrasts.sort((a, b) => a - b)[Math.floor(contrasts.length / 10)] ?? 21;
}

/** The variety of a picture's colours: their standard deviation, from 0 for a single one to 127. */
export function variety(picture: Pixels): number {
  const points = gridOf(picture, 32, 18);
  const deviations = [0, 1, 2].map((channel) => {
    const values = points.map((point) => point[channel]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  });
  return Math.max(...deviations);
}

/** The comparable features of a picture. */
export interface Fingerprint {
  /** Where it becomes brighter, from sample to sample to the right and down (a difference hash). */
  edges: boolean[];
  /** Mean colour of each of nine parts. */
  colors: number[][];
}

export function fingerprint(picture: Pixels): Fingerprint {
  const side = 9;
  const bright = gridOf(picture, side, side).map(([red, green, blue]) => red! + green! + blue!);
  const edges: boolean[] = [];
  for (let y = 0; y < side - 1; y++) {
    for (let x = 0; x < side - 1; x++) {
      const at = y * side + x;
      edges.push(bright[at + 1]! > bright[at]!, bright[at + side]! > bright[at]!);
    }
  }
  return { edges, colors: gridOf(picture, 3, 3) };
}

/** The difference of two pictures, from 0 for identical to 1. */
export function difference(one: Fingerprint, other: Fingerprint): number {
  const edges = one.edges.filter((edge, at) => edge !== other.edges[at]).length / one.edges.length;
  const apart = one.colors.flatMap((color, at) =>
    color.map((value, channel) => Math.abs(value - other.colors[at]![channel]!) / 255),
  );
  const colors = apart.reduce((sum, value) => sum + value, 0) / apart.length;
  return Math.min(1, edges + colors);
}

/** Mean colours of the cells of a grid laid over a picture, row by row. */
function gridOf(picture: Pixels, columns: number, rows: number): number[][] {
  return Array.from({ length: columns * rows }, (_, cell) => {
    const [column, row] = [cell % columns, Math.floor(cell / columns)];
    const sum = [0, 0, 0];
    let count = 0;
    for (let y = (row * picture.height) / rows; y < ((row + 1) * picture.height) / rows; y += STEP) {
      for (
        let x = (column * picture.width) / columns;
        x < ((column + 1) * picture.width) / columns;
        x += STEP
      ) {
        const point = pointAt(picture, x, y);
        for (let channel = 0; channel < 3; channel++) sum[channel]! += point[channel]!;
        count++;
      }
    }
    return sum.map((total) => total / count);
  });
}

function pointAt({ width, data }: Pixels, x: number, y: number): number[] {
  const at = (Math.floor(y) * width + Math.floor(x)) * 4;
  return [data[at]!, data[at + 1]!, data[at + 2]!];
}

/** A channel from 0 to 1 as linear light. */
function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
