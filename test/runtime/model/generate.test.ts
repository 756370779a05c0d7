import { APICallError } from "@ai-sdk/provider";
import { expect, test, vi } from "vitest";
import * as z from "zod";
import { artifactRecords, noRecords } from "../../../lambdas/runtime/model/artifact-records.ts";
import { embeddedModel } from "../../../lambdas/runtime/model/embedded.ts";
import { type Generation, generate } from "../../../lambdas/runtime/model/generate.ts";
import { definePrompt } from "../../../lambdas/runtime/model/prompt.ts";
import type { Budget } from "../../../lib/contract/budget.ts";
import { toFailure } from "../../../lib/contract/failure.ts";
import type { ModelSetting } from "../../../lib/contract/model.ts";
import { memoryRecords } from "./memory-records.ts";
import { mockModel } from "./mock-model.ts";

const triage = definePrompt("triage", {
  instructions: "You sort tickets.",
  ask: ({ ticket }: { ticket: string }) => `Sort this ticket: ${ticket}`,
  answer: z.object({ urgent: z.boolean(), why: z.string() }),
  outputTokens: 100,
  byRule: ({ ticket }) => ({ urgent: ticket.includes("!"), why: "by its punctuation" }),
});
const ticket = { ticket: "It burns!" };
const BEDROCK: ModelSetting = { provider: "bedrock", model: "claude", prices: { input: 1, output: 5 } };

function contextOf(signal = new AbortController().signal) {
  const spent: { estimate: Budget; actual: Budget }[] = [];
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  return {
    spent,
    log,
    signal,
    async spend<Value>(estimate: Budget, call: () => Promise<{ value: Value; actual: Budget }>) {
      const { value, actual } = await call();
      spent.push({ estimate, actual });
      return value;
    },
  };
}

function generationOf(model: Generation["model"], more: Partial<Generation> = {}): Generation {
  return {
    model,
    setting: BEDROCK,
    records: noRecords(),
    tries: 3,
    tools: [],
    toolCalls: 8,
    report: () => {},
    ...more,
  };
}

const RIGHT = JSON.stringify({ urgent: true, why: "fire" });

test("An answer matches the schema, and its cost is estimated by the longest answer and settled by the tokens.", async () => {
  const context = contextOf();
  const model = mockModel(RIGHT);
  expect(await generate(triage, ticket, context, generationOf(model))).toEqual({ urgent: true, why: "fire" });
  expect(context.spent).toHaveLength(1);
  const [{ estimate, actual }] = context.spent as [(typeof context.spent)[0]];
  expect(actual).toEqual({ usd: 0.0045, tokens: 2_500 });
  expect(estimate.tokens).toBeGreaterThan(100);
  const [call] = model.doStreamCalls;
  expect(call!.responseFormat).toMatchObject({ type: "json", schema: { required: ["urgent", "why"] } });
  expect(call!.maxOutputTokens).toBe(100);
});

test("Each call is logged with its tokens, its cost, its duration and the address of its record.", async () => {
  const context = contextOf();
  await generate(triage, ticket, context, generationOf(mockModel(RIGHT), { records: memoryRecords()() }));
  expect(context.log.info).toHaveBeenCalledWith("The model has answered.", {
    call: "model",
    prompt: "triage",
    model: "bedrock:claude",
    input: 2_000,
    output: 500,
    usd: 0.0045,
    milliseconds: expect.any(Number),
    record: "memory:1",
  });
  const failing = generationOf(mockModel(new Error("cut off")));
  await expect(generate(triage, ticket, context, failing)).rejects.toThrow("cut off");
  expect(context.log.warn).toHaveBeenCalledWith("A call of the model has failed.", {
    call: "model",
    prompt: "triage",
    model: "bedrock:claude",
    failed: "Error: cut off",
    milliseconds: expect.any(Number),
  });
});

test("A record has the request and the answer, below the run's values that expire.", async () => {
  const files = new Map<string, string>();
  const artifacts = {
    uri: (key: string) => `s3://b/w/r/${key}`,
    put: async (key: string, body: string | Uint8Array) => String(files.set(key, String(body)).size),
    get: async (key: string) => {
      const text = files.get(key);
      if (text === undefined) throw Object.assign(new Error("none"), { name: "NoSuchKey" });
      return new TextEncoder().encode(text);
    },
  };
  const records = artifactRecords({ artifacts, idempotencyKey: "k", attempt: 1 });
  const context = contextOf();
  await generate(triage, ticket, context, generationOf(mockModel(RIGHT), { records }));
  const [[key, text]] = [...files] as [[string, string]];
  expect(key).toMatch(/^payload\/model\/\w+-1-1\.json$/);
  expect(context.log.info.mock.calls.at(-1)![1]).toMatchObject({ record: `s3://b/w/r/${key}` });
  expect(JSON.parse(text)).toMatchObject({
    name: "triage",
    request: {
      instructions: "You sort tickets.",
      messages: [{ role: "user", content: "Sort this ticket: It burns!" }],
    },
    answer: { text: RIGHT, tokens: { input: 2_000, output: 500 } },
  });
});

