import { createH264MP4Encoder } from "h264-mp4-encoder";
import { blend, zoom } from "./camera.ts";
import { layOver, type Pixels } from "./pixels.ts";
import { FRAMES_PER_SECOND, framesIn } from "./timing.ts";

export interface Shot {
  picture: Pixels;
  /** Overlay in the size of a frame; does not move with the camera. */
  writing?: Pixels;
  seconds: number;
}

/**
 * Pixels; both even, as the codec requires. Smaller than the stills, since the cost of encoding grows with
 * the pixels.
 */
export const FRAME = { width: 640, height: 360 };
const FADE_SECONDS = 0.4;
/** The encoder's scale from 10 (best) to 51. */
const QUALITY = 26;
/** From 0 (slow, small) to 10 (fast, large). */
const SPEED = 5;

/**
 * Encodes shots to an H.264 film in an MP4 container: each fades into the next. `signal` is checked between
 * frames, since encoding blocks the thread.
 */
export async function encodeFilm(
  shots: Shot[],
  signal?: AbortSignal,
): Promise<{ film: Uint8Array; seconds: number }> {
  const encoder = await createH264MP4Encoder();
  Object.assign(encoder, {
    ...FRAME,
    frameRate: FRAMES_PER_SECOND,
    quantizationParameter: QUALITY,
    speed: SPEED,
  });
  encoder.initialize();
  let frames = 0;
  for (const frame of framesOf(shots)) {
    signal?.throwIfAborted();
    encoder.addFrameRgba(frame.data);
    frames++;
    await new Promise(setImmediate);
  }
  encoder.finalize();
  const film = encoder.FS.readFile(encoder.outputFilename);
  encoder.delete();
  return { film, seconds: Math.round((frames / FRAMES_PER_SECOND) * 100) / 100 };
}

function* framesOf(shots: Shot[]): Generator<Pixels> {
  for (const [at, shot] of shots.entries()) {
    const count = framesIn(shot.seconds);
    const previous = shots[at - 1];
    for (let frame = 0; frame < count; frame++) {
      const seen = see(shot, frame / count);
      const faded = frame / (FADE_SECONDS * FRAMES_PER_SECOND);
      yield previous && faded < 1 ? blend(see(previous, 1), seen, faded) : seen;
    }
  }
}

function see({ picture, writing }: Shot, progress: number): Pixels {
  const seen = zoom(picture, progress, FRAME.width, FRAME.height);
  if (writing) layOver(seen, writing);
  return seen;
}
