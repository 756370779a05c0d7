import { expect, test } from "vitest";
import { callsIn, describeTrace, type TracedCall } from "../../bin/describe-trace.ts";

const BEGUN = "2026-01-01T00:00:00.000Z";
const at = (second: number) => new Date(Date.parse(BEGUN) + second * 1_000).toISOString();
const line = { id: "1", at: at(2), level: "INFO", message: "m", step: "write", path: "cut[1]/write" };
const model = { kind: "model", name: "write", model: "bedrock:claude" } as const;
const CALLS: TracedCall[] = [
  { ...model, at: at(2), path: "write", attempt: 1, problem: "ModelFailed: busy", durationMs: 400 },
  {
    ...model,
    at: at(5),
    path: "write",
    attempt: 2,
    inputTokens: 100,
    outputTokens: 20,
    usd: 0.0042,
    durationMs: 1_500,
  },
  {
    kind: "tool",
    name: "search",
    at: at(6),
    path: "write",
    attempt: 2,
    input: { q: "tides" },
    result: [1, 2],
  },
  {
    ...model,
    at: at(9),
    path: "write",
    attempt: 2,
    inputTokens: 200,
    outputTokens: 30,
    usd: 0.005,
    durationMs: 2_000,
  },
];

test("only lines about calls are traced, with their place", () => {
  const lines = [line, { ...line, id: "2", attempt: 1, modelCall: { ...model, usd: 0.1 } }];
  expect(callsIn(lines)).toEqual([{ ...model, at: at(2), path: "cut[1]/write", attempt: 1, usd: 0.1 }]);
});

test("calls are grouped by attempt, with their sums", () => {
  expect(describeTrace(CALLS, BEGUN)).toBe(
    [
      "write, attempt 1",
      "    +2.0 s  model  write  bedrock:claude  400 ms  ModelFailed: busy",
      "",
      "write, attempt 2",
      "    +5.0 s  model  write  bedrock:claude  100 in, 20 out  $0.0042  1.5 s",
      '    +6.0 s  tool   search  {"q":"tides"}  → [1,2]',
      "    +9.0 s  model  write  bedrock:claude  200 in, 30 out  $0.005  2.0 s",
      "",
      "Calls of models: 3, of tools: 1. Tokens: 350. Cost: $0.0092.",
    ].join("\n"),
  );
});

test("prompts and answers are shown below their call, also the tools that it asks for", () => {
  const content = {
    instructions: "You write.\nShort.",
    messages: [{ role: "user", content: "Of tides." }],
    answer: "",
    calls: [{ tool: "search", input: { q: "tides" } }],
  };
  const [, , ...lines] = describeTrace([{ ...CALLS[1]!, content }], BEGUN).split("\n");
  expect(lines.slice(0, 4).map((one) => one.slice(12))).toEqual([
    "instructions: You write.",
    "  Short.",
    "user: Of tides.",
    'answer: calls search with {"q":"tides"}',
  ]);
});