test("The embedded model works in the same way, at no cost.", async () => {
  const context = contextOf();
  const model = embeddedModel((use) => triage.byRule(ticket, use));
  const generation = generationOf(model, { setting: { provider: "embedded" } });
  expect(await generate(triage, ticket, context, generation)).toEqual({
    urgent: true,
    why: "by its punctuation",
  });
  expect(context.spent[0]!.actual.usd).toBe(0);
});

test("An answer that does not match is returned to the model with its errors.", async () => {
  const context = contextOf();
  const model = mockModel('{"urgent":"very","why":"fire"}', "Sure! Here it is:", RIGHT);
  expect(await generate(triage, ticket, context, generationOf(model))).toEqual({ urgent: true, why: "fire" });
  expect(context.spent).toHaveLength(3);
  const last = JSON.stringify(model.doStreamCalls[2]!.prompt);
  expect(last).toContain("Your answer is not valid: urgent: Invalid input");
  expect(last).toContain("it is not JSON");
});

test("After this number of attempts the step fails, and says why.", async () => {
  const answers = Array.from({ length: 5 }, () => "{}");
  const model = mockModel(...answers);
  const failed = generate(triage, ticket, contextOf(), generationOf(model, { tries: 2 }));
  await expect(failed).rejects.toThrow('The model answered "triage" 2 times without a valid answer: urgent:');
  expect(model.doStreamCalls).toHaveLength(2);
});

test("An incomplete answer is distinguished from one that is not JSON.", async () => {
  const model = mockModel({ deltas: ['{"urgent":tr'], ended: "length" }, RIGHT);
  await generate(triage, ticket, contextOf(), generationOf(model));
  expect(JSON.stringify(model.doStreamCalls[1]!.prompt)).toContain("it is too long and incomplete");
});

test("A refusal of the model goes to a person.", async () => {
  const failed = generate(
    triage,
    ticket,
    contextOf(),
    generationOf(mockModel({ deltas: [""], ended: "content-filter" })),
  );
  expect(toFailure(await failed.catch((error) => error))).toMatchObject({
    policy: "ask",
    name: "ModelDeclined",
  });
});

test.each([
  [429, { "retry-after": "7" }, { policy: "wait", after: 7_000 }],
  [429, {}, { policy: "wait", after: undefined }],
  [529, {}, { policy: "wait", after: undefined }],
  [403, {}, { policy: "give-up", name: "ModelRefused" }],
  [404, {}, { policy: "give-up", name: "ModelNotFound" }],
  [400, {}, { policy: "give-up", name: "ModelRequestInvalid" }],
  [500, {}, { policy: "retry" }],
  [undefined, {}, { policy: "retry" }],
])("A provider's %s decides what happens next.", async (statusCode, responseHeaders, expected) => {
  const about = { url: "https://bedrock", requestBodyValues: {}, isRetryable: true };
  const error = new APICallError({ message: "no", statusCode, responseHeaders, ...about });
  const model = mockModel(error, RIGHT);
  const failure = await generate(triage, ticket, contextOf(), generationOf(model)).catch((failed) => failed);
  expect({ after: undefined, ...toFailure(failure) }).toMatchObject(expected);
  expect(model.doStreamCalls).toHaveLength(1);
});

test.each([
  ["Too many tokens per day, please wait before trying again.", {}, 60],
  ["You exceeded your current quota (insufficient_quota).", {}, 60],
  ["Too many requests per day.", { "retry-after": "600" }, 10],
])(
  "A long-term quota is tried again after a long time, and named: %s",
  async (message, responseHeaders, minutes) => {
    const about = { url: "https://bedrock", requestBodyValues: {}, isRetryable: true };
    const error = new APICallError({ message, statusCode: 429, responseHeaders, ...about });
    const failed = generate(triage, ticket, contextOf(), generationOf(mockModel(error)));
    const failure = toFailure(await failed.catch((thrown) => thrown));
    expect(failure).toMatchObject({ policy: "wait", name: "ModelQuotaExceeded", after: minutes * 60_000 });
    expect(failure.message).toContain(`tries again in ${minutes} minutes`);
  },
);

test("A step that timed out stops asking.", async () => {
  const over = AbortSignal.abort(new Error("The step took longer than 1 second."));
  const failed = generate(triage, ticket, contextOf(over), generationOf(mockModel(RIGHT)));
  await expect(failed).rejects.toThrow();
});

test("An answer from before the worker's crash is reused, unless the request differs.", async () => {
  const recordsOf = memoryRecords();
  const first = mockModel(RIGHT);
  await generate(triage, ticket, contextOf(), generationOf(first, { records: recordsOf() }));
  const second = mockModel('{"urgent":false,"why":"changed"}');
  const context = contextOf();
  const again = await generate(triage, ticket, context, generationOf(second, { records: recordsOf() }));
  expect(again).toEqual({ urgent: true, why: "fire" });
  expect(second.doStreamCalls).toHaveLength(0);
  expect(context.spent).toHaveLength(0);
  const other = await generate(
    ...([triage, { ticket: "Hm." }, contextOf()] as const),
    generationOf(second, { records: recordsOf() }),
  );
  expect(other).toEqual({ urgent: false, why: "changed" });
});

test("A prompt without output tokens is refused.", () => {
  expect(() => definePrompt("none", { ...triage, outputTokens: 0 })).toThrow(
    'Prompt "none": outputTokens is 0; it must be a whole number of 1 or more.',
  );
});
