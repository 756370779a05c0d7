import { expect, test } from "vitest";
import { MOCK_TOKEN } from "../../console/mock/api.ts";
import type {
  BreakerView,
  DeadLetterView,
  ModelProgressView,
  ReplayView,
  RunDetail,
  SettingsView,
  TimelineBar,
  WorkflowView,
} from "../../console/src/api/types.ts";
import { nodeOfPath } from "../../console/src/text/paths.ts";
import { exactTime } from "../../console/src/text/time.ts";
import { describeInBrowser } from "./browser.ts";
import { PATIENCE } from "./chromium.ts";

/** Pixels, as the table has it. */
const ROW = 42;

/** What a model is writing for a step. */
const PROGRESS: ModelProgressView = {
  attempt: 1,
  prompt: "check-scene",
  model: "bedrock:a-model",
  text: '{"confidence":0.9,"findings":[',
  tokens: { input: 512, output: 8 },
  usd: 0.0006,
  startedAt: "2026-03-01T12:00:00.000Z",
  at: "2026-03-01T12:00:01.000Z",
};

/** The state of a list whose failures are tolerated. */
const LONG_LIST: RunDetail["nodes"][string] = {
  state: "running",
  count: 5_000,
  done: 4_900,
  failed: 100,
  attempts: 5_000,
  items: { count: 5_000, waiting: 0, running: 0, failed: 100, done: 4_900 },
};

