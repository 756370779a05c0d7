import { expect, test } from "vitest";
import { costOf, parseModel } from "../../lib/contract/model.ts";

test("A model is a setting of one line.", () => {
  expect(parseModel()).toEqual({ provider: "embedded" });
  expect(parseModel("embedded")).toEqual({ provider: "embedded" });
  expect(parseModel("bedrock:us.anthropic.claude-haiku-4-5-20251001-v1:0?input=1&output=5")).toEqual({
    provider: "bedrock",
    model: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    prices: { input: 1, output: 5 },
  });
  expect(parseModel("http://127.0.0.1:11434/v1?model=llama3.2&input=0&output=0")).toEqual({
    provider: "openai-compatible",
    url: "http://127.0.0.1:11434/v1",
    model: "llama3.2",
    prices: { input: 0, output: 0 },
    secret: undefined,
  });
});

test.each([
  "gpt-5",
  "bedrock:?input=1&output=5",
  "bedrock:claude",
  "bedrock:claude?input=1",
  "bedrock:claude?input=1&output=-5",
  "https://host/v1?input=0&output=0",
  "ftp://host/v1?model=x&input=0&output=0",
])('"%s" is refused with the valid forms.', (text) => {
  expect(() => parseModel(text)).toThrow(`The model "${text}" cannot be parsed. Use "embedded"`);
});

test("The cost of a call is that of its tokens.", () => {
  expect(costOf({ input: 2_000, output: 500 }, { input: 1, output: 5 })).toEqual({
    usd: 0.0045,
    tokens: 2_500,
  });
});
