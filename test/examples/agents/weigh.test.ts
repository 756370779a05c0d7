import { describe, expect, test } from "vitest";
import { defineAgent } from "../../../examples/agents/declare.ts";
import type { Move, Turn } from "../../../examples/agents/protocol.ts";
import { fingerprint } from "../../../examples/agents/question.ts";
import { LIMITS, weigh } from "../../../examples/agents/weigh.ts";
import { costOf, withReplies } from "../../../examples/agents/with-replies.ts";
import { answer, consultation, opinion, task } from "./examples.ts";

const agents = [
  defineAgent("reader", { capabilities: ["read"], does: "", priceUsd: 0.01 }),
  defineAgent("critic", { capabilities: ["doubt"], does: "", priceUsd: 0.01 }),
];
const now = "2026-01-01T00:00:00Z";
const ask: Move = { kind: "ask", questions: [{ capability: "doubt", payload: { page: 1 } }] };
const spawn: Move = {
  kind: "spawn",
  tasks: [1, 2].map((page) => ({ kind: "page", subject: `Page ${page}`, payload: { page } })),
};
const judge = (move: Move | undefined, of = consultation(), before: Turn[] = []) =>
  weigh(of, before, move && { move, usd: 0.01 }, { agents, known: new Map(), now });
const turn = (move: Move, more: Partial<Turn> = {}): Turn => ({
  move,
  replies: [],
  usd: 0.01,
  at: now,
  ...more,
});

describe("a move", () => {
  test("that answers ends the consultation", () => {
    expect(judge(answer())).toMatchObject({
      over: true,
      way: "finish",
      opinion: {
        status: "answered",
        claims: [{ value: "red" }],
        text: "It is red.",
        usd: 0.01,
        turns: [{ at: now }],
      },
    });
  });

  test("that asks a person, and a missing one, end it too", () => {
    expect(judge({ kind: "hand-over", why: "Too hard." }).opinion).toMatchObject({
      status: "handed over",
      reason: "Too hard.",
    });
    expect(judge(undefined).opinion).toMatchObject({
      status: "failed",
      reason: "It did not answer in time.",
    });
  });

  test("that asks becomes a consultation of another agent, with what is left after one more turn", () => {
    const { way, questions } = judge(ask);
    expect(way).toBe("ask");
    expect(questions).toMatchObject([
      {
        agent: "critic",
        usd: 0.08,
        consultationId: "task/1/read/reader/1.1/critic",
        chain: [{}, { agent: "critic" }],
      },
    ]);
  });

  test("that makes tasks shares what is left among them, one level deeper", () => {
    const { way, tasks } = judge(spawn);
    expect(way).toBe("spawn");
    expect(tasks.map(({ taskId, budgetUsd, depth }) => [taskId, budgetUsd, depth])).toEqual([
      ["task/1/read/reader/1.1", 0.04, 1],
      ["task/1/read/reader/1.2", 0.04, 1],
    ]);
  });

  test("that waits says for what", () => {
    expect(judge({ kind: "wait", key: "letter", why: "Not here." })).toMatchObject({
      way: "wait",
      newsKey: "letter",
      over: false,
    });
  });
});

describe("a refused move is reported to the agent, which has another turn", () => {
  const refusal = (move: Move, of: Parameters<typeof consultation>[0]) => {
    const { way, over, said } = judge(move, consultation(of));
    expect({ way, over }).toEqual({ way: "again", over: false });
    return said.at(-1)!.replies[0]!.value;
  };

  test("the same question to the same agent in a chain", () => {
    const question = fingerprint("doubt", { page: 1 });
    const chain = [
      { agent: "critic", question },
      { agent: "reader", question: "q" },
    ];
    expect(refusal(ask, { chain })).toBe(
      'No other agent can "doubt" for $0.08, and has not been asked the same on the way here (critic).',
    );
    const another = chain.map((link) => ({ ...link, question: "q" }));
    expect(judge(ask, consultation({ chain: another })).way).toBe("ask");
  });

  test("a question to itself, to no agent, and one too many in a row", () => {
    const self: Move = { kind: "ask", questions: [{ capability: "read", payload: {} }] };
    expect(refusal(self, {})).toContain('No other agent can "read"');
    const chain = Array.from({ length: LIMITS.hops + 1 }, () => ({ agent: "reader", question: "q" }));
    expect(refusal(ask, { chain })).toBe("Agents ask each other 3 times in a row at most.");
  });

  test("tasks of tasks of tasks", () => {
    expect(refusal(spawn, { task: task({ depth: LIMITS.depth }) })).toBe(
      "Tasks are made for tasks 2 times at most.",
    );
  });

  test("a question beyond the budget", () => {
    expect(refusal(ask, { usd: 0.025 })).toBe('No other agent can "doubt" for $0.005.');
  });
});

describe("a consultation fails", () => {
  test("without money for another turn", () => {
    expect(judge(ask, consultation({ usd: 0.015 })).opinion).toMatchObject({
      status: "failed",
      reason: "Of $0.015, $0.005 are left: too little for another turn.",
    });
  });

  test("after the deadline of its task", () => {
    const late = consultation({ task: task({ deadline: "2025-12-31T00:00:00Z" }) });
    expect(judge(ask, late).opinion?.reason).toBe("The deadline of the task is over.");
  });

  test("after too many turns", () => {
    const before = Array.from({ length: LIMITS.turns - 1 }, () => turn(ask));
    expect(judge(ask, consultation({ usd: 9 }), before).opinion?.reason).toBe(
      "It had no answer after 6 turns.",
    );
    expect(judge(answer(), consultation({ usd: 9 }), before).opinion?.status).toBe("answered");
  });
});

describe("an agent receives", () => {
  const wait: Move = { kind: "wait", key: "letter", why: "Not here." };

  test("opinions, tasks that were settled, and those that failed", () => {
    const [last] = withReplies([turn(ask)], [opinion(), { failed: "Timed out." }]);
    expect(last!.replies.map(({ kind }) => kind)).toEqual(["opinion", "nothing"]);
  });

  test("news, or that there are none", () => {
    expect(withReplies([turn(wait)], { news: { key: "letter", news: { text: "Hi" } } })[0]!.replies).toEqual([
      { kind: "news", value: { text: "Hi" } },
    ]);
    expect(withReplies([turn(wait)], {})[0]!.replies).toEqual([
      { kind: "nothing", value: "Nothing came in time." },
    ]);
  });

  test("a refusal, and no result", () => {
    const refused = turn(ask, { replies: [{ kind: "refusal", value: "No." }] });
    expect(withReplies([refused], [])).toEqual([refused]);
    expect(withReplies([], [])).toEqual([]);
  });

  test("and pays for all of it", () => {
    const news = turn(wait, { replies: [{ kind: "news", value: { usd: 7 } }] });
    expect(costOf([news])).toBe(0.01);
    expect(
      costOf([turn(ask, { replies: [{ kind: "opinion", value: opinion({ usd: 0.02 }) }] }), turn(answer())]),
    ).toBe(0.04);
  });
});
