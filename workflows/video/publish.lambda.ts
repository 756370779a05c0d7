import { worker } from "../../lambdas/runtime/index.ts";
import { VideoPublished } from "./events.ts";
import { publish } from "./steps.ts";

export const handler = worker(publish, async ({ videoId, film }, { artifacts, emit }) => {
  const published = await artifacts.put("film.mp4", await artifacts.get(film.film), "video/mp4");
  await emit(VideoPublished, { videoId, title: film.title, film: published, seconds: film.seconds });
  return { film: published };
});
