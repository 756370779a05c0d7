import { toPixels } from "./pixels.ts";
import { rasterize } from "./rasterize.ts";
import { fillWith, HEIGHT, WIDTH } from "./svg.ts";

/** The signatures of image files, in hexadecimal digits. */
const TYPES: [RegExp, string][] = [
  [/^89504e47/, "image/png"],
  [/^ffd8ff/, "image/jpeg"],
  [/^52494646.{8}57454250/, "image/webp"],
];

/** Width, height, eight bits a channel, RGBA: the end of a PNG's header. */
const AS_IT_MUST_BE = `${size(WIDTH)}${size(HEIGHT)}0806`;

/**
 * An image model's picture of any size, as a PNG of the film's size; the excess is cropped. Throws if the
 * file is not a readable picture.
 */
export async function toStill(file: Uint8Array): Promise<Uint8Array> {
  const start = Buffer.from(file.subarray(0, 26)).toString("hex");
  const type = TYPES.find(([pattern]) => pattern.test(start))?.[1];
  if (!type) throw new Error("The image model gave a file that is no PNG, JPEG or WebP.");
  if (start.endsWith(AS_IT_MUST_BE)) return file;
  const still = await rasterize(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${fillWith(file, type)}</svg>`,
  );
  // A picture that cannot be decoded is left out of the drawing.
  if (toPixels(still).data[3] === 0)
    throw new Error(`The image model gave a file of ${type} that cannot be read.`);
  return still;
}

function size(pixels: number): string {
  return pixels.toString(16).padStart(8, "0");
}
