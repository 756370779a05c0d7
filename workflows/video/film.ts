import { createH264MP4Encoder } from "h264-mp4-encoder";
import { blend, type Picture, zoom } from "./camera.ts";

export interface Shot {
  picture: Picture;
  seconds: number;
}

/** Pixels; both even, as video coding wants it. Smaller than the stills, since encoding costs by the pixel. */
export const FRAME = { width: 640, height: 360 };
const FRAMES_PER_SECOND = 12;
const FADE_SECONDS = 0.4;
/** The encoder's scale from 10 (best) to 51. */
const QUALITY = 26;
/** From 0 (slow, small) to 10 (fast, large). */
const SPEED = 5;

/**
 * Encodes shots to an H.264 film in an MP4 container: each fades into the next. `signal` is looked at between frames,
 * since encoding holds the thread.
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
  return { film, seconds: frames / FRAMES_PER_SECOND };
}

function* framesOf(shots: Shot[]): Generator<Picture> {
  const see = (picture: Picture, progress: number) => zoom(picture, progress, FRAME.width, FRAME.height);
  for (const [at, { picture, seconds }] of shots.entries()) {
    const count = Math.max(1, Math.round(seconds * FRAMES_PER_SECOND));
    const previous = shots[at - 1];
    for (let frame = 0; frame < count; frame++) {
      const seen = see(picture, frame / count);
      const faded = frame / (FADE_SECONDS * FRAMES_PER_SECOND);
      yield previous && faded < 1 ? blend(see(previous.picture, 1), seen, faded) : seen;
    }
  }
}
