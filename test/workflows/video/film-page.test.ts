import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { describe, expect, test } from "vitest";
import { captionsOf } from "../../../workflows/video/captions.ts";
import { filmPage, type PublishedFilm } from "../../../workflows/video/film-page.ts";
import { toPixels } from "../../../workflows/video/pixels.ts";
import { BROWSER_FLAGS, installedBrowser } from "../../console/chromium.ts";
import { bundled } from "./bundled.ts";
import { TIDE } from "./scene.ts";

const film: PublishedFilm = {
  title: "Tides, in short",
  scenes: [TIDE],
  captions: captionsOf("Tides", [TIDE]),
  seconds: 12.4,
  usd: 0.16,
  tookSeconds: 340,
};

test("A page describes its film: its text, its length, its cost and its duration.", () => {
  const page = filmPage(film);
  expect(page).toContain("<h1>Tides, in short</h1>");
  expect(page).toContain("<strong>It begins</strong>: It begins with the tide.");
  expect(page).toContain("12 seconds. Made in 6 minutes, for $0.16.");
  expect(filmPage({ ...film, usd: 0, tookSeconds: 61 })).toContain("Made in 61 seconds, for nothing.");
});

test("Whatever a model writes is text: no markup of the page, and nothing that runs.", () => {
  const evil = `</title><script>alert(1)</script>" onerror="x`;
  const page = filmPage({
    ...film,
    title: evil,
    scenes: [{ heading: evil, caption: evil }],
    captions: captionsOf(evil, [{ ...TIDE, caption: evil }]),
  });
  expect(page).not.toMatch(/<script|<\/title><|" onerror/);
  expect(page).toContain("default-src 'none'");
  expect(page).not.toContain("script-src");
});

/** Plays the film to its end and answers what was shown. A text, since the browser's types are none of this project's. */
const PLAY = `(async () => {
  const video = document.querySelector("video");
  const track = video.textTracks[0];
  const words = [];
  track.mode = "showing";
  track.addEventListener("cuechange", () => words.push(...[...track.activeCues].map((cue) => cue.text)));
  video.muted = true;
  const ended = new Promise((end) => video.addEventListener("ended", end));
  await video.play();
  await ended;
  return { words, width: video.videoWidth, error: video.error?.message };
})()`;

describe.skipIf(installedBrowser === undefined)("in a browser", { timeout: 120_000 }, () => {
  test("a page plays from a folder, with its captions, and asks for nothing else", async () => {
    const { rasterize } = await bundled<any>("rasterize.ts");
    const { encodeFilm } = await bundled<typeof import("../../../workflows/video/film.ts")>("film.ts");
    const square = (fill: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="540"><rect width="960" height="540" fill="${fill}"/></svg>`;
    const poster = await rasterize(square("#246"));
    const shot = { picture: toPixels(poster), seconds: 1.6 };
    const { film: bytes } = await encodeFilm([shot, { ...shot, seconds: 1 }]);
    const folder = mkdtempSync(join(tmpdir(), "millrace-page-"));
    const files = { "index.html": filmPage(film), "film.mp4": bytes, "poster.png": poster };
    for (const [name, body] of Object.entries(files)) writeFileSync(join(folder, name), body);
    const browser = await chromium.launch({ executablePath: installedBrowser!, args: BROWSER_FLAGS });
    try {
      const page = await browser.newPage();
      const [asked, faults]: [string[], string[]] = [[], []];
      page.on("request", (request) => {
        if (!request.url().startsWith("data:")) asked.push(request.url().split("/").at(-1)!);
      });
      page.on("console", (message) => faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(error.message));
      await page.goto(pathToFileURL(join(folder, "index.html")).href);
      const seen = await page.evaluate(PLAY);
      expect(seen).toEqual({
        words: ["Tides", "It begins\nIt begins with the tide."],
        width: 640,
        error: undefined,
      });
      expect([...new Set(asked)].sort()).toEqual(["film.mp4", "index.html", "poster.png"]);
      expect(faults).toEqual([]);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
