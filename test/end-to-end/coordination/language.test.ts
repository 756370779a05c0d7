import { afterEach, expect, test } from "vitest";
import { ask, giveUp } from "../../../lambdas/runtime/index.ts";
import { expectOnce, expectOrder } from "./invariants.ts";
import { type Magazine, openMagazine } from "./magazine.ts";

let magazine: Magazine;
afterEach(async () => {
  await expectOrder(magazine);
  expectOnce(magazine);
  await magazine.cloud.close();
});

const ARTICLES = [
  { article: "tides", kind: "essay" },
  { article: "moon", kind: "news" },
  { article: "wind", kind: "essay" },
];
const issue = {
  issue: "i1",
  articles: ARTICLES,
  photos: ["sea", "sky", "sun"],
  notes: "n",
  embargo: "2026-01-01T06:00:00Z",
  checked: true,
};

const essay = (rounds: number): string => (rounds === 0 ? "n" : `essay(thought(${essay(rounds - 1)}))`);
/** What comes out where all goes well. */
const article = (text: string, rounds: number) => ({ text: `set(article(${text}))`, rounds });
const WRITTEN = [article(essay(3), 3), article("news(n)", 1), article(essay(3), 3)];
const PHOTOS = ["sea()", "sky()", "sun()"];
const PAPER = "glossy(cover(n))";
const APPROVED = { approved: true, decidedBy: "ada" };

const run = async (workflow = "make-issue") => (await magazine.runs(workflow))[0]!.run;
const paths = async (workflow = "make-issue") =>
  (await magazine.runs(workflow)).flatMap(({ claims }) =>
    claims.map(({ path, state }) => `${path} ${state}`),
  );

test("an issue: articles in order by a workflow of their own, an event, an escalation with two levels", async () => {
  magazine = await openMagazine();
  await magazine.send("issue.planned", issue);
  await magazine.cloud.advance("1 hour");
  await magazine.send("proof.read", { issue: "i1", remarks: "fine" });
  await magazine.cloud.advance("4 hours");
  expect(await magazine.questions()).toEqual([]); // The embargo is not over, the articles are not there.
  await magazine.cloud.advance("2 hours");
  expect(await magazine.questions()).toMatchObject([
    {
      approval: "chief-editor",
      level: 1,
      why: "the paper is glossy(cover(n))",
      show: { issue: "i1", remarks: "fine" },
    },
  ]);
  await magazine.cloud.advance("5 hours");
  expect(await magazine.questions()).toMatchObject([{ approval: "chief-editor", level: 2 }]);
  expect(magazine.published("escalation.raised")).toMatchObject([
    { approval: "chief-editor", level: 1, why: "the paper is glossy(cover(n))" },
    { approval: "chief-editor", level: 2, why: "timeout" },
  ]);
  await magazine.decide("chief-editor", true);
  await magazine.cloud.advance("1 minute");
  expect(await run()).toMatchObject({
    status: "succeeded",
    output: {
      articles: WRITTEN,
      photos: PHOTOS,
      paper: PAPER,
      proofRead: true,
      decision: APPROVED,
      bound: `issue(cover(n),${PAPER},rights)`,
    },
    budget: { spent: { usd: 4 } },
  });
  const rounds = [1, 2, 3].flatMap((round) =>
    ["act", "look", "think"].map((step) => `revise[${round}]/${step} done`),
  );
  expect((await paths("write-article")).sort()).toEqual(
    [...rounds, ...rounds, "finish done", "finish done", "finish done", "news done"].sort(),
  );
});

test("without a proof it continues; a failed photo is null; a rejection prints nothing", async () => {
  const declined = () => {
    throw giveUp("too dark");
  };
  magazine = await openMagazine({ "photos[1]/photo": declined });
  await magazine.send("issue.planned", issue);
  await magazine.cloud.advance("49 hours");
  await magazine.decide("chief-editor", false);
  await magazine.cloud.advance("1 minute");
  expect(await run()).toMatchObject({
    status: "succeeded",
    output: { photos: ["sea()", null, "sun()"], proofRead: false, decision: { approved: false } },
  });
  expect((await run()).output).not.toHaveProperty("bound");
});

test("more failed photos than allowed end the run, and all its effects are undone", async () => {
  const declined = () => {
    throw giveUp("too dark");
  };
  magazine = await openMagazine({ "photos[1]/photo": declined, "photos[2]/photo": declined });
  await magazine.send("issue.planned", {
    ...issue,
    articles: ARTICLES.slice(1, 2),
    embargo: "2026-01-01T00:00:00Z",
  });
  await magazine.cloud.advance("1 day");
  const failed = await run();
  expect(failed).toMatchObject({ status: "failed", failure: { error: "Millrace.TooManyFailed" } });
  expect(failed.failure!.cause).toContain("2 of 3");
});

