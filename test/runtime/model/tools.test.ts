import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { simulateReadableStream } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { noRecords } from "../../../lambdas/runtime/model/artifact-records.ts";
import { askModel } from "../../../lambdas/runtime/model/ask-model.ts";
import type { ToolUse } from "../../../lambdas/runtime/model/call-tools.ts";
import { embeddedModel } from "../../../lambdas/runtime/model/embedded.ts";
import { type Generation, generate } from "../../../lambdas/runtime/model/generate.ts";
import { definePrompt } from "../../../lambdas/runtime/model/prompt.ts";
import { tool } from "../../../lambdas/runtime/model/tool.ts";
import { defineTool } from "../../../lib/contract/tool.ts";
import { memoryRecords } from "./memory-records.ts";

const lookUp = defineTool("look-up", {
  description: "Looks up how many of a thing are in stock.",
  input: z.object({ thing: z.string().min(1) }),
  output: z.object({ stock: z.int() }),
});
const advise = definePrompt("advise", {
  instructions: "You advise buyers.",
  ask: (thing: string) => `Can I buy ${thing}?`,
  answer: z.object({ advice: z.string() }),
  outputTokens: 100,
  byRule: async (thing, use) => {
    const here = await use(lookUp, { thing });
    const there = here.stock > 0 ? here : await use(lookUp, { thing: `used ${thing}` });
    return { advice: `${here.stock}, ${there.stock}` };
  },
});

const stock: Record<string, number> = { pens: 3, ink: 0, "used ink": 2 };
const looked = vi.fn(({ thing }: { thing: string }) => ({ stock: stock[thing] ?? 0 }));
const shelf = tool(lookUp, looked);
afterEach(() => {
  looked.mockClear();
  vi.unstubAllEnvs();
});

type Said = { text: string } | { calls: [id: string, tool: string, input: object][] };

/** A model that says these things, one after another. */
function modelOf(...all: Said[]) {
  let said = 0;
  return new MockLanguageModelV4({
    doStream: async () => {
      const one = all[said++]!;
      const content: LanguageModelV4StreamPart[] =
        "text" in one
          ? [
              { type: "text-start", id: "1" },
              { type: "text-delta", id: "1", delta: one.text },
              { type: "text-end", id: "1" },
            ]
          : one.calls.map(([toolCallId, toolName, input]) => ({
              type: "tool-call",
              toolCallId,
              toolName,
              input: JSON.stringify(input),
            }));
      const chunks: LanguageModelV4StreamPart[] = [
        ...content,
        {
          type: "finish",
          finishReason: { unified: "text" in one ? "stop" : "tool-calls", raw: undefined },
          usage: {
            inputTokens: { total: 10, noCache: 10, cacheRead: undefined, cacheWrite: undefined },
            outputTokens: { total: 5, text: 5, reasoning: undefined },
          },
        },
      ];
      return { stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) };
    },
  });
}

function contextOf() {
  const spent: number[] = [];
  return {
    spent,
    signal: new AbortController().signal,
    log: { info: vi.fn(), warn: vi.fn(), error: vi.fn() },
    async spend<Value>(_estimate: object, call: () => Promise<{ value: Value; actual: { usd?: number } }>) {
      const { value, actual } = await call();
      spent.push(actual.usd!);
      return value;
    },
  };
}

const generationOf = (model: Generation["model"], more: Partial<Generation> = {}): Generation => ({
  model,
  records: noRecords(),
  tries: 3,
  tools: [shelf],
  toolCalls: 8,
  report: () => {},
  setting: { provider: "bedrock", model: "claude", prices: { input: 1_000, output: 0 } },
  ...more,
});
const YES = { text: '{"advice":"yes"}' };
/** What the model got back of its calls, at its nth call. */
const resultsAt = (model: MockLanguageModelV4, at: number) =>
  model.doStreamCalls[at]!.prompt.flatMap((message) => (message.role === "tool" ? message.content : [])).map(
    (part) => part.type === "tool-result" && part.output,
  );

test("A model calls tools before it answers; each call is validated, logged, reported, and paid for.", async () => {
  const uses: ToolUse[] = [];
  const context = contextOf();
  const model = modelOf({ calls: [["a", "look-up", { thing: "pens" }]] }, YES);
  const answer = await generate(
    advise,
    "pens",
    context,
    generationOf(model, { report: (use) => uses.push(use) }),
  );
  expect(answer).toEqual({ advice: "yes" });
  expect(model.doStreamCalls[0]!.tools).toMatchObject([
    { name: "look-up", description: lookUp.description, inputSchema: { required: ["thing"] } },
  ]);
  expect(resultsAt(model, 1)).toEqual([{ type: "json", value: { stock: 3 } }]);
  expect(uses).toEqual([{ tool: "look-up", input: { thing: "pens" }, outcome: { value: { stock: 3 } } }]);
  expect(context.log.info).toHaveBeenCalledWith(
    "The model has called a tool.",
    expect.objectContaining({
      call: "tool",
      tool: "look-up",
      input: { thing: "pens" },
      value: { stock: 3 },
      milliseconds: expect.any(Number),
    }),
  );
  expect(context.spent).toEqual([0.01, 0.01]);
});

