import { createRequire } from "node:module";

const WIDTH = 320;
const HEIGHT = 180;
const FRAMES = 36;

/** A picture of a scene: hills, another hue for each. */
export function scene(name: string): string {
  const number = Number(/\d+/.exec(name)?.[0] ?? 1);
  const hue = (190 + number * 47) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}"><rect width="${WIDTH}" height="${HEIGHT}" fill="hsl(${hue} 70% 84%)"/><circle cx="${60 * number}" cy="48" r="20" fill="hsl(${hue + 150} 80% 70%)"/><path d="M0 130q60-60 120-10t120-20 80 20v60H0z" fill="hsl(${hue} 45% 48%)"/><path d="M0 150q80-40 160-5t160-15v50H0z" fill="hsl(${hue} 50% 32%)"/></svg>`;
}

let made: Promise<Uint8Array<ArrayBuffer>> | undefined;

/** A film of waves that come and go. */
export function film(): Promise<Uint8Array<ArrayBuffer>> {
  made ??= encode();
  return made;
}

async function encode(): Promise<Uint8Array<ArrayBuffer>> {
  const { createH264MP4Encoder } = createRequire(import.meta.url)("h264-mp4-encoder");
  const encoder = await createH264MP4Encoder();
  encoder.width = WIDTH;
  encoder.height = HEIGHT;
  encoder.frameRate = 12;
  encoder.initialize();
  for (let frame = 0; frame < FRAMES; frame++) {
    const pixels = new Uint8Array(WIDTH * HEIGHT * 4);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const sea = y > 96 + 14 * Math.sin(x / 34 + (frame / FRAMES) * 2 * Math.PI);
        const deep = y / HEIGHT;
        const at = (y * WIDTH + x) * 4;
        pixels[at] = sea ? 30 : 250 - 60 * deep;
        pixels[at + 1] = sea ? 150 - 70 * deep : 200 - 40 * deep;
        pixels[at + 2] = sea ? 190 - 40 * deep : 160 + 40 * deep;
        pixels[at + 3] = 255;
      }
    }
    encoder.addFrameRgba(pixels);
  }
  encoder.finalize();
  const bytes = new Uint8Array(encoder.FS.readFile(encoder.outputFilename));
  encoder.delete();
  return bytes;
}