test.each([
  ["gives up", () => giveUp("out of paper"), 1],
  ["has used up its tries", () => new Error("no line"), 2],
])("the fallback runs if the printer %s", async (_, failure, tries) => {
  magazine = await openMagazine({
    paper: () => {
      throw failure();
    },
  });
  await magazine.send("issue.planned", { ...issue, articles: [], photos: [], checked: false });
  await magazine.cloud.advance("1 minute");
  await magazine.decide("chief-editor", true);
  await magazine.cloud.advance("1 minute");
  const { status, output } = await run();
  expect([status, (output as any).paper]).toEqual([
    "succeeded",
    `plain, since ${tries === 1 ? "StepFailure" : "Error"}`,
  ]);
  expect([...magazine.effects.tries].find(([key]) => key.includes("#paper#"))![1]).toBe(tries);
});

test("the fallback runs at once if the printer's breaker is open", async () => {
  let calls = 0;
  magazine = await openMagazine({
    paper: () => {
      calls++;
      throw new Error("no line");
    },
  });
  for (const id of ["i1", "i2", "i3", "i4"]) {
    await magazine.send("issue.planned", { ...issue, issue: id, articles: [], photos: [], checked: false });
    await magazine.cloud.advance("1 minute");
  }
  await magazine.decide("chief-editor", true);
  await magazine.cloud.advance("1 minute");
  const papers = (await magazine.runs("make-issue")).map(({ run }) => (run.output as any).paper);
  expect(papers).toEqual([
    "plain, since Error",
    "plain, since Error",
    "plain, since Unavailable",
    "plain, since Unavailable",
  ]);
  expect(calls).toBe(4);
});

test("a step that asks is retried for each yes, and fails for a no", async () => {
  magazine = await openMagazine({
    buy: (_input, tries) => {
      if (tries < 4) throw ask(`the agency did not answer, ${tries}`);
    },
  });
  await magazine.send("issue.planned", { ...issue, articles: [], photos: [], checked: false });
  for (const tries of [1, 2]) {
    await magazine.cloud.advance("1 hour");
    expect(await magazine.questions()).toMatchObject([
      { approval: "publisher", path: "buy/asks", show: { message: `the agency did not answer, ${tries}` } },
    ]);
    await magazine.decide("publisher", true);
  }
  await magazine.cloud.advance("1 hour");
  await magazine.decide("publisher", false);
  await magazine.cloud.advance("1 hour");
  const { status, failure } = await run();
  expect([status, failure?.cause]).toEqual([
    "failed",
    expect.stringContaining("the agency did not answer, 3"),
  ]);
});

type Takes = Record<"text" | "picture" | "proof" | "layout", number>;
const page = (takes: Takes, columns: Takes[] = [], drafts = 1) => ({ page: "p", takes, columns, drafts });

/** The longest chain of steps, in seconds. */
const criticalPath = ({ text, picture, proof, layout }: Takes) =>
  Math.max(text + proof, Math.max(text, picture) + layout);

const woven = (from: string) => ({
  proof: { text: `proof(text(${from}))` },
  layout: { text: `layout(text(${from}),picture(${from}))` },
});

const SLOW_PICTURE = { text: 10, picture: 60, proof: 80, layout: 5 };
const SLOW_TEXT = { text: 60, picture: 5, proof: 5, layout: 80 };

test.each([SLOW_PICTURE, SLOW_TEXT])(
  "a graph that is not series-parallel takes as long as its longest chain, alone, in columns and in drafts: %o",
  async (takes) => {
    magazine = await openMagazine();
    const columns = [SLOW_PICTURE, SLOW_TEXT];
    await magazine.send("page.wanted", page(takes, columns, 2));
    await magazine.cloud.advance("1 hour");
    const [{ run, claims } = {} as never] = await magazine.runs("make-page");
    const first = woven("p").layout.text;
    expect(run).toMatchObject({
      status: "succeeded",
      output: {
        page: woven("p"),
        columns: columns.map(() => woven("p")),
        draft: woven(first).layout.text,
        rounds: 2,
      },
    });
    expect(claims.filter(({ state }) => state === "done")).toHaveLength(4 + 2 * 4 + 2 * 4);
    // A round passes on its layout; its proof runs in parallel, and the round ends with the last of both.
    const longest = Math.max(2 * criticalPath(takes), ...columns.map(criticalPath));
    const took = (Date.parse(run.endedAt!) - Date.parse(run.acceptedAt)) / 1_000;
    expect(took).toBeGreaterThanOrEqual(longest);
    expect(took).toBeLessThan(longest + 10);
  },
);
