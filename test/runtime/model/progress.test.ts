import { expect, test, vi } from "vitest";
import * as z from "zod";
import { noRecords } from "../../../lambdas/runtime/model/artifact-records.ts";
import { generate } from "../../../lambdas/runtime/model/generate.ts";
import { LONGEST_TEXT, progressWriter, type Written } from "../../../lambdas/runtime/model/progress.ts";
import { definePrompt } from "../../../lambdas/runtime/model/prompt.ts";
import type { ModelProgress } from "../../../lib/contract/model-progress.ts";
import { mockModel } from "./mock-model.ts";

const TIME = Date.parse("2026-01-01T00:00:00.000Z");
const written = (text: string): Written => ({
  prompt: "write",
  model: "bedrock:claude",
  text,
  characters: text.length,
  usd: 0.01,
  tokens: { input: 10, output: 1 },
  startedAt: new Date(TIME).toISOString(),
});

/** A writer on virtual time, whose writes end when the test says so. */
function writer() {
  let now = TIME;
  const writes: { progress: ModelProgress; end: () => void; fail: (error: Error) => void }[] = [];
  const failed = vi.fn();
  const { publish, end } = progressWriter(
    2,
    (progress) =>
      new Promise<void>((resolve, reject) => void writes.push({ progress, end: resolve, fail: reject })),
    failed,
    () => now,
  );
  return {
    writes,
    failed,
    end,
    texts: () => writes.map(({ progress }) => progress.text),
    at(milliseconds: number, text: string) {
      now = TIME + milliseconds;
      publish(written(text));
    },
  };
}

const ended = () => new Promise((resolve) => setImmediate(resolve));

test("The newest text is written at most once a second, the first one at once.", async () => {
  const { at, writes, texts } = writer();
  at(0, "a");
  writes[0]!.end();
  await ended();
  at(400, "ab");
  at(999, "abc");
  at(1_000, "abcd");
  expect(texts()).toEqual(["a", "abcd"]);
  expect(writes[1]!.progress).toEqual({ ...written("abcd"), attempt: 2, at: "2026-01-01T00:00:01.000Z" });
});

test("A write that takes longer delays the next one, not the model, so that texts stay in order.", async () => {
  const { at, writes, texts } = writer();
  at(0, "a");
  at(5_000, "ab");
  expect(texts()).toEqual(["a"]);
  writes[0]!.end();
  await ended();
  at(5_001, "abc");
  expect(texts()).toEqual(["a", "abc"]);
});

test("After a failed write nothing more is written, and the failure is reported once.", async () => {
  const { at, writes, failed, texts } = writer();
  at(0, "a");
  writes[0]!.fail(new Error("no bucket"));
  await ended();
  at(9_000, "ab");
  expect(texts()).toEqual(["a"]);
  expect(failed).toHaveBeenCalledOnce();
});

test("After the call nothing is written, and a write that was running fails unnoticed.", async () => {
  const { at, writes, failed, end, texts } = writer();
  at(0, "a");
  end();
  at(9_000, "ab");
  writes[0]!.fail(new Error("frozen"));
  await ended();
  expect(texts()).toEqual(["a"]);
  expect(failed).not.toHaveBeenCalled();
});

test("Of a long text, the end is written, with the number of all its characters.", () => {
  const { at, writes } = writer();
  at(0, `${"a".repeat(LONGEST_TEXT)}b`);
  expect(writes[0]!.progress).toMatchObject({
    text: `${"a".repeat(LONGEST_TEXT - 1)}b`,
    characters: LONGEST_TEXT + 1,
  });
});

const greet = definePrompt("greet", {
  instructions: "You greet.",
  ask: (name: string) => `Greet ${name}.`,
  answer: z.object({ text: z.string().min(3) }),
  outputTokens: 50,
  byRule: (name) => ({ text: name }),
});

test("Each text is published with tokens and cost: counted for earlier calls, estimated for the running one.", async () => {
  const published: Written[] = [];
  const answer = await generate(
    greet,
    "Ada",
    {
      signal: new AbortController().signal,
      log: { info: vi.fn(), warn: vi.fn(), error: vi.fn() },
      spend: async (_, call) => (await call()).value,
    },
    {
      model: mockModel(
        { deltas: ['{"text":', '""}'], input: 1_000 },
        { deltas: ['{"text":"Hi, ', 'Ada."}'] },
      ),
      records: noRecords(),
      setting: { provider: "bedrock", model: "claude", prices: { input: 1, output: 5 } },
      tries: 3,
      tools: [],
      toolCalls: 0,
      report: () => {},
      publish: (one) => published.push(one),
    },
  );
  expect(answer).toEqual({ text: "Hi, Ada." });
  expect(published.map(({ text, characters }) => [text, characters])).toEqual([
    ['{"text":', 8],
    ['{"text":""}', 11],
    ['{"text":"Hi, ', 13],
    ['{"text":"Hi, Ada."}', 19],
  ]);
  expect(published[0]!.tokens).toMatchObject({ output: 2 });
  // The first call had 1,000 and 500 tokens; the second text has about 5.
  const { tokens, usd } = published[3]!;
  expect(tokens.output).toBe(505);
  expect(tokens.input).toBeGreaterThan(1_000);
  expect(usd).toBeCloseTo((tokens.input + 5 * tokens.output) / 1e6, 10);
});
