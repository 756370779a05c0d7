import { describe, expect, test } from "vitest";
import { accuracy, confusion, macroF1, majority } from "../../../bench/agents/scores.ts";
import { sets } from "../../../bench/agents/sets.ts";
import { attempt } from "../../../bench/agents/trial.ts";
import { VERDICTS } from "../../../examples/agents/contracts/rules.ts";
import { TRACKS } from "../../../examples/agents/onboarding/user.ts";
import { articles, CATEGORIES } from "../../../examples/agents/tickets/articles.ts";

const pair = (meant: string, answered?: string) => ({ meant, answered });
const pairs = [pair("a", "a"), pair("a", "b"), pair("b", "b"), pair("b"), pair("c", "a")];

describe("scores", () => {
  test("accuracy is the share of right answers; none is a wrong one", () => {
    expect(accuracy(pairs)).toBe(2 / 5);
  });

  test("macro-F1 is the mean over what is meant: 1/2 for a, 1/2 for b, 0 for c", () => {
    expect(macroF1(pairs)).toBeCloseTo((1 / 2 + 1 / 2 + 0) / 3);
  });

  test("the confusion counts what was meant by rows", () => {
    expect(confusion(pairs)).toEqual({
      labels: ["a", "b", "c", "nothing"],
      counts: [
        [1, 1, 0, 0],
        [0, 1, 0, 1],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    });
  });

  test("the commonest label, by the alphabet where several are", () => {
    expect(majority(["b", "a", "b", "a", "c"])).toBe("a");
  });
});

describe("the labelled sets", () => {
  const possible: Record<string, readonly string[]> = {
    category: CATEGORIES,
    urgency: ["low", "normal", "high"],
    article: [...articles.map(({ id }) => id), "none"],
    verdict: VERDICTS,
    track: TRACKS,
    risk: ["clear", "check"],
  };

  test.each(sets)("$name: every label is one that can be answered, and no task is there twice", (set) => {
    const all = [...set.development, ...set.heldOut];
    for (const { labels } of all)
      for (const [what, label] of Object.entries(labels)) expect(possible[what]).toContain(label);
    const texts = all.map(({ task: { payload } }) =>
      JSON.stringify({ ...payload, contractId: "", userId: "" }),
    );
    expect(new Set(texts).size).toBe(texts.length);
    expect(Math.abs(set.development.length - set.heldOut.length)).toBeLessThanOrEqual(1);
  });

  test.each(sets)(
    "$name: the agents do at least as well on the development half as the docs let expect",
    async (set) => {
      const { pairs: found, escalated } = await attempt(set.development, set.about);
      for (const what of set.about) expect(accuracy(found[what]!), what).toBeGreaterThan(0.75);
      expect(escalated / set.development.length).toBeLessThan(0.4);
    },
  );
});
