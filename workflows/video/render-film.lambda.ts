import { decode } from "fast-png";
import { worker } from "../../lambdas/runtime/index.ts";
import type { Picture } from "./camera.ts";
import { encodeFilm } from "./film.ts";
import { rasterize } from "./rasterize.ts";
import { renderFilm } from "./steps.ts";
import { drawTitle } from "./title-card.ts";

const TITLE_SECONDS = 1.6;

export const handler = worker(renderFilm, async ({ title, frames }, { artifacts, signal }) => {
  const scenes = await Promise.all(
    frames.map(async ({ image, seconds }) => ({ picture: toPicture(await artifacts.get(image)), seconds })),
  );
  const opening = { picture: toPicture(await rasterize(drawTitle(title))), seconds: TITLE_SECONDS };
  const { film, seconds } = await encodeFilm([opening, ...scenes], signal);
  return { title, film: await artifacts.put("draft.mp4", film, "video/mp4"), seconds, bytes: film.length };
});

function toPicture(png: Uint8Array): Picture {
  const { width, height, data } = decode(png);
  return { width, height, data: Uint8Array.from(data) };
}
