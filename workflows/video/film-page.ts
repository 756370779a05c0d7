import type { Scene } from "./steps.ts";
import { escapeXml } from "./svg.ts";

/** The content of a film's page. The files are next to it, under these names. */
export interface PublishedFilm {
  title: string;
  scenes: readonly Pick<Scene, "heading" | "caption">[];
  /** WebVTT. */
  captions: string;
  seconds: number;
  /** US dollars. */
  usd: number;
  tookSeconds: number;
}

export const FILES = { page: "index.html", film: "film.mp4", captions: "captions.vtt", poster: "poster.png" };

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
  video { width: 100%; aspect-ratio: 16 / 9; border-radius: 0.5rem; background: #14161c; }
  h1 { line-height: 1.2; } li { margin: 0.4rem 0; } footer { opacity: 0.7; font-size: 0.9rem; }`;

/**
 * The page of a film: it plays the film, with captions and the text. It runs no script and loads only the
 * film and its poster, from the same folder, so that it works on any web server and as local files. The
 * captions are in the page, since a browser reads no track from a folder.
 */
export function filmPage({ title, scenes, captions, seconds, usd, tookSeconds }: PublishedFilm): string {
  const track = `data:text/vtt;base64,${Buffer.from(captions).toString("base64")}`;
  const words = scenes.map(
    ({ heading, caption }) => `      <li><strong>${escapeXml(heading)}</strong>: ${escapeXml(caption)}</li>`,
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; media-src 'self' file: data:; img-src 'self' file:; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeXml(title)}</title>
    <link rel="alternate" type="application/feed+json" title="New films" href="../feed.json">
    <link rel="alternate" type="application/atom+xml" title="New films" href="../atom.xml">
    <style>${STYLE}
    </style>
  </head>
  <body>
    <h1>${escapeXml(title)}</h1>
    <video controls playsinline preload="metadata" poster="${FILES.poster}" src="${FILES.film}">
      <track kind="captions" srclang="en" label="Captions" src="${track}">
    </video>
    <ol>
${words.join("\n")}
    </ol>
    <footer>${Math.round(seconds)} seconds. Made in ${duration(tookSeconds)}, for ${dollars(usd)}.</footer>
  </body>
</html>
`;
}

function duration(seconds: number): string {
  const [count, unit] =
    seconds < 120
      ? [seconds, "seconds"]
      : seconds < 7_200
        ? [seconds / 60, "minutes"]
        : [seconds / 3_600, "hours"];
  return `${Math.round(count)} ${unit}`;
}

function dollars(usd: number): string {
  return usd === 0 ? "nothing" : `$${usd.toFixed(usd < 0.01 ? 4 : 2)}`;
}