describeInBrowser("what people do in the console", (open) => {
  test("a newcomer is shown what to do, sends a first event, sees its run appear and opens it", async () => {
    const { page, faults, strangers } = await open({ part: "a new app" });
    expect(await page.evaluate("location.hash")).toBe("#/");
    await page.getByRole("heading", { name: "Send your first event" }).waitFor();
    await page.getByRole("link", { name: "Open video.requested" }).click();
    await page.getByRole("cell", { name: "1 to 12" }).waitFor();
    await page.getByRole("button", { name: "Send this event" }).click();
    const dialog = page.getByRole("dialog");
    const topic = dialog.getByLabel("topic");
    await topic.waitFor();
    expect(await topic.inputValue()).toBe("topic");
    await topic.fill("");
    await dialog.getByRole("button", { name: "Send", exact: true }).click();
    await dialog.getByText("Required.").waitFor();
    await topic.fill("lighthouses");
    await dialog.getByRole("button", { name: "Send", exact: true }).click();
    await page
      .getByText(/video.requested was sent as/)
      .first()
      .waitFor();
    await dialog.getByRole("link", { name: "View runs" }).click();
    const run = page.getByRole("row").filter({ hasText: "lighthouses" });
    await run.getByRole("link").click();
    await page.getByRole("region", { name: "Graph" }).getByText("draw-storyboard").waitFor();
    expect(faults).toEqual([]);
    expect(strangers).toEqual([]);
  });

  test("an incident: from the overview to the stuck run, its dead letter, and the run that continues", async () => {
    const { page, mock, run, faults } = await open();
    const { run: id } = run("stuck");
    await page.getByRole("region", { name: "Needs attention" }).locator(`a[title="${id}"]`).click();
    await page.getByText("Stuck at send-parcel.").waitFor();
    await page.getByRole("link", { name: "View the dead letter" }).click();
    await page.getByText("Reason:").waitFor();
    const message = page.getByRole("textbox", { name: "Message" });
    const text = await message.inputValue();
    await message.fill("{ broken");
    await page
      .getByRole("alert")
      .getByText(/Invalid JSON/)
      .waitFor();
    await message.fill(text.replace("1 Mill Lane", "2 Mill Lane"));
    await page.getByRole("button", { name: "Redrive the edited message" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Redrive" }).click();
    await dialog.getByText("Give a reason. It is recorded in the history.").waitFor();
    await dialog.getByLabel("Reason").fill("the address was wrong");
    await dialog.getByRole("button", { name: "Redrive" }).click();
    await page.getByRole("row").filter({ hasText: "order.shipped" }).waitFor();
    expect(await page.getByRole("row").filter({ hasText: "send-parcel" }).count()).toBe(0);
    await page.goto(`${mock.address}#/runs/${id}`);
    await page.locator("h1").getByText("succeeded").waitFor();
    expect(faults).toEqual([]);
  });

  test("a setting: changed with a reason, refused if another operator was faster, and restored", async () => {
    const { page, mock, faults } = await open();
    const answer = mock.recording.answer("/settings/workflow/deliver-parcel") as SettingsView;
    Object.assign(answer.settings.find(({ name }) => name === "mostHops")!, { least: 32, most: 32 });
    await page.goto(`${mock.address}#/workflows/deliver-parcel`);
    const fixed = page.getByRole("listitem", { name: "mostHops" });
    await fixed.getByText("the definition allows no other value").waitFor();
    expect(await fixed.getByRole("button").count()).toBe(0);
    const setting = page.getByRole("listitem", { name: "perKey.starts" });
    await setting.getByText("Default 10; from 1 to 100").waitFor();
    const change = async (value: string) => {
      await setting.getByRole("button", { name: "Change" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Value").fill(value);
      await dialog.getByLabel("Reason").fill("the courier limits us");
      await dialog.getByRole("button", { name: "Change" }).click();
      return dialog;
    };
    const dialog = await change("many");
    await dialog.getByText("Enter a number.").waitFor();
    await dialog.getByLabel("Value").fill("5");
    await dialog.getByRole("button", { name: "Change" }).click();
    await setting.getByText(/Set by token .*: the courier limits us/).waitFor();
    await page.getByText("History and restore").click();
    await page
      .getByRole("listitem", { name: "Revision 1" })
      .getByText("perKey.starts: default → 5")
      .waitFor();

    // Another operator, of whom this page does not know.
    mock.recording.play("another operator changes the setting");
    const refused = await change("6");
    await refused.getByText("The settings are at revision 2").waitFor();
    await refused.getByRole("button", { name: "Cancel" }).click();

    await page.reload();
    await page.getByText("History and restore").click();
    await page.getByRole("listitem", { name: "Revision 1" }).getByRole("button", { name: "Restore" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("5 was right");
    await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
    await page.getByRole("listitem", { name: "Revision 3" }).getByText("as in revision 1").waitFor();
    expect(faults.filter((fault) => !fault.includes("409 (Conflict)"))).toEqual([]);
  });

  test("settings of a reaction and of a shared limit have a panel, and a run shows those it was accepted under", async () => {
    const { page, run, faults, go } = await open();
    await go("/map");
    await page
      .getByRole("listitem")
      .filter({ hasText: "thank-customer" })
      .getByRole("button", { name: "Settings" })
      .click();
    await page
      .getByRole("region", { name: "Settings of thank-customer" })
      .getByText("retry.attempts")
      .first()
      .waitFor();
    await go("/breakers");
    const limit = page.getByRole("region", { name: "Shared limits" });
    await limit.getByText(/Used by deliver-parcel. \d runs of all keys in it./).waitFor();
    await limit.getByRole("button", { name: "Settings" }).click();
    const shown = page.getByRole("region", { name: "Settings of couriers" });
    await shown.waitFor();
    await limit.getByRole("button", { name: "Settings" }).click();
    await shown.waitFor({ state: "detached" });
    await go(`/runs/${run("asking").run}`);
    await page.getByText("deadline 1 day").waitFor();
    await go(`/runs/${run("waiting").run}`);
    await page.getByText("as ada").waitFor();
    expect(faults).toEqual([]);
  });

  test("a paused workflow and a resolved dead letter say by whom, and why", async () => {
    const { page, mock, go, faults } = await open();
    const at = new Date().toISOString();
    const [workflow] = mock.recording.items<WorkflowView>("/workflows");
    workflow!.paused = { by: "ada", why: "the courier is down", at };
    await go(`/workflows/${workflow!.name}`);
    await page.getByText(/^by ada, .*: the courier is down$/).waitFor();
    const [letter] = mock.recording.items<DeadLetterView>("/dead-letters");
    const resolved = { as: "discarded", by: "bob", why: "the order was cancelled", at };
    Object.assign(mock.recording.answer(`/dead-letters/${letter!.id}`)!, { resolved });
    await go(`/dead-letters/${letter!.id}`);
    await page.getByText(/^by bob, .*: the order was cancelled$/).waitFor();
    expect(faults).toEqual([]);
  });

  test("an event that is edited as JSON cannot be sent while that is invalid", async () => {
    const { page, go } = await open();
    await go("/events/video.requested");
    await page.getByRole("button", { name: "Send this event" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Edit as JSON" }).click();
    const payload = dialog.getByLabel("Payload");
    const text = await payload.inputValue();
    await payload.fill("{ broken");
    await dialog.getByText(/Invalid JSON/).waitFor();
    const send = dialog.getByRole("button", { name: "Send", exact: true });
    expect(await send.isDisabled()).toBe(true);
    expect(await payload.getAttribute("aria-invalid")).toBe("true");
    await payload.fill(text);
    await expect.poll(() => send.isEnabled()).toBe(true);
  });

  test("an approval: the film is shown, and the decision with its note reaches the run", async () => {
    const { page, mock, run, faults } = await open();
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    const question = page.getByRole("region", { name: "Approval" });
    const film = question.locator("video");
    await film.waitFor();
    await expect.poll(() => film.evaluate((element: any) => element.duration > 0)).toBe(true);
    expect(await question.locator("figure img").count()).toBe(1);
    await question.getByText("Volcanoes, in short").first().waitFor();
    await question.getByLabel("Note").fill("lovely");
    await question.getByRole("button", { name: "Approve" }).click();
    await page.getByText("No pending approvals").waitFor();
    await page.goto(`${mock.address}#/approvals/${run("asking").run}/${encodeURIComponent("cut[1]/editor")}`);
    await question.getByText(/Approved by token/).waitFor();
    await question.getByText(/lovely/).waitFor();
    expect(faults).toEqual([]);
  });

  test("edited code: an error is shown on every page, and a failed run is retried with the edited handler", async () => {
    const { page, mock, run, go, faults } = await open();
    const { run: id, workflow, key, failedStep } = run("failed");
    await go(`/runs/${id}`);
    const file = `workflows/shop/${failedStep}.lambda.ts`;
    mock.reload = {
      state: "failed",
      handlers: {},
      problem: { message: "Unterminated string literal", file, line: 7, column: 3, code: "> 7 | x" },
    };
    const alert = page.getByRole("alert").filter({ hasText: "Unterminated string literal" });
    await alert.waitFor();
    expect(await alert.textContent()).toContain(`${file}:7:3`);
    expect(await page.getByRole("button", { name: "Retry with the edited handler" }).count()).toBe(0);
    mock.reload = { state: "current", handlers: { [file]: new Date().toISOString() } };
    await alert.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Retry with the edited handler" }).click();
    await page.getByText(`${workflow} · ${key} continues from the failed step`).waitFor();
    expect(run("failed").epoch).toBe(2);
    expect(faults).toEqual([]);
  });

  test("filters are saved as a view of this browser, and removed again", async () => {
    const { page, go } = await open();
    await go("/runs?status=failed&workflow=fulfil-order");
    const views = page.getByRole("navigation", { name: "Views" });
    await views.getByRole("button", { name: "Save view" }).click();
    await views.getByLabel("Name of the view").fill("Orders that failed");
    await page.keyboard.press("Enter");
    await views.getByRole("link", { name: "All" }).click();
    await expect.poll(() => page.evaluate("location.hash")).toBe("#/runs");
    await page.reload();
    await views.getByRole("link", { name: "Orders that failed" }).click();
    await expect.poll(() => page.evaluate("location.hash")).toContain("workflow=fulfil-order");
    await views.getByRole("button", { name: "Remove the view Orders that failed" }).click();
    await views.getByRole("link", { name: "Orders that failed" }).waitFor({ state: "detached" });
  });

  test("a run is compared with another one, and with an earlier time", async () => {
    const { page, run, go, faults } = await open();
    const failed = run("failed");
    await go(`/runs/${failed.run}`);
    await page.getByRole("link", { name: "Compare", exact: true }).click();
    const other = page.getByLabel("Compare with");
    await other.selectOption({ index: 1 });
    await page.getByRole("region", { name: "Nodes" }).getByRole("row").first().waitFor();
    await page
      .getByRole("region", { name: "Runs" })
      .getByRole("row", { name: /^Status failed/ })
      .waitFor();
    // Its state is in the address, which follows the click.
    await page.getByLabel("Only differences").click();
    await expect.poll(() => page.evaluate("location.hash")).toMatch(/a=.*&b=.*&only=differences/);

    await go(`/runs/${failed.run}`);
    await page.getByRole("slider").focus();
    await page.keyboard.press("Home");
    await page.getByRole("link", { name: "Compare with now" }).click();
    await page
      .getByRole("region", { name: "Runs" })
      .getByRole("row", { name: /^Steps done 0/ })
      .waitFor();
    expect(faults).toEqual([]);
  });

  test("time travel: the page shows a run as it was, by slider, keys and address", async () => {
    const { page, run, go } = await open();
    await go(`/runs/${run("failed").run}`);
    const graph = page.getByRole("region", { name: "Graph" });
    await graph.getByRole("button", { name: /^hold-stock undone/ }).waitFor();
    const slider = page.getByRole("slider");
    await slider.focus();
    await page.keyboard.press("Home");
    await page.getByText(/State at/).waitFor();
    await graph.getByRole("button", { name: "accept-order running, step" }).waitFor();
    await graph.getByRole("button", { name: "hold-stock not started, step" }).waitFor();
    expect(await page.evaluate("location.hash")).toMatch(/at=\d{4}-/);
    await page.keyboard.press("]");
    await page.keyboard.press("]");
    await graph.getByRole("button", { name: "hold-stock running, step" }).waitFor();
    expect(await page.getByRole("button", { name: "Retry" }).count()).toBe(0);
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    await graph.getByRole("button", { name: "hold-stock running, step" }).waitFor();
    await page.getByRole("button", { name: "Back to now" }).click();
    await graph.getByRole("button", { name: /^hold-stock undone/ }).waitFor();
    await page.getByRole("tab", { name: "Log" }).click();
    await page.getByText("step.undone").first().click();
    await page.getByRole("group", { name: "Data of step.undone" }).first().waitFor();
  });

  test("the calls of models of a step are in its panel, with tokens and cost", async () => {
    const { page, run, go, faults } = await open();
    await go(`/runs/${run("asking").run}?node=cut/write-script`);
    const calls = page.getByRole("region", { name: "Calls of models" });
    await calls.getByText(/^1 call, \d+ tokens, \$0\.000\d+$/).waitFor();
    await calls.getByText("write-script").click();
    await calls.getByText(/^openai-compatible:house-model, 412 tokens in, \d+ out/).waitFor();
    expect(faults).toEqual([]);
  });

  test("a node of a run: its error and log in the panel, its items by state, all in the address", async () => {
    const { page, mock, run, go, faults } = await open();
    await go(`/runs/${run("failed").run}`);
    const copy = page.getByText("Copy", { exact: true });
    for (const leave of [() => page.keyboard.press("Escape"), () => page.locator("h1").click()]) {
      await copy.click();
      await page.getByRole("button", { name: "Copy as curl" }).waitFor();
      await leave();
      await page.getByRole("button", { name: "Copy as curl" }).waitFor({ state: "hidden" });
    }
    const graph = page.getByRole("region", { name: "Graph" });
    await graph.getByRole("button", { name: /^take-payment failed/ }).click();
    const panel = page.getByRole("complementary", { name: "Node take-payment" });
    await panel.getByText("The card was declined.").first().waitFor();
    expect(await page.evaluate("location.hash")).toContain("node=take-payment");
    await panel.getByRole("button", { name: "Open in the log" }).click();
    // Two entries, and what the handler has written in its two attempts.
    await expect.poll(() => page.locator("#panel-log .log > li").count()).toBe(4);
    await panel.getByRole("button", { name: "Close the panel" }).click();
    await panel.waitFor({ state: "detached" });
    // By keyboard, the focus is at the node again.
    await page.keyboard.press("Enter");
    await panel.getByRole("button", { name: "Copy the path" }).focus();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await panel.waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.dataset.id")).toBe("take-payment");

    const { run: id } = run("rendering");
    const { steps } = mock.recording.answer(`/runs/${id}`) as RunDetail;
    const retried = steps.find(({ attempts }) => attempts.length > 1)!;
    await go(
      `/runs/${id}?node=${encodeURIComponent(nodeOfPath(retried.path))}&item=${encodeURIComponent(retried.path)}`,
    );
    const started = page.locator(".node-panel dt", { hasText: "Started" }).locator("+ dd");
    expect(await started.textContent()).toBe(exactTime(retried.attempts[0]!.startedAt));
    const path = encodeURIComponent("cut[1]/scenes[4]/take[1]/draw-picture");
    mock.recording.set(`/runs/${id}/progress?path=${path}`, { progress: PROGRESS });
    await go(`/runs/${id}?node=cut%2Fscenes`);
    const parts = page.getByRole("region", { name: "Parts" });
    await parts.getByRole("button", { name: "3 running" }).click();
    await expect.poll(() => parts.getByRole("listitem").count()).toBe(3);
    await parts.getByRole("button", { name: /scenes 4/ }).click();
    expect(decodeURIComponent(await page.evaluate("location.hash"))).toContain("item=cut[1]/scenes[4]");
    const writing = page.getByRole("region", { name: "Answer of the model so far" });
    await writing.getByText("bedrock:a-model, about 512 tokens in, 8 out, $0.0006").waitFor();
    await writing.getByText('{"confidence":0.9,"findings":[').waitFor();
    expect(faults).toEqual([]);
  });

  test("a node says with which others it shares a message", async () => {
    const { page, mock, run, go, faults } = await open();
    const { run: id } = run("rendering");
    const detail = mock.recording.answer(`/runs/${id}`) as RunDetail;
    for (const node of detail.graph!.nodes) {
      if (node.id === "publish") node.message = { shared: true, text: "One message with announce" };
      if (node.id === "announce") node.message = { shared: true, text: "One message with publish" };
    }
    await go(`/runs/${id}?node=announce`);
    await page.getByText("One message with publish.").waitFor();
    await page.getByTitle("One message with announce").waitFor({ state: "attached" });
    expect(faults).toEqual([]);
  });

  test("boxes open and close by keyboard; if the graph does not fit at a readable size, a map shows it", async () => {
    const { page, run, go } = await open();
    await go(`/runs/${run("asking").run}`);
    const graph = page.getByRole("region", { name: "Graph" });
    const scenes = graph.getByRole("button", { name: /^scenes done 6\/6/ });
    await scenes.focus();
    expect(await scenes.getAttribute("aria-expanded")).toBe("false");
    expect(await graph.locator('[data-id="cut/scenes/kept"]').count()).toBe(0);
    await page.keyboard.press("ArrowRight");
    await graph.locator('[data-id="cut/scenes/kept"]').waitFor();
    await page.keyboard.press("ArrowLeft");
    await graph.locator('[data-id="cut/scenes/kept"]').waitFor({ state: "detached" });
    await graph.locator(".react-flow__minimap").waitFor();
    // While it moves, it is a little further away.
    const zoom = () =>
      page.evaluate(
        `new DOMMatrix(getComputedStyle(document.querySelector(".react-flow__viewport")).transform).a`,
      );
    await expect.poll(zoom).toBeGreaterThanOrEqual(0.7);
  });

  test("the timeline groups calls, shows idle time, and marks the critical path", async () => {
    const { page, mock, run, go } = await open();
    await go(`/runs/${run("asking").run}?tab=timeline`);
    const bars = page.getByRole("group", { name: "Bars" });
    await bars.getByText("idle, compressed").waitFor();
    const group = bars.getByRole("button", { name: /draw-picture ×6/ });
    await group.click();
    await expect.poll(() => bars.locator(".bars-row.inner").count()).toBe(6);
    await bars
      .getByRole("img", { name: /draw-picture: failed attempt/ })
      .first()
      .waitFor();
    await bars.getByRole("img", { name: /editor: waiting for a person/ }).waitFor();
    expect(await bars.locator(".bars-row.critical").count()).toBeGreaterThan(2);

    // A mark near the end has its text before it.
    const { run: id, acceptedAt } = run("succeeded");
    const { bars: all } = mock.recording.answer(`/runs/${id}/timeline`) as { bars: TimelineBar[] };
    const to = new Date(Date.parse(acceptedAt) + 100_200).toISOString();
    mock.recording.set(`/runs/${id}/timeline`, { bars: [{ ...all[0]!, from: acceptedAt, to }] });
    await go(`/runs/${id}?tab=timeline`);
    await bars.getByText("1 m 40 s").waitFor();
    expect(await bars.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
  });

  test("a list of 5,000 items is drawn in part, filtered by state and found by number", async () => {
    const { page, run, go, faults } = await open();
    const { run: id } = run("asking");
    await page.route(`**/api/runs/${id}`, async (route) => {
      const detail = (await (await route.fetch()).json()) as {
        steps: { path: string; state: string }[];
        nodes: RunDetail["nodes"];
      };
      const one = detail.steps.find(({ path }) => path.includes("scenes[0]"))!;
      detail.nodes["cut/scenes"] = { ...LONG_LIST };
      detail.steps = Array.from({ length: 5_000 }, (_, item) => ({
        ...one,
        path: one.path.replace("scenes[0]", `scenes[${item}]`),
        state: item % 50 === 37 ? "failed" : "done",
      }));
      await route.fulfill({ json: detail });
    });
    await go(`/runs/${id}?node=cut%2Fscenes`);
    const items = page.getByRole("region", { name: "Parts" });
    await items.getByRole("button", { name: "All 5,000" }).waitFor();
    const box = page.locator('.react-flow__node[data-id="cut/scenes"] .under');
    expect(await box.allInnerTexts()).toEqual([expect.stringContaining("4900/5000"), "100 failed"]);
    expect(
      await box.evaluateAll((lines) => lines.every((line) => line.scrollWidth <= line.clientWidth)),
    ).toBe(true);
    expect(await items.getByRole("listitem").count()).toBeLessThan(60);
    // The first that failed is shown, and is in view in the list.
    await items.getByRole("button", { name: "scenes 37", pressed: true }).waitFor();
    await items.getByRole("button", { name: "100 failed" }).click();
    await items.getByRole("listitem").first().getByText("scenes 37").waitFor();
    await items.getByRole("button", { name: "All 5,000" }).click();
    await items.getByLabel("Find a part").fill("4321");
    await expect.poll(() => items.getByRole("listitem").count()).toBe(1);
    // Below the graph, the calls are one line that opens, in the state of their node.
    await page.locator(".calls summary").first().getByText("done", { exact: true }).waitFor();
    expect(await page.locator(".rows > li").count()).toBeLessThan(20);
    // The input of an item that was added.
    expect(faults.filter((fault) => !fault.includes("404 (Not Found)"))).toEqual([]);
  });

  test("an approval says what happens without a decision", async () => {
    const { page, mock, run, go } = await open();
    const { run: id } = run("asking");
    await go(`/runs/${id}`);
    await page.getByText(/Without a decision, it is escalated in \d+ h/).waitFor();
    const [question] = (mock.recording.answer(`/runs/${id}`) as RunDetail).questions;
    for (const [otherwise, says] of [
      ["approve", "Without a decision, it is approved"],
      ["reject", "Without a decision, it is rejected"],
    ]) {
      Object.assign(question!, { otherwise });
      await go("/approvals");
      await page.reload();
      await page.getByRole("region", { name: "Approval" }).getByText(says!).waitFor();
    }
    // One person has one vote.
    await page.getByRole("button", { name: "Approve" }).waitFor();
    const votes = [{ by: "token", approved: true, at: new Date().toISOString() }];
    Object.assign(question!, { votes, progress: "1 of 2 approved, by token" });
    await page.reload();
    await page.getByText("You have voted.").waitFor();
    expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
  });

  test("an open breaker says when it is probed next, and that the next call is the probe once that time is over", async () => {
    const { page, mock, go } = await open();
    const breaker = mock.recording.items<BreakerView>("/breakers").find(({ state }) => state === "open")!;
    await go("/breakers");
    breaker.until = new Date(Date.now() + 3_600_000).toISOString();
    await page.reload();
    await page.getByText(/Next probe in (?:1 h|59 m)/).waitFor();
    breaker.until = new Date(Date.now() - 60_000).toISOString();
    await page.reload();
    await page.getByText("The next call is the probe.").waitFor();
    expect(await page.getByText(/ago/).count()).toBe(0);
  });

  test("Ctrl-K goes to a page and to a run by its subject", async () => {
    const { page, run, faults } = await open();
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: /Go to/ });
    await field.fill("dead");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Dead letters" }).waitFor();
    const { run: id, key } = run("failed");
    await page.keyboard.press("Control+k");
    await field.fill(key!);
    await page.getByRole("option").filter({ hasText: id }).click();
    await page.getByRole("heading", { level: 1 }).getByText(key!).waitFor();
    expect(faults).toEqual([]);
  });

  test("a replay: a dry run with its reason, a cancellation that comes too late, and who cancelled it", async () => {
    const { page, mock, go, faults } = await open();
    await go("/replays");
    await page.getByRole("button", { name: "Replay events" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox").first().selectOption("thank-customer");
    await dialog.getByLabel("Until").fill("2020-01-01T00:00");
    await dialog.getByLabel("Reason").fill("what the fault has cost");
    await dialog.getByRole("button", { name: "Count" }).click();
    await dialog.getByText("The start must be before the end.").waitFor();
    await dialog.getByLabel("Until").fill("2099-01-01T00:00");
    await dialog.getByRole("button", { name: "Count" }).click();
    const list = page.getByRole("region", { name: "Replays" });
    await list.getByText(/Requested by token: what the fault has cost/).waitFor();
    await list.getByText("dry run").first().waitFor();

    // It ends faster than a person can look: as if it were still running.
    const [replay] = mock.recording.items<ReplayView>("/replays");
    Object.assign(mock.recording.answer(`/replays/${replay!.replay}`)!, { state: "running" });
    await page.reload();
    await list.getByRole("button", { name: "Cancel" }).click();
    await dialog.getByLabel("Reason").fill("it was enough");
    await dialog.getByRole("button", { name: "Cancel the replay" }).click();
    await dialog.getByText(/There is no replay .* to cancel: it has ended/).waitFor();

    const cancelled = { by: "token" };
    Object.assign(mock.recording.answer(`/replays/${replay!.replay}`)!, { state: "cancelled", cancelled });
    await page.reload();
    await list.getByText("cancelled by token").waitFor();
    expect(faults.filter((fault) => !fault.includes("409 (Conflict)"))).toEqual([]);
  });

  test("changes made elsewhere appear automatically", async () => {
    const { page, mock, go } = await open();
    await go("/runs");
    await page.getByText("Live", { exact: true }).waitFor();
    mock.recording.play("an order arrives");
    await page.getByRole("row").filter({ hasText: "o-4711" }).waitFor();
  });

  test("filters are in the address, and an address with filters shows the same", async () => {
    const { page, mock, go } = await open();
    await go("/runs");
    await page.getByLabel("Status").selectOption("failed");
    await page.getByLabel("Failed step").selectOption("take-payment");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate("location.hash")).toBe("#/runs?status=failed&step=take-payment");
    await expect.poll(() => page.locator(".table-row").filter({ hasNotText: "failed" }).count()).toBe(0);
    await page.locator("h1").click();
    await page.keyboard.press("/");
    await page.keyboard.type("o-4704");
    await expect.poll(() => page.locator(".table-row").count()).toBe(1);
    await page.goto("about:blank");
    await page.goto(`${mock.address}#/runs?text=no-such-run`);
    await page.getByRole("heading", { name: "No matching runs" }).waitFor();
  });

  test("lists are navigated by keyboard: j into the list, one tab stop, Enter opens", async () => {
    const { page, go } = await open();
    await go("/runs");
    await page.locator(".table-row").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    const focused = () => page.evaluate("document.activeElement.closest('[data-index]')?.dataset.index");
    await expect.poll(focused).toBe("2");
    expect(await page.locator(".row-link[tabindex='0']").count()).toBe(1);
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Graph" }).waitFor();
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await dialog.getByText("Flow map").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  test("a viewer sees actions disabled, with the reason", async () => {
    const { page, run, go } = await open({ role: "viewer" });
    await go(`/runs/${run("rendering").run}`);
    expect(await page.getByRole("button", { name: "Pause" }).isDisabled()).toBe(true);
    await go("/approvals");
    const question = page.getByRole("region", { name: "Approval" });
    expect(await question.getByRole("button", { name: "Approve" }).isDisabled()).toBe(true);
  });

  test("without a token, and with a wrong one, it says how to sign in; the token is not left in the address", async () => {
    const { page, mock } = await open();
    expect(page.url()).not.toContain(MOCK_TOKEN);
    await page.getByRole("button", { name: "Sign out" }).click();
    const command = `npx millrace --endpoint ${new URL(mock.address).origin} console`;
    await page.getByText(command, { exact: true }).waitFor();
    await page.getByLabel("Or paste a token").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The token was rejected").waitFor();
    await page.getByLabel("Or paste a token").fill(MOCK_TOKEN);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(mock.address).toContain("/_api/");
  });

  test("when the API is unavailable, pages say so, and recover automatically or on request", async () => {
    const { page, go } = await open();
    await page.route("**/api/breakers", (route) => route.abort());
    await go("/quarantine");
    await page.goto(page.url().replace("quarantine", "breakers"));
    await page.reload();
    await page.getByRole("heading", { name: "The API is not reachable" }).waitFor();
    await page.unroute("**/api/breakers");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("image-model").waitFor();
  });

  test("while the API does not answer, each page says that it may be out of date, and is reloaded with the first answer", async () => {
    // An answer of the feed takes longer than a reader waits.
    const { page, mock, run, go } = await open({ patience: PATIENCE });
    await go(`/runs/${run("rendering").run}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.route("**/api/**", (route) => route.abort());
    mock.recording.play("an order arrives");
    await page.getByRole("alert").filter({ hasText: "The data on this page may be out of date." }).waitFor();
    await page.goto(`${mock.address}#/events/order.placed`);
    await page.getByRole("heading", { name: "The API is not reachable" }).waitFor();
    await page.unroute("**/api/**");
    await page.getByText("orderId", { exact: true }).first().waitFor();
    await page.getByText("may be out of date").waitFor({ state: "detached" });
  });

  test("a dialog has the focus in its first field, and returns it when it is closed", async () => {
    const { page, run, go } = await open();
    await go(`/runs/${run("rendering").run}`);
    const focused = () =>
      page.evaluate("document.activeElement.tagName + document.activeElement.textContent");
    const terminate = page.getByRole("button", { name: "Terminate" });
    await terminate.focus();
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("INPUT");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("BUTTON Terminate");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await expect.poll(focused).toBe("INPUT");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("BUTTON Terminate");
    await page.keyboard.press("?");
    await page
      .getByRole("dialog", { name: "Keyboard shortcuts" })
      .getByRole("button", { name: "Close" })
      .click();
    await expect.poll(focused).toBe("BUTTON Terminate");
  });

  test("of 10,000 runs only the visible ones are in the page, at any scroll position", async () => {
    const { page, go, faults } = await open({ runs: 10_000 });
    await go("/runs");
    await page.locator(".table-row").first().waitFor();
    const most = await page.evaluate(`(async () => {
      const list = document.querySelector(".table-scroll");
      let most = 0;
      while (list.scrollHeight < ${1_000 * ROW}) {
        list.scrollTop = list.scrollHeight;
        await new Promise((resolve) => setTimeout(resolve));
        most = Math.max(most, document.querySelectorAll(".table-row").length);
      }
      return most;
    })()`);
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThan(100);
    expect(faults).toEqual([]);
  });
});
