import { expect, test } from "vitest";
import type { SimulationOptions } from "../../../local/simulate.ts";
import { seeds } from "../../seeds.ts";
import { expectOrder } from "./invariants.ts";
import { EVERYTHING_WRONG, ISSUE, type Magazine, openMagazine } from "./magazine.ts";

const takes = { text: 4, picture: 9, proof: 20, layout: 3 };
const page = { page: "p", takes, columns: [takes], drafts: 1 };

async function withMagazine<T>(
  options: Partial<SimulationOptions>,
  use: (magazine: Magazine) => Promise<T>,
): Promise<T> {
  const magazine = await openMagazine({}, options);
  try {
    return await use(magazine);
  } finally {
    await magazine.cloud.close();
  }
}

/** An issue from its plan to its end, with people who look every hour. */
async function produce(magazine: Magazine): Promise<void> {
  await magazine.send("page.wanted", page, "page");
  await magazine.send("issue.planned", ISSUE, "plan");
  await magazine.send("issue.planned", ISSUE, "plan");
  await magazine.send("proof.read", { issue: "i1", remarks: "fine" }, "proof");
  for (let hour = 0; hour < 8; hour++) {
    await magazine.cloud.advance("1 hour");
    await magazine.decide("publisher", true);
    await magazine.decide("chief-editor", true);
  }
  await magazine.cloud.advance("3 hours");
}

async function expectProduced(magazine: Magazine): Promise<void> {
  const essay = (rounds: number): string => (rounds === 0 ? "n" : `essay(thought(${essay(rounds - 1)}))`);
  const paper = "glossy(cover(n))";
  expect((await magazine.runs("make-issue")).map(({ run }) => run)).toMatchObject([
    {
      status: "succeeded",
      output: {
        articles: [
          { text: "set(article(news(n)))", rounds: 1 },
          { text: `set(article(${essay(3)}))`, rounds: 3 },
        ],
        photos: ["sea()", "sky()"],
        paper,
        proofRead: true,
        bound: `issue(cover(n),${paper},rights)`,
      },
    },
  ]);
  const woven = { proof: { text: "proof(text(p))" }, layout: { text: "layout(text(p),picture(p))" } };
  expect((await magazine.runs("make-page")).map(({ run }) => run)).toMatchObject([
    { status: "succeeded", output: { page: woven, columns: [woven], draft: woven.layout.text, rounds: 1 } },
  ]);
  await expectBought(magazine);
  await expectOrder(magazine);
}

/** Where it is not known whether the rights were bought, they are bought again only if a person says so, and paid for then. */
async function expectBought({ effects, runs, published }: Magazine): Promise<void> {
  const [tries] = [...effects.tries].filter(([key]) => key.includes("#buy#")).map(([, tries]) => tries);
  const yes = published("approval.decided").filter(({ approval }) => approval === "publisher");
  expect(tries).toBeLessThanOrEqual(1 + yes.length);
  const [{ run } = {} as never] = await runs("make-issue");
  expect(run.budget!.reserved).toEqual({});
  const calls = run.budget!.spent.usd / 4; // A try may have ended before its call.
  expect(Array.from({ length: tries! }, (_, at) => at + 1)).toContain(calls);
}

test.each(seeds([1], 50))(
  "with all faults, the results are correct: seed %i",
  async (seed) => {
    await withMagazine({ seed, faults: EVERYTHING_WRONG }, async (magazine) => {
      await produce(magazine);
      await expectProduced(magazine);
    });
  },
  60_000,
);

const STRIDE = 25;

test.each(seeds([16], STRIDE))(
  "the run recovers from a crash at every twenty-fifth call of any function, from call %i on",
  async (first) => {
    const calls = Array.from({ length: 40 }, (_, at) => ({
      kind: at % 2 === 0 ? ("crash-after" as const) : ("crash-before" as const),
      on: first + at * STRIDE,
    }));
    await withMagazine({ faults: { calls } }, async (magazine) => {
      await produce(magazine);
      await expectProduced(magazine);
      expect(magazine.cloud.calls.filter(({ trouble }) => trouble).length).toBeGreaterThan(10);
    });
  },
  60_000,
);

test("if the end of an execution is not published, the reconciler finds it, and the caller continues", async () => {
  await withMagazine({ schedules: true }, async (magazine) => {
    const { Rules } = await magazine.cloud.call("events", "ListRules", {});
    const [ends] = Rules.filter(({ EventPattern = "" }) => EventPattern.includes("aws.states"));
    await magazine.cloud.call("events", "DisableRule", { Name: ends.Name });
    await produce(magazine);
    await expectProduced(magazine);
  });
}, 60_000);
