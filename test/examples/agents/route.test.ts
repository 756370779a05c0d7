import { describe, expect, test } from "vitest";
import { assign } from "../../../examples/agents/assign.ts";
import { defineAgent } from "../../../examples/agents/declare.ts";
import type { Performance } from "../../../examples/agents/performance.ts";
import { doubtAbout, trustIn } from "../../../examples/agents/performance.ts";
import { route } from "../../../examples/agents/route.ts";
import { opinion, task } from "./examples.ts";

const agent = (name: string, capabilities: string[], priceUsd = 0.001, concurrency = 10) =>
  defineAgent(name, { capabilities, does: "", priceUsd, concurrency });
const known = (facts: Record<string, Partial<Performance>>) =>
  new Map(Object.entries(facts).map(([name, so]) => [name, { right: 0, wrong: 0, inProgress: 0, ...so }]));
const names = (choices: { agent: { name: string } }[]) => choices.map(({ agent: { name } }) => name);
const wanted = { capability: "read", most: 9, usd: 0.01, except: new Set<string>() };

describe("the router", () => {
  const [a, b, c] = [agent("a", ["read"]), agent("b", ["read"]), agent("c", ["write"])];

  test("chooses among agents with the capability, without excluded and too expensive ones", () => {
    expect(names(route(wanted, [a, b, c], new Map()))).toEqual(["a", "b"]);
    expect(names(route({ ...wanted, except: new Set(["a"]) }, [a, b, c], new Map()))).toEqual(["b"]);
    expect(names(route({ ...wanted, usd: 0.0005 }, [a, b, c], new Map()))).toEqual([]);
    expect(names(route({ ...wanted, most: 1 }, [a, b, c], new Map()))).toEqual(["a"]);
  });

  test("prefers agents that were right more often, have less load, and are cheaper", () => {
    expect(
      names(route(wanted, [a, b], known({ a: { right: 5, wrong: 5 }, b: { right: 9, wrong: 1 } }))),
    ).toEqual(["b", "a"]);
    expect(names(route(wanted, [a, b], known({ a: { inProgress: 8 } })))).toEqual(["b", "a"]);
    expect(names(route(wanted, [agent("a", ["read"], 0.009), b], new Map()))).toEqual(["b", "a"]);
  });

  test("tries a new agent before a mediocre one, and not before a good one", () => {
    expect(names(route(wanted, [a, b], known({ a: { right: 11, wrong: 9 } })))).toEqual(["b", "a"]);
    expect(names(route(wanted, [a, b], known({ a: { right: 19, wrong: 1 } })))).toEqual(["a", "b"]);
  });

  test("gives the reason", () => {
    const [choice] = route(wanted, [a], known({ a: { right: 3, wrong: 1, inProgress: 2 } }));
    expect(choice).toMatchObject({
      trust: 4 / 6,
      why: "right in 3 of 4 tasks, at 2 of 10 turns, $0.001 a turn",
    });
  });

  test("is less certain about a new agent", () => {
    expect(trustIn({ right: 0, wrong: 0, inProgress: 0 })).toBe(0.5);
    expect(doubtAbout({ right: 0, wrong: 0, inProgress: 0 })).toBeGreaterThan(
      doubtAbout({ right: 10, wrong: 10, inProgress: 0 }),
    );
  });
});

describe("a round", () => {
  const agents = [
    agent("w1", ["plan-onboarding"]),
    agent("w2", ["plan-onboarding"]),
    agent("w3", ["plan-onboarding"]),
    agent("r1", ["check-risk"]),
  ];
  const onboarding = task({ kind: "user-onboarding", budgetUsd: 0.03 });
  const start = { task: onboarding, round: 1, work: { opinions: [], verdict: { open: [] } } };
  const now = "2026-01-01T00:00:00Z";

  test("asks as many agents as the kind of task needs, and shares the budget among them", () => {
    const asked = assign(start, agents, new Map(), now);
    expect(asked.map(({ agent: name }) => name)).toEqual(["w1", "w2", "r1"]);
    expect(asked.map(({ usd }) => usd)).toEqual([0.01, 0.01, 0.01]);
    expect(asked[0]).toMatchObject({ consultationId: "task/1/plan-onboarding/w1", chain: [{ agent: "w1" }] });
  });

  test("then asks one more agent for what is open, among those not asked yet, within the rest of the budget", () => {
    const opinions = ["w1", "w2"].map((name) =>
      opinion({ agent: name, capability: "plan-onboarding", usd: 0.005 }),
    );
    const work = { opinions, verdict: { open: ["plan-onboarding"] } };
    const asked = assign({ task: onboarding, round: 2, work }, agents, new Map(), now);
    expect(asked.map(({ agent: name, usd }) => [name, usd])).toEqual([["w3", 0.02]]);
  });

  test("asks none after the deadline, without budget, or for an unknown kind of task", () => {
    const of = (more: object) =>
      assign({ ...start, task: { ...onboarding, ...more } }, agents, new Map(), now);
    expect(of({ deadline: "2025-12-31T00:00:00Z" })).toEqual([]);
    expect(of({ budgetUsd: 0 })).toEqual([]);
    expect(of({ kind: "wedding" })).toEqual([]);
  });
});
