import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { empty } from "../browser.ts";
import { BROWSER_FLAGS, installedBrowser, PATIENCE, QUIET } from "../chromium.ts";

export interface Visit {
  page: Page;
  /** Goes to a place of the console: "/runs". */
  go(place: string): Promise<void>;
  /** What went wrong in the page. */
  faults: string[];
}

/** Opens a console by its address, token and all, in a page that has nothing stored. */
export type Visitor = (address: string, context?: BrowserContextOptions) => Promise<Visit>;

/** Tests of the console with the API behind it. Without a browser they are skipped, and say so. */
export function describeVisits(name: string, tests: (visit: Visitor) => void): void {
  if (installedBrowser === undefined) {
    console.warn(`Skipped: ${name}. No Chromium or Chrome was found; install one, or name it in CHROMIUM.`);
  }
  describe.skipIf(installedBrowser === undefined)(name, { timeout: PATIENCE }, () => {
    let browser: Browser;
    // A page of a new context takes Chromium longer than to load the console.
    let usual: Page;
    let isUsed = false;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: installedBrowser!, args: BROWSER_FLAGS });
      usual = await (await browser.newContext(QUIET)).newPage();
    });
    afterAll(() => browser?.close());
    // Before the cloud is closed: pages ask it for what is new as long as they are open.
    afterEach(async () => {
      const others = browser.contexts().filter((context) => context !== usual.context());
      await Promise.all(others.map((context) => context.close()));
      if (isUsed) await empty(usual);
      isUsed = false;
    });
    tests(async (address, context) => {
      const isOther = isUsed || context !== undefined;
      isUsed ||= !isOther;
      const page = isOther ? await (await browser.newContext({ ...QUIET, ...context })).newPage() : usual;
      page.setDefaultTimeout(PATIENCE / 3);
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") faults.push(message.text());
      });
      await page.goto(address);
      await page.getByRole("heading", { level: 1 }).waitFor();
      const base = address.replace(/#.*/, "");
      const go = async (place: string) => {
        await page.goto(`${base}#${place}`);
        await page.locator(`main[data-place="${place.split("?")[0]}"] h1`).waitFor();
      };
      return { page, go, faults };
    });
  });
}
