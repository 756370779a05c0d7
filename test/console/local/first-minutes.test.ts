import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../local/cloud.ts";
import { millrace, start, synthesizeApp } from "../../end-to-end/real-time/harness.ts";
import { describeVisits } from "./visit.ts";

/** Git ignores this folder. Pictures are taken where `MILLRACE_PICTURES` is set. */
const PICTURES = join(import.meta.dirname, "../../../test-results/console-local");
const WIDTHS = { wide: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } };

/** Pictures of the main pages of the running product: in both themes, and on a phone. */
async function takePictures(page: Page, address: string): Promise<void> {
  if (!process.env.MILLRACE_PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  const run = new URL(page.url()).hash.replace(/\?.*/, "");
  const places = { overview: "#/", runs: "#/runs", run, map: "#/map", events: "#/events" };
  for (const [kind, viewport, colorScheme] of [
    ["light", WIDTHS.wide, "light"],
    ["dark", WIDTHS.wide, "dark"],
    ["phone", WIDTHS.phone, "light"],
    ["phone-dark", WIDTHS.phone, "dark"],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // The page follows the system while it is open.
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
    for (const [name, hash] of Object.entries(places)) {
      await page.goto(address.replace(/#.*/, hash));
      await page.locator(`main[data-place="${decodeURI(hash.slice(1))}"] h1`).waitFor();
      await page.locator(".page .skeleton").first().waitFor({ state: "detached" });
      await page.screenshot({ path: join(PICTURES, `${name}-${kind}.png`) });
    }
  }
}

describeVisits("a newcomer's first minutes", (visit) => {
  let cloud: Cloud;
  const reports: string[] = [];
  beforeAll(async () => {
    cloud = await start(synthesizeApp(), undefined, (line) => reports.push(line));
  }, 180_000);
  afterAll(async () => {
    await cloud?.close();
    expect(reports).toEqual([]);
  });

  test("the printed address, a first event, its run as it goes, the film, the decision", async () => {
    const { out } = await millrace(cloud.endpoint, ["console"]);
    const address = out.trim();
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/_api\/\w+\/#token=\w+\n$/);
    const { page, faults } = await visit(address);
    await page.getByRole("heading", { name: "Send your first event" }).waitFor();
    await page.getByRole("link", { name: "Events", exact: true }).click();
    await page.getByRole("link", { name: "video.requested" }).first().click();
    await page.getByRole("button", { name: "Send this event" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("topic").fill("lighthouses");
    await form.getByLabel("scenes").fill("2");
    await form.getByRole("button", { name: "Send", exact: true }).click();
    await form.getByRole("link", { name: "View runs" }).click();
    await page.getByRole("row").filter({ hasText: "produce-video" }).getByRole("link").first().click();
    const graph = page.getByRole("region", { name: "Graph" });
    await graph.getByRole("button", { name: /^draw-storyboard done/ }).waitFor();
    await graph.getByRole("button", { name: /^editor waiting/ }).waitFor();

    await page.getByRole("link", { name: /Approvals/ }).click();
    const question = page.getByRole("region", { name: "Approval" });
    const film = question.locator("video");
    await film.waitFor();
    await expect.poll(() => film.evaluate((element: any) => element.duration > 0)).toBe(true);
    await question.getByLabel("Note").fill("lovely");
    await question.getByRole("button", { name: "Approve" }).click();
    await page.getByText("No pending approvals").waitFor();
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    const row = page.getByRole("row").filter({ hasText: "produce-video" });
    await row.getByText("succeeded").waitFor();
    await row.getByRole("link").first().click();
    await graph.getByRole("button", { name: /^publish done/ }).waitFor();
    await page.getByRole("tab", { name: "Log" }).click();
    await page.getByText("approval.decided").first().waitFor();
    // What the handlers themselves wrote, and what a step was given.
    await page.getByLabel("Kind").selectOption("lines");
    await page.locator(".written").first().waitFor();
    await graph.getByRole("button", { name: /^publish done/ }).click();
    const panel = page.getByRole("complementary", { name: "Node publish" });
    await panel.getByRole("group", { name: "Input of publish" }).waitFor();
    await takePictures(page, address);
    await page.goto(address.replace(/#.*/, "#/"));
    await page.getByRole("heading", { name: "No problems" }).waitFor();
    await page.getByRole("heading", { name: "Send your first event" }).waitFor({ state: "hidden" });
    expect(faults).toEqual([]);
  });

  test("the page's code is sent compressed", async () => {
    const { out } = await millrace(cloud.endpoint, ["console"]);
    const address = out.replace(/#.*/s, "");
    const [code] = (await (await fetch(address)).text()).match(/assets\/index[^"]*\.js/)!;
    const answer = await fetch(`${address}${code}`, { headers: { "accept-encoding": "gzip, br" } });
    expect(answer.headers.get("content-encoding")).toBe("br");
    // Decompressed, since fetch does so.
    expect((await answer.text()).length).toBeGreaterThan(3 * Number(answer.headers.get("content-length")));
  });
});
