import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { expect, test } from "vitest";
import type {
  DeadLetterView,
  QuarantineView,
  RunDetail,
  SubscriberView,
} from "../../console/src/api/types.ts";
import { describeInBrowser, type Opened } from "./browser.ts";

/** Each page, with runs and a dead letter of the recorded app. */
function places({ mock: { recording }, run }: Opened): string[] {
  const [deadLetter] = recording.items<DeadLetterView>("/dead-letters");
  const [quarantined] = recording.items<QuarantineView>("/quarantine");
  const { event } = recording.answer(`/runs/${run("waiting").run}`) as RunDetail;
  return [
    "/",
    "/runs",
    `/runs/${run("rendering").run}`,
    `/runs/${run("stuck").run}?tab=timeline`,
    `/runs/${run("failed").run}?tab=log`,
    `/runs/${run("failed").run}?node=take-payment`,
    `/runs/${run("rendering").run}?node=cut%2Fscenes`,
    `/runs/${run("paused").run}?tab=actions`,
    `/runs/${run("waiting").run}?tab=data`,
    `/compare?a=${run("failed").run}&b=${run("rendering").run}`,
    `/correlations/${event.correlation}`,
    "/map",
    "/deliveries",
    "/approvals",
    "/dead-letters",
    `/dead-letters/${deadLetter!.id}`,
    "/quarantine",
    `/quarantine/${quarantined!.id}`,
    "/breakers",
    "/replays",
    "/workflows",
    "/workflows/fulfil-order",
    "/events",
    "/events/order.placed",
    "/nowhere",
  ];
}

/** The pages that are kept as pictures, by name. */
function pictures({ run }: Opened): Record<string, string> {
  return {
    overview: "/",
    runs: "/runs",
    run: `/runs/${run("asking").run}`,
    timeline: `/runs/${run("asking").run}?tab=timeline`,
    node: `/runs/${run("failed").run}?node=take-payment`,
    map: "/map",
    approvals: "/approvals",
    compare: `/compare?a=${run("failed").run}&b=${run("stuck").run}`,
  };
}

/** Git ignores this folder. Pictures are taken where `MILLRACE_PICTURES` is set. */
const PICTURES = join(import.meta.dirname, "../../test-results/console");

