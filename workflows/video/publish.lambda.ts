import { worker } from "../../lambdas/runtime/index.ts";
import { VideoPublished } from "./events.ts";
import { FILES, filmPage } from "./film-page.ts";
import { putOut } from "./publication.ts";
import { publish } from "./steps.ts";

export const handler = worker(publish, async ({ videoId, film, made }, context) => {
  const { artifacts, shared, run, soFar, emit } = context;
  const now = Date.now();
  const usd = soFar.spent.usd;
  const tookSeconds = Math.max(0, Math.round((now - Date.parse(soFar.acceptedAt)) / 1000));
  const { title, seconds, bytes } = film;
  const [video, captions, poster] = await Promise.all(
    [film.film, film.captions, film.poster].map((uri) => artifacts.get(uri)),
  );
  const scenes = made.map(({ scene }) => scene);
  const page = filmPage({
    title,
    scenes,
    seconds,
    usd,
    tookSeconds,
    captions: new TextDecoder().decode(captions),
  });
  const out = await putOut(
    shared,
    { videoId, run: run.id, now },
    {
      film: { body: video!, type: "video/mp4" },
      captions: { body: captions!, type: "text/vtt; charset=utf-8" },
      poster: { body: poster!, type: "image/png" },
      page: { body: page, type: "text/html; charset=utf-8" },
    },
    {
      title,
      content_text: scenes.map(({ caption }) => caption).join(" "),
      attachments: [
        { url: FILES.film, mime_type: "video/mp4", size_in_bytes: bytes, duration_in_seconds: seconds },
      ],
    },
  );
  await emit(VideoPublished, {
    videoId,
    title,
    seconds,
    usd,
    tookSeconds,
    film: out.film,
    page: out.page,
    captions: out.captions,
  });
  return { ...out, usd, tookSeconds };
});
