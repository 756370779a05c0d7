import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium, type Page } from "playwright-core";
import { welcome } from "../../../workflows/index.ts";
import { start, synthesizeApp } from "../../end-to-end/real-time/harness.ts";
import useTemporaryFolder from "../../setup/temporary-folder.ts";
import { BROWSER_FLAGS, installedBrowser, PATIENCE, QUIET } from "../chromium.ts";

/** `npm run docs:images` takes the pictures in docs/images again: the first film in the local cloud, as `npm start` makes it. */
const ROOT = join(import.meta.dirname, "../../..");
const IMAGES = join(ROOT, "docs/images");

async function millrace(endpoint: string, ...args: string[]): Promise<string> {
  const command = [join(ROOT, "bin/millrace.ts"), "--endpoint", endpoint, ...args];
  return (await promisify(execFile)(process.execPath, command, { cwd: ROOT })).stdout.trim();
}

async function takeImages(page: Page, address: string): Promise<void> {
  const take = async (name: string) => {
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  };
  await page.goto(address);
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("row").filter({ hasText: welcome.payload.videoId }).getByRole("link").click();
  const graph = page.getByRole("region", { name: "Graph" });
  await graph.getByRole("button", { name: /^editor waiting/ }).waitFor();
  await take("console-film");

  await page.goto(`${page.url()}?node=cut/write-script`);
  await page.getByRole("group", { name: "Input of write-script" }).waitFor();
  await take("console-run");

  await page.getByRole("link", { name: /Approvals/ }).click();
  // Its first frame is the title.
  await page.locator("video").evaluate(
    (film: any) =>
      new Promise((resolve) => {
        film.requestVideoFrameCallback(resolve);
        film.currentTime = 0;
      }),
  );
  // The browser removes its sign of loading a little later.
  await page.waitForTimeout(1_000);
  await take("console-approval");
}

if (installedBrowser === undefined)
  throw new Error("No Chromium or Chrome was found. Install one, or name it in CHROMIUM.");
const removeTemporaryFolder = useTemporaryFolder();
const cloud = await start(synthesizeApp(), undefined);
const browser = await chromium.launch({ executablePath: installedBrowser, args: BROWSER_FLAGS });
try {
  const { event, payload } = welcome;
  await millrace(cloud.endpoint, "send", event.name, JSON.stringify(payload));
  const address = await millrace(cloud.endpoint, "console");
  const page = await (await browser.newContext(QUIET)).newPage();
  page.setDefaultTimeout(PATIENCE);
  await takeImages(page, address);
} finally {
  await browser.close();
  await cloud.close();
  removeTemporaryFolder();
}