async function takePictures(opened: Opened, kind: string): Promise<void> {
  if (!process.env.MILLRACE_PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  for (const [name, place] of Object.entries(pictures(opened))) {
    await opened.go(place);
    await opened.page.screenshot({ path: join(PICTURES, `${name}-${kind}.png`) });
  }
}

const GUIDELINES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
/** Dark pages have the elements of light ones, in other colours. */
const RULES = { light: GUIDELINES, dark: ["color-contrast"] };

/** What an automated check finds against the rules, in a line each. */
async function findings({ page }: Opened, rules: readonly string[] = GUIDELINES): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const options = { runOnly: rules, resultTypes: ["violations"] };
  const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as {
    violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
  };
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary?.slice(0, 220)}`),
  );
}

describeInBrowser("each page", (open) => {
  test.each(["light", "dark"] as const)("is accessible in %s colours", async (colorScheme) => {
    const opened = await open({}, { colorScheme });
    const found: Record<string, string[]> = {};
    for (const place of places(opened)) {
      await opened.go(place);
      const wrong = await findings(opened, RULES[colorScheme]);
      if (wrong.length > 0) found[place] = wrong;
    }
    expect(found).toEqual({});
    expect(await opened.page.evaluate("document.documentElement.dataset.theme")).toBe(colorScheme);
    await takePictures(opened, colorScheme);
    expect(opened.strangers).toEqual([]);
    expect(opened.faults).toEqual([]);
  });

  test("is accessible when it shows a dialog", async () => {
    const opened = await open();
    const dialogs = [
      [`/runs/${opened.run("rendering").run}`, "Terminate"],
      [`/runs/${opened.run("waiting").run}`, "Signal"],
      ["/dead-letters", "Redrive all"],
      ["/replays", "Replay events"],
      ["/events/order.placed", "Send this event"],
      ["/workflows/produce-video", "Start a run"],
    ] as const;
    const found: Record<string, string[]> = {};
    for (const [place, button] of dialogs) {
      await opened.go(place);
      await opened.page.getByRole("button", { name: button, exact: true }).click();
      await opened.page.getByRole("dialog").getByRole("button", { name: "Close" }).waitFor();
      const wrong = await findings(opened);
      if (wrong.length > 0) found[place] = wrong;
    }
    expect(found).toEqual({});
  });

  test("fits a phone of 360 pixels without scrolling sideways", async () => {
    const opened = await open({}, { viewport: { width: 360, height: 740 } });
    const wide: string[] = [];
    for (const place of places(opened)) {
      await opened.go(place);
      const sideways = await opened.page.evaluate(
        `document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll(".main, .scroll-x")].some((part) => part.scrollWidth > part.clientWidth)`,
      );
      if (sideways) wide.push(place);
    }
    expect(wide).toEqual([]);
    await takePictures(opened, "phone");
    await opened.page.getByRole("button", { name: "Menu" }).click();
    await opened.page.getByRole("dialog", { name: "Menu" }).getByRole("link", { name: "Quarantine" }).click();
    await opened.page.getByRole("heading", { level: 1, name: "Quarantine" }).waitFor();
  });

  test("shows that it is opening while its code is loaded, and is loaded before it is opened", async () => {
    const opened = await open();
    const { page } = opened;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked = page.waitForRequest(/assets\/runs-/);
    await page.route(/assets\/runs-/, async (route) => {
      await released;
      await route.fallback();
    });
    await page.reload();
    await asked; // It was not opened yet.
    await page.getByRole("navigation").getByRole("link", { name: "Runs", exact: true }).click();
    const opening = page.getByRole("progressbar", { name: "Opening the page" });
    await opening.waitFor({ state: "attached" });
    release();
    await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
    await opening.waitFor({ state: "detached" });
    expect(opened.faults).toEqual([]);
  });

  test("shows a run by its workflow and subject; a button copies its id", async () => {
    const opened = await open({}, { viewport: { width: 390, height: 844 } });
    const { page, mock, go, run } = opened;
    const { run: id, workflow, key } = run("rendering");
    const title = `${workflow} · ${key}`;
    const { event } = mock.recording.answer(`/runs/${id}`) as RunDetail;
    await go(`/correlations/${event.correlation}`);
    await page.getByRole("link", { name: title }).first().waitFor();
    await page.getByRole("button", { name: `Copy the id of ${title}` }).waitFor();
    expect(await page.getByText(id).filter({ visible: true }).count()).toBe(0);
    // A path is shown whole, and breaks behind a separator.
    const path = page.locator(".log summary .path", { hasText: "draw-picture" }).first();
    expect(await path.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    await go(`/runs/${id}`);
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("to look at it");
    await dialog.getByRole("button", { name: "Pause" }).click();
    const toast = page.getByRole("region", { name: "Notifications" });
    await toast.getByText(title).waitFor();
    expect(await toast.textContent()).not.toContain(id);
    const deadLetter = mock.recording.items<DeadLetterView>("/dead-letters").find((letter) => letter.run);
    await go(`/dead-letters/${deadLetter!.id}`);
    await page.getByRole("button", { name: /^Copy the id of / }).waitFor();
  });

  test("is as high as its list, up to the window's height", async () => {
    const { page, go } = await open({}, { viewport: { width: 1280, height: 800 } });
    const height = async () => (await page.locator(".card.fill").boundingBox())!.height;
    await go("/workflows");
    expect(await height()).toBeLessThan(300);
    await go("/runs");
    expect(await height()).toBeGreaterThan(500);
    expect(await page.evaluate("document.documentElement.scrollHeight <= innerHeight")).toBe(true);
  });

  test("shows the filters of runs in one line at 1280 pixels, and the id of a run in one line on a phone", async () => {
    const wide = await open({}, { viewport: { width: 1280, height: 800 } });
    const height = async ({ page }: Opened, part: string) =>
      (await page.locator(part).first().boundingBox())!.height;
    await wide.go("/runs");
    expect(await height(wide, ".filters")).toBeLessThan(48);
    const phone = await open({}, { viewport: { width: 390, height: 844 } });
    await phone.go(`/runs/${phone.run("asking").run}`);
    expect(await height(phone, ".run-id .mono")).toBeLessThan(24);
  });

  test("shows names and states whole at 1024 pixels", async () => {
    const { page, go } = await open({}, { viewport: { width: 1024, height: 768 } });
    const cut = (parts: string) =>
      page
        .locator(parts)
        .evaluateAll((found) =>
          found.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent),
        );
    await go("/runs");
    const cells = ".table-row .cell:first-child, .table-row .cell:nth-child(2)";
    await page.locator(cells).first().waitFor();
    expect(await cut(cells)).toEqual([]);
    await go("/workflows");
    await page.locator(cells).first().waitFor();
    expect(await cut(cells)).toEqual([]);
    await go("/");
    await page.locator(".need .what").first().waitFor();
    expect(await cut(".need strong")).toEqual([]);
  });

  test("shows on a phone how many calls of a step are in which state, next to its name", async () => {
    const { page, run, go } = await open({}, { viewport: { width: 390, height: 844 } });
    await go(`/runs/${run("rendering").run}`);
    const calls = page.locator(".calls summary").first();
    const texts = [calls.getByText("draw-picture"), calls.getByText(/^\d+ failed, /)];
    const [name, counts] = await Promise.all(texts.map(async (text) => (await text.boundingBox())!));
    expect(counts!.x >= name!.x + name!.width || counts!.y >= name!.y + name!.height).toBe(true);
    expect(await calls.locator(".clip").evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
  });

  test("shows on a phone why a run failed, and why a message is a dead letter", async () => {
    const { page, mock, run, go } = await open({}, { viewport: { width: 390, height: 844 } });
    await go("/runs");
    await page
      .getByRole("row")
      .filter({ hasText: run("failed").key! })
      .getByText(/in take-payment$/)
      .waitFor();
    await go("/dead-letters");
    const [{ reason }] = mock.recording.items<DeadLetterView>("/dead-letters") as [DeadLetterView];
    await page.getByRole("row").getByText(reason).first().waitFor();
  });

  test("shows a condition of a workflow in two lines", async () => {
    const { page, run, go } = await open({}, { viewport: { width: 1280, height: 800 } });
    await go(`/runs/${run("asking").run}`);
    const name = page.locator(".box .name", { hasText: "when editor.approved" }).first();
    await name.waitFor();
    expect(await name.evaluate((element) => element.scrollHeight <= element.clientHeight + 1)).toBe(true);
  });

  test("follows the system's theme while it is open, and the choice of another one", async () => {
    const { page } = await open({}, { colorScheme: "light" });
    const shows = async (theme: "light" | "dark") => {
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      const [red] = (
        await page.evaluate<string>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).join()")
      ).split(",");
      expect(Number(red) > 128 ? "light" : "dark").toBe(theme);
    };
    await shows("light");
    await page.emulateMedia({ colorScheme: "dark" });
    await shows("dark");
    await page.emulateMedia({ colorScheme: "light" });
    await shows("light");
    // Chosen, and kept until the choice is the system's again.
    await page.getByRole("button", { name: "Dark theme" }).click();
    await shows("dark");
    await page.reload();
    await shows("dark");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByRole("button", { name: "Light theme" }).click();
    await shows("light");
    await page.getByRole("button", { name: "Dark theme" }).click();
    await page.emulateMedia({ colorScheme: "light" });
    await shows("light");
  });

  test("shows a long flow map from its beginning in a readable size, with a small map of the whole", async () => {
    const { page, go } = await open({}, { viewport: { width: 1280, height: 800 } });
    const events = Array.from({ length: 14 }, (_, at) => ({
      id: `e${at}`,
      kind: "event",
      label: `event.e${at}`,
    }));
    const edges = events.slice(1).map(({ id }, at) => ({ from: `e${at}`, to: id, event: "e" }));
    await page.route("**/api/map", (route) => route.fulfill({ json: { nodes: events, edges } }));
    await go("/map");
    const first = page.locator(".flow .react-flow__node").first();
    await first.waitFor();
    expect((await first.boundingBox())!.width).toBeGreaterThan(198 * 0.65);
    expect((await first.boundingBox())!.x).toBeGreaterThan(220);
    await page.locator(".flow .react-flow__minimap").waitFor();
  });

  test("shows an app without workflows no first steps to a run, and nothing of runs", async () => {
    const { page, mock, go } = await open({ part: "a new app" });
    const reactions = mock.recording
      .items<SubscriberView>("/subscribers")
      .filter(({ kind }) => kind === "reaction");
    await page.route("**/api/subscribers", (route) => route.fulfill({ json: { items: reactions } }));
    await page.reload();
    await go("/");
    await page.getByRole("heading", { name: "Health" }).waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "Subscribers" }).waitFor();
    await page.getByRole("heading", { name: "Send your first event" }).waitFor({ state: "detached" });
  });

  test("says that something does not exist in words for its readers", async () => {
    const { page, go } = await open();
    await go("/runs/no-such-run");
    await page.getByRole("heading", { name: "Not found" }).waitFor();
    expect(await page.getByRole("alert").textContent()).not.toContain("There is no run");
  });

  test("says what to do if it is empty", async () => {
    const { page, go } = await open({ part: "a new app" });
    const says = {
      "/runs": "No runs yet",
      "/approvals": "No pending approvals",
      "/dead-letters": "No dead letters",
      "/quarantine": "Quarantine is empty",
      "/replays": "No replays yet",
      "/deliveries": "No failed deliveries",
      "/deliveries?event=unknown": "No deliveries found",
      "/correlations/unknown": "No entries for this event",
    };
    for (const [place, heading] of Object.entries(says)) {
      await go(place);
      await page.getByRole("heading", { name: heading }).waitFor();
    }
  });
});
