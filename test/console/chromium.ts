import { existsSync } from "node:fs";
import type { BrowserContextOptions } from "playwright-core";

/** Where browsers of this family usually are; `CHROMIUM` names another. */
const PLACES = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The installed Chromium or Chrome; undefined where there is none. */
export const installedBrowser = PLACES.find((place) => place !== undefined && existsSync(place));

/** Milliseconds: a machine that is busy with other tests draws slowly, and encodes films slowly. */
export const PATIENCE = 300_000;

/** Without animations, of which a browser without a graphics card draws sixty pictures a second. */
export const QUIET: BrowserContextOptions = {
  viewport: { width: 1360, height: 860 },
  reducedMotion: "reduce",
};

/** It makes no requests of its own. Its pages live for a second, in which optimizing their code takes more than it saves. */
export const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--js-flags=--no-turbofan --no-maglev",
];
