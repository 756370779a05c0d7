import { afterEach, expect, test } from "vitest";
import { giveUp } from "../../../lambdas/runtime/index.ts";
import { expectOnce, expectOrder } from "./invariants.ts";
import { ISSUE, type Magazine, openMagazine } from "./magazine.ts";

let magazine: Magazine;
afterEach(async () => {
  await expectOrder(magazine);
  expectOnce(magazine);
  await magazine.cloud.close();
});

const issue = { ...ISSUE, checked: false };
const refuse = (message: string) => () => {
  throw giveUp(message);
};

/** Paths within their runs of what was undone, in this order. */
const undone = (workflow: string) =>
  magazine.effects.done.flatMap(
    (key) => new RegExp(`^work#${workflow}-.*#claim#\\d+#(.*)#undo$`).exec(key)?.[1] ?? [],
  );

test("a run that fails undoes parallel branches and maps in reverse order; each failed child undoes its own", async () => {
  magazine = await openMagazine({
    finish: ({ of }) => (of[0].includes("essay") ? refuse("too long")() : undefined),
  });
  await magazine.send("issue.planned", issue);
  await magazine.cloud.advance("2 hours");
  const [{ run } = {} as never] = await magazine.runs("make-issue");
  expect(run).toMatchObject({ status: "failed", failure: { error: "Millrace.ChildFailed" } });
  expect(run.failure!.cause).toContain("too long");
  const [news, essay] = (await magazine.runs("write-article")).map(({ run }) => run);
  expect([news!.status, essay!.status].sort()).toEqual(["failed", "succeeded"]);
  expect(undone("write-article")).toEqual(["revise[3]/act", "revise[2]/act", "revise[1]/act"]);
  expect(undone("make-issue")).toHaveLength(run.compensation!.undone);
  expect(undone("make-issue").sort()).toEqual(
    ["articles[0]/set", "cover", "photos[0]/photo", "photos[1]/photo"].sort(),
  );
});

test("a terminated run is undone; retried, it repeats what was undone, and reuses its children's results", async () => {
  magazine = await openMagazine();
  await magazine.send("issue.planned", { ...issue, articles: issue.articles.slice(0, 1) });
  await magazine.cloud.advance("2 hours");
  await magazine.send("issue.withdrawn", { issue: "i1" });
  await magazine.cloud.advance("30 minutes");
  const [{ run } = {} as never] = await magazine.runs("make-issue");
  expect(run).toMatchObject({ status: "terminated", terminated: { by: "cancelOn" } });
  expect(undone("make-issue").sort()).toEqual([
    "articles[0]/set",
    "cover",
    "photos[0]/photo",
    "photos[1]/photo",
  ]);
  expect(await magazine.questions()).toEqual([]);

  await magazine.order({ action: "retry", target: { run: run.run } });
  await magazine.cloud.advance("1 hour");
  await magazine.decide("chief-editor", true);
  await magazine.cloud.advance("1 minute");
  const [{ run: again } = {} as never] = await magazine.runs("make-issue");
  expect(again).toMatchObject({ status: "succeeded", epoch: 2, output: { bound: expect.any(String) } });
  expect(await magazine.runs("write-article")).toHaveLength(1);
  const bought = magazine.effects.done.filter((key) => key.includes("#buy#"));
  expect(bought).toHaveLength(1);
});

test("a child continues when its caller is terminated; its end is late, and published as late", async () => {
  magazine = await openMagazine();
  await magazine.send("issue.planned", { ...issue, articles: issue.articles.slice(0, 1) });
  await magazine.cloud.advance("10 minutes");
  await magazine.send("issue.withdrawn", { issue: "i1" });
  await magazine.cloud.advance("2 hours");
  expect(await magazine.runs("make-issue")).toMatchObject([{ run: { status: "terminated" } }]);
  expect(await magazine.runs("write-article")).toMatchObject([{ run: { status: "succeeded" } }]);
  expect(undone("write-article")).toEqual([]);
  expect(magazine.published("event.late")).toMatchObject([
    { event: "run.ended", workflow: "make-issue", path: "articles[0]/write-article" },
  ]);
});

test("a purchase beyond the budget asks for approval, and is not made", async () => {
  magazine = await openMagazine({
    buy: async (_input, _tries, { spend }) =>
      await spend({ usd: 11 }, async () => ({ value: { text: "rights" }, actual: { usd: 11 } })),
  });
  await magazine.send("issue.planned", { ...issue, articles: [] });
  await magazine.cloud.advance("1 minute");
  expect(await magazine.questions()).toMatchObject([
    { approval: "publisher", show: { name: "BudgetExceeded" } },
  ]);
  await magazine.decide("publisher", true);
  await magazine.cloud.advance("1 minute");
  expect(await magazine.questions()).toMatchObject([
    { approval: "publisher", show: { name: "BudgetExceeded" } },
  ]);
  await magazine.decide("publisher", false);
  await magazine.cloud.advance("10 minutes");
  const [{ run } = {} as never] = await magazine.runs("make-issue");
  expect(run).toMatchObject({ status: "failed", budget: { spent: { usd: 0 } } });
  expect(undone("make-issue").sort()).toEqual(["cover", "photos[0]/photo", "photos[1]/photo"]);
});

test("a value of a megabyte passes through branches, rounds, maps, children and undos", async () => {
  const large = "x".repeat(1_000_000);
  const seen = new Map<string, number>();
  const look = ({ of = [""], input }: any, _tries: number, { idempotencyKey }: any) => {
    const path = idempotencyKey.replace(/^.*?#claim#/, "");
    seen.set(path, (input?.of ?? of)[0]?.length);
    return undefined;
  };
  magazine = await openMagazine({
    make: look,
    discard: look,
    cover: () => ({ text: large }),
    news: () => ({ text: large }),
    "revise[1]/act": () => ({ text: large }),

    bind: (input) => {
      seen.set("bind", input.of[0].length);
      throw giveUp("too heavy");
    },
  });
  await magazine.send("issue.planned", { ...issue, notes: "n".repeat(900_000) });
  await magazine.cloud.advance("2 hours");
  await magazine.decide("chief-editor", true);
  await magazine.cloud.advance("10 minutes");
  const [{ run } = {} as never] = await magazine.runs("make-issue");
  expect(run).toMatchObject({ status: "failed", failure: { cause: expect.stringContaining("too heavy") } });
  expect(seen.get("bind")).toBe(1_000_000);
  expect(seen.get("1#finish#do")).toBeGreaterThanOrEqual(1_000_000);
  expect(seen.get("1#articles[0]/set#do")).toBeGreaterThanOrEqual(1_000_000);
  expect(seen.get("1#articles[1]/set#do")).toBeGreaterThanOrEqual(1_000_000);
  expect(seen.get("1#cover#undo")).toBe(900_000);
  expect(seen.get("1#articles[0]/set#undo")).toBeGreaterThanOrEqual(1_000_000);
  expect(JSON.stringify(await magazine.items("claim")).length).toBeLessThan(200_000);
});
