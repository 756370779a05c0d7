import { worker } from "../../lambdas/runtime/index.ts";
import { drawCaption } from "./caption-layer.ts";
import { captionsOf } from "./captions.ts";
import { digestOf } from "./digest.ts";
import { encodeFilm, FRAME } from "./film.ts";
import { toPixels } from "./pixels.ts";
import { findAlike } from "./quality.ts";
import { rasterize } from "./rasterize.ts";
import { renderFilm } from "./steps.ts";
import { TITLE_SECONDS } from "./timing.ts";
import { drawTitle } from "./title-card.ts";

export const handler = worker(renderFilm, async ({ title, made }, { artifacts, idempotencyKey, signal }) => {
  const files = await Promise.all(made.map(({ picture }) => artifacts.get(picture.image)));
  const pictures = files.map(toPixels);
  const poster = await rasterize(drawTitle(title, files[0]!));
  const shots = [];
  for (const [at, { scene }] of made.entries()) {
    const writing = toPixels(await rasterize(drawCaption(scene, FRAME.width)));
    shots.push({ picture: pictures[at]!, writing, seconds: scene.seconds });
  }
  const opening = { picture: toPixels(poster), seconds: TITLE_SECONDS };
  const { film, seconds } = await encodeFilm([opening, ...shots], signal);
  const scenes = made.map(({ scene }) => scene);
  // Each round has its own file, so that what an editor has seen does not change.
  const put = (name: string, body: Uint8Array | string, type: string) =>
    artifacts.put(`films/${digestOf(idempotencyKey)}/${name}`, body, type);
  return {
    title,
    film: await put("draft.mp4", film, "video/mp4"),
    captions: await put("captions.vtt", captionsOf(title, scenes), "text/vtt; charset=utf-8"),
    poster: await put("poster.png", poster, "image/png"),
    seconds,
    bytes: film.length,
    findings: [
      ...made.flatMap(({ scene, quality }) =>
        quality.findings.map((finding) => `Scene ${scene.number}: ${finding}`),
      ),
      ...findAlike(scenes.map(({ number }, at) => ({ number, picture: pictures[at]! }))),
    ],
  };
});
