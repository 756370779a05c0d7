import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bakery, openBakery, synthesizeBakery } from "./bakery.ts";
import { describeVisits } from "./visit.ts";

/** Longer than SQS delivers a message of a step that dies each time. */
const GIVEN_UP = "30 minutes";
const HOUR = 3_600_000;

describeVisits("the console of a deployed app", (visit) => {
  let bakery: Bakery;
  beforeAll(async () => {
    bakery = await openBakery(synthesizeBakery());
  }, 180_000);
  afterAll(async () => {
    await bakery.close();
    expect(bakery.reports).toEqual([]);
  });

  test("a step that always crashes: from the overview to the reason, the fix, the redrive and the success", async () => {
    bakery.crashing.add("heat-oven");
    await bakery.send({ name: "sponge", layers: 2 });
    await bakery.advance(GIVEN_UP);
    const { page, go, faults } = await visit(bakery.address);
    const needsALook = page.getByRole("region", { name: "Needs attention" });
    await needsALook
      .getByRole("link", { name: /bake-cake/ })
      .first()
      .click();
    await page.getByText("Stuck at heat-oven.").waitFor();
    const run = page.url().match(/#\/runs\/([^?]+)/)![1]!;
    await page.getByRole("link", { name: "View the dead letter" }).click();
    await page.getByText("Reason:").waitFor();
    await page.getByText(/received 10 times/).waitFor();

    bakery.crashing.clear();
    await page.getByRole("button", { name: "Redrive" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("the oven was repaired");
    await dialog.getByRole("button", { name: "Redrive" }).click();
    await page.getByRole("heading", { name: "No dead letters" }).waitFor();
    await go(`/runs/${run}`);
    await page.locator("h1").getByText("succeeded").waitFor();
    await go("/");
    await needsALook.getByText("No problems").waitFor();
    await page.getByText("No runs in progress").waitFor();
    expect(await page.getByRole("heading", { name: "Send your first event" }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("a malformed event is corrected in the editor and released, and its run succeeds", async () => {
    await bakery.send({ name: "tower", layers: 99 });
    const { page, go, faults } = await visit(bakery.address);
    await go("/quarantine");
    await page.getByRole("link", { name: /cake.ordered/ }).click();
    await page.getByText("value: 99").waitFor();
    const payload = page.getByRole("textbox", { name: "Payload" });
    await payload.fill((await payload.inputValue()).replace("99", "3"));
    await page.getByRole("button", { name: "Release the edited event" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("three layers were meant");
    await dialog.getByRole("button", { name: "Release" }).click();
    await page.getByRole("heading", { name: "Quarantine is empty" }).waitFor();
    await go("/runs?workflow=bake-cake&key=tower");
    await page
      .getByRole("row")
      .filter({ hasText: "tower" })
      .filter({ hasText: "succeeded" })
      .getByRole("link")
      .click();
    await page.getByRole("tab", { name: "Data" }).click();
    await page
      .getByText(/"?layers"?:? ?3/)
      .first()
      .waitFor();
    expect(faults).toEqual([]);
  });

  test("an ended run, at a past time", async () => {
    await bakery.send({ name: "marble", layers: 1 });
    const { page, go, faults } = await visit(bakery.address);
    await go("/runs?key=marble");
    await page.getByRole("row").filter({ hasText: "succeeded" }).getByRole("link").click();
    const graph = page.getByRole("region", { name: "Graph" });
    await graph.getByRole("button", { name: /^heat-oven done/ }).waitFor();
    const slider = page.getByRole("slider");
    const [from, to] = await slider.evaluate((input: any) => [Number(input.min), Number(input.max)]);
    await slider.fill(String((from! + to!) / 2));
    await graph.getByRole("button", { name: /^heat-oven not started/ }).waitFor();
    await graph.getByRole("button", { name: /^mix-dough done/ }).waitFor();
    await graph.getByRole("button", { name: /^rest waiting/ }).waitFor();
    await page.getByRole("button", { name: "Back to now" }).click();
    await graph.getByRole("button", { name: /^heat-oven done/ }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a failing downstream is shown, and its breaker is forced open and set to automatic again", async () => {
    bakery.failing.add("heat-oven");
    await bakery.send(...[1, 2, 3].map((at) => ({ name: `flat ${at}`, layers: 1 })));
    bakery.failing.clear();
    const { page, go, faults } = await visit(bakery.address);
    await go("/breakers");
    const oven = page.getByRole("listitem").filter({ hasText: "oven" });
    const order = async (name: string) => {
      await oven.getByRole("button", { name }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Reason").fill("the oven is looked at");
      await dialog.getByRole("button", { name }).click();
      await dialog.waitFor({ state: "detached" });
    };
    await order("Force open");
    await oven.getByText(/the oven is looked at/).waitFor();
    await bakery.send({ name: "waiting", layers: 1 });
    await go("/runs?key=waiting");
    const row = page.getByRole("row").filter({ hasText: "waiting" });
    await row.getByText("running").waitFor();
    await go("/breakers");
    await order("Set to automatic");
    await go("/runs?key=waiting");
    await row.getByText("succeeded").waitFor();
    expect(faults).toEqual([]);
  });

  test("a dry run of a replay counts, and changes nothing", async () => {
    await bakery.send({ name: "counted", layers: 1 });
    const { page, go, faults } = await visit(bakery.address, { timezoneId: "UTC" });
    await go("/replays");
    await page.getByRole("button", { name: "Replay events" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox").first().selectOption("bake-cake");
    await dialog
      .getByLabel("Published from")
      .fill(new Date(bakery.cloud.now() - HOUR).toISOString().slice(0, 16));
    await dialog.getByLabel("Reason").fill("what would happen");
    await dialog.getByRole("button", { name: "Count" }).click();
    const list = page.getByRole("region", { name: "Replays" });
    await list.getByText("dry run").waitFor();
    await list.getByText(/^bake-cake duplicate/).waitFor();
    await go("/runs?key=counted");
    await page.getByRole("row").filter({ hasText: "counted" }).waitFor();
    expect(await page.getByRole("row").filter({ hasText: "counted" }).count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test("a run that is started elsewhere appears in each open page automatically", async () => {
    const [here, there] = await Promise.all([visit(bakery.address), visit(bakery.address)]);
    await Promise.all([here.go("/runs"), there.go("/events/cake.ordered")]);
    await here.page.getByText("Live", { exact: true }).waitFor();
    await there.page.getByRole("button", { name: "Send this event" }).click();
    const dialog = there.page.getByRole("dialog");
    await dialog.getByLabel("name").fill("elsewhere");
    await dialog.getByRole("button", { name: "Send", exact: true }).click();
    await here.page
      .getByRole("row")
      .filter({ hasText: "elsewhere" })
      .filter({ hasText: "succeeded" })
      .waitFor();
    expect([...here.faults, ...there.faults]).toEqual([]);
  });
});