test.each([
  ["An input that breaks the contract", ["a", "look-up", { thing: "" }], /^The input is not valid: thing: /],
  [
    "A tool that does not exist",
    ["a", "delete-all", {}],
    'There is no tool "delete-all". There are: look-up.',
  ],
] as const)("%s is reported to the model, which may continue.", async (_what, call, message) => {
  const model = modelOf({ calls: [[...call]] }, YES);
  expect(await generate(advise, "pens", contextOf(), generationOf(model))).toEqual({ advice: "yes" });
  const [report] = resultsAt(model, 1) as [{ type: string; value: string }];
  expect(report.type).toBe("error-text");
  expect(report.value).toMatch(message);
  expect(looked).not.toHaveBeenCalled();
});

test("Calls are limited: excess calls are not made, then none is allowed, and a model that continues fails the step.", async () => {
  const [one, two] = [
    ["a", "look-up", { thing: "pens" }],
    ["b", "look-up", { thing: "ink" }],
  ] as [string, string, object][];
  const model = modelOf({ calls: [one!, two!] }, YES);
  await generate(advise, "pens", contextOf(), generationOf(model, { toolCalls: 1 }));
  expect(looked).toHaveBeenCalledTimes(1);
  expect(resultsAt(model, 1)[1]).toEqual({
    type: "error-text",
    value: "No more tool calls are allowed. Answer with what you know.",
  });
  expect(model.doStreamCalls.map(({ toolChoice }) => toolChoice?.type)).toEqual(["auto", "none"]);

  const endless = modelOf({ calls: [one!] }, { calls: [two!] });
  await expect(
    generate(advise, "pens", contextOf(), generationOf(endless, { toolCalls: 1 })),
  ).rejects.toThrow(/tool choice was none/);
});

test("An error of a tool, and a result that breaks its contract, fail the step.", async () => {
  const call: Said = { calls: [["a", "look-up", { thing: "pens" }]] };
  const failing = (run: typeof looked) =>
    generate(advise, "pens", contextOf(), generationOf(modelOf(call, YES), { tools: [tool(lookUp, run)] }));
  await expect(
    failing(
      vi.fn(() => {
        throw new Error("The stock is closed.");
      }),
    ),
  ).rejects.toThrow("The stock is closed.");
  await expect(failing(vi.fn(() => ({ stock: 0.5 })))).rejects.toThrow(
    /^The tool "look-up" returned a result that breaks its contract: stock: /,
  );
});

test("The embedded model calls tools as its rule does, one after another.", async () => {
  const embedded = embeddedModel((use) => advise.byRule("ink", use));
  const generation = generationOf(embedded, { setting: { provider: "embedded" } });
  expect(await generate(advise, "ink", contextOf(), generation)).toEqual({ advice: "0, 2" });
  expect(looked.mock.calls.map(([{ thing }]) => thing)).toEqual(["ink", "used ink"]);
});

test("After a crash, earlier results of tools are reused, and the tools are not called again.", async () => {
  const recordsOf = memoryRecords();
  const call: Said = { calls: [["a", "look-up", { thing: "pens" }]] };
  const died = modelOf(call);
  await expect(
    generate(advise, "pens", contextOf(), generationOf(died, { records: recordsOf() })),
  ).rejects.toThrow();
  const again = modelOf(YES);
  const answer = await generate(advise, "pens", contextOf(), generationOf(again, { records: recordsOf() }));
  expect(answer).toEqual({ advice: "yes" });
  expect(looked).toHaveBeenCalledTimes(1);
  expect(again.doStreamCalls).toHaveLength(1);
});

test("A tool that the step has not declared is refused before the model is called.", async () => {
  const context = { ...contextOf(), artifacts: {} as never, idempotencyKey: "k", attempt: 1 };
  const asking = () => askModel(advise, "pens", context, { tools: [shelf] });
  await expect(asking()).rejects.toMatchObject({ policy: "give-up", name: "UndeclaredTool" });
  vi.stubEnv("MILLRACE_TOOLS", "other,look-up");
  expect(await asking()).toEqual({ advice: "3, 3" });
});

test("A tool has a valid name, and a description.", () => {
  expect(() => defineTool("Look up", lookUp)).toThrow(/^The tool name "Look up" must have/);
  expect(() => defineTool("look-up", { ...lookUp, description: " " })).toThrow(
    'Tool "look-up" has no description. Describe what it does, so that a model can choose it.',
  );
});
