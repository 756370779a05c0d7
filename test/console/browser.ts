import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { MOCK_TOKEN, type MockApi, type MockOptions } from "../../console/mock/api.ts";
import { type ServedConsole, serveConsole } from "../../console/mock/serve.ts";
import type { RunSummary } from "../../console/src/api/types.ts";
import { consoleFolder } from "../../lib/constructs/control-plane/console-assets.ts";
import { BROWSER_FLAGS, installedBrowser, PATIENCE, QUIET } from "./chromium.ts";

/** Tests in a real browser. Without one they are skipped, and say so. */
export function describeInBrowser(name: string, tests: (open: Opener) => void): void {
  if (installedBrowser === undefined) {
    console.warn(`Skipped: ${name}. No Chromium or Chrome was found; install one, or name it in CHROMIUM.`);
  }
  describe.skipIf(installedBrowser === undefined)(name, { timeout: PATIENCE }, () => {
    let browser: Browser;
    // Of its own: another synth may rebuild the console meanwhile.
    let folder: string;
    let usual: Page;
    // One for all tests: what Chromium has compiled of the console belongs to its address.
    let served: ServedConsole;
    const opened = new Set<Page>();
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "console-"));
      cpSync(consoleFolder(), folder, { recursive: true });
      served = await serveConsole(folder);
      browser = await chromium.launch({ executablePath: installedBrowser!, args: BROWSER_FLAGS });
      usual = await (await browser.newContext(QUIET)).newPage();
    });
    // A page that stays open asks its API for changes and draws them, which slows the tests after it.
    afterEach(async () => {
      for (const page of opened) await (page === usual ? empty(page) : page.context().close());
      opened.clear();
    });
    afterAll(async () => {
      await browser?.close();
      await served?.close();
      rmSync(folder, { recursive: true, force: true });
    });
    tests(async (options, context) => {
      const page = context ? await (await browser.newContext({ ...QUIET, ...context })).newPage() : usual;
      opened.add(page);
      return await open(page, served, options);
    });
  });
}

/**
 * Prepares a page for the next test: it shows nothing, and nothing is stored. A page of its own would take Chromium more
 * than to load the console.
 */
export async function empty(page: Page): Promise<void> {
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.evaluate("localStorage.clear(); sessionStorage.clear()");
  await page.goto("about:blank");
  page.removeAllListeners();
}

/** With a `context`, the page is in a browser context of its own. */
export type Opener = (options?: MockOptions, context?: BrowserContextOptions) => Promise<Opened>;

/** The subjects of recorded runs, by what is to be seen in them. */
const SUBJECTS = {
  rendering: "deserts",
  asking: "volcanoes",
  paused: "comets",
  succeeded: "tides",
  stuck: "o-4706",
  failed: "o-4704",
  compensating: "o-4709",
  waiting: "ada",
} as const;

export interface Opened {
  page: Page;
  mock: MockApi & { address: string };
  /** A run of the recorded app. */
  run(role: keyof typeof SUBJECTS): RunSummary;
  /** Goes to a place of the console: "/runs". */
  go(place: string): Promise<void>;
  /** Addresses of other origins that the page has asked for something. */
  strangers: string[];
  /** What went wrong in the page. */
  faults: string[];
}

async function open(
  page: Page,
  { address, replaceMock }: ServedConsole,
  options: MockOptions = {},
): Promise<Opened> {
  const mock = Object.assign(replaceMock({ patience: 2_000, ...options }), { address });
  const run: Opened["run"] = (role) =>
    mock.recording.items<RunSummary>("/runs").find(({ key }) => key === SUBJECTS[role])!;
  const strangers: string[] = [];
  const faults: string[] = [];
  const { origin } = new URL(mock.address);
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) strangers.push(request.url());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  await page.goto(`${mock.address}#token=${MOCK_TOKEN}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const go = async (place: string) => {
    await page.goto(`${mock.address}#${place}`);
    await page.locator(`main[data-place="${place.split("?")[0]}"] h1`).waitFor();
    await page.locator(".page .skeleton").first().waitFor({ state: "detached" });
  };
  return { page, mock, run, go, strangers, faults };
}
