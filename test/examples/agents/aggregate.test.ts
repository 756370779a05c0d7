import { describe, expect, test } from "vitest";
import { aggregate, opinionsOf } from "../../../examples/agents/aggregate.ts";
import { conclude } from "../../../examples/agents/conclude.ts";
import { defineAgent } from "../../../examples/agents/declare.ts";
import { consultation, opinion, task } from "./examples.ts";

const NEED = "review-contract";
const contract = task({ kind: "contract-change", budgetUsd: 0.1 });
const agents = ["a", "b", "c"].map((name) =>
  defineAgent(name, { capabilities: [NEED], does: "", priceUsd: 0.001 }),
);
const now = "2026-01-01T00:00:00Z";
const says = (agent: string, value: string, confidence: number, trust = 1) =>
  opinion({ agent, capability: NEED, trust, claims: [{ about: "verdict", value, confidence }] });
const judge = (opinions: ReturnType<typeof says>[], round = 1, of = contract) =>
  aggregate(of, opinions, round, agents, now);

describe("opinions", () => {
  test("that agree add up, and settle the task", () => {
    const verdict = judge([says("a", "ok", 0.6), says("b", "ok", 0.6)]);
    expect(verdict).toMatchObject({
      next: "settle",
      why: "All agree.",
      findings: [{ value: "ok", against: [] }],
    });
    expect(verdict.findings[0]!.confidence).toBeCloseTo(0.84);
  });

  test("are weighted by the past success of their authors", () => {
    const { findings } = judge([says("a", "ok", 0.8, 0), says("b", "breach", 0.7, 1)]);
    expect(findings[0]).toMatchObject({ value: "breach", against: ["ok"] });
    expect(findings[0]!.confidence).toBeCloseTo(0.7 * (1 - 0.4));
  });

  test("that contradict each other ask an agent that was not asked yet", () => {
    const verdict = judge([says("a", "ok", 0.9), says("b", "breach", 0.9)]);
    expect(verdict).toMatchObject({
      next: "another round",
      open: [NEED],
      why: "verdict is breach, or ok; verdict is breach with a confidence of 9 % only",
    });
  });

  test("with a majority after another round settle it", () => {
    const verdict = judge([says("a", "ok", 0.8), says("b", "breach", 0.4), says("c", "ok", 0.8)], 2);
    expect(verdict).toMatchObject({ next: "settle", findings: [{ value: "ok", against: ["breach"] }] });
  });

  test("that leave a doubt with no agent left go to a person", () => {
    const all = [says("a", "ok", 0.9), says("b", "breach", 0.9), says("c", "review", 0.9)];
    expect(judge(all, 2)).toMatchObject({ next: "person" });
    expect(judge([says("a", "ok", 0.3), says("b", "ok", 0.1), says("c", "ok", 0.1)], 2)).toMatchObject({
      next: "person",
      why: "verdict is ok with a confidence of 43 % only",
    });
  });

  test("are not asked for after the last round, the deadline, or the end of the budget", () => {
    const torn = [says("a", "ok", 0.9), says("b", "breach", 0.9)];
    expect(judge(torn, 3).next).toBe("person");
    expect(judge(torn, 1, { ...contract, deadline: "2025-01-01T00:00:00Z" }).next).toBe("person");
    expect(judge(torn, 1, { ...contract, budgetUsd: 0.002 }).next).toBe("person");
  });

  test("that hand over go to a person, whatever others say", () => {
    const handed = opinion({
      agent: "c",
      capability: NEED,
      status: "handed over",
      reason: "A new contract.",
    });
    expect(judge([says("a", "ok", 0.9), handed])).toMatchObject({
      next: "person",
      why: "c hands over: A new contract.",
    });
  });

  test("that are missing are asked for, of a run that failed as well", () => {
    const failed = opinionsOf([consultation({ agent: "a", capability: NEED })], [{ failed: "Timed out." }]);
    expect(failed).toMatchObject([{ agent: "a", status: "failed", reason: "Timed out.", usd: 0 }]);
    expect(judge(failed)).toMatchObject({ next: "another round", why: `no agent answered "${NEED}"` });
  });

  test("on a kind of task that is unknown go to a person", () => {
    const verdict = judge([], 1, task({ kind: "wedding" }));
    expect(verdict).toMatchObject({ next: "person", why: 'No agent knows tasks of the kind "wedding".' });
  });
});

describe("a task ends", () => {
  const opinions = [says("a", "ok", 0.9), says("b", "breach", 0.2)];
  const verdict = judge(opinions, 3);

  test("as the agents found", () => {
    expect(conclude(contract, verdict, opinions, undefined)).toMatchObject({
      answer: { verdict: "ok" },
      settledBy: "agents",
      usd: 0.002,
      agents: [
        { agent: "a", agreed: true },
        { agent: "b", agreed: false },
      ],
    });
  });

  test("with a person's note, which overrides what the agents found", () => {
    const decision = { approved: true, decidedBy: "ada", note: "verdict=breach, rule: payment" };
    expect(conclude(contract, verdict, opinions, decision)).toMatchObject({
      answer: { verdict: "breach", rule: "payment" },
      settledBy: "person",
      confidence: 1,
      agents: [
        { agent: "a", agreed: false },
        { agent: "b", agreed: true },
      ],
    });
  });

  test("without an answer if a person rejects it, or if no answer came", () => {
    const rejected = conclude(contract, verdict, opinions, { approved: false, decidedBy: "ada" });
    expect(rejected).toMatchObject({ answer: {}, settledBy: "person" });
    expect(rejected.agents.map(({ agreed }) => agreed)).toEqual([undefined, undefined]);
    const silent = conclude(contract, verdict, opinions, { approved: false, decidedBy: "timeout" });
    expect(silent).toMatchObject({ answer: {}, settledBy: "timeout", confidence: 0 });
  });
});
