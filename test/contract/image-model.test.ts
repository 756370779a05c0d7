import { expect, test } from "vitest";
import { parseImageModel } from "../../lib/contract/image-model.ts";

test("An image model is a setting of one line.", () => {
  expect(parseImageModel()).toEqual({ provider: "embedded" });
  expect(parseImageModel("bedrock:amazon.nova-canvas-v1:0?image=0.04")).toEqual({
    provider: "bedrock",
    model: "amazon.nova-canvas-v1:0",
    price: 0.04,
    size: undefined,
  });
  const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf";
  expect(parseImageModel(`https://host/v1?model=painter&image=0.02&size=1536x1024&secret=${secret}`)).toEqual(
    {
      provider: "openai-compatible",
      url: "https://host/v1",
      model: "painter",
      price: 0.02,
      size: "1536x1024",
      secret,
    },
  );
});

test.each([
  "dall-e",
  "bedrock:canvas",
  "bedrock:canvas?image=cheap",
  "bedrock:canvas?image=-1",
  "https://host/v1?image=0.04",
  "https://host/v1?model=painter&image=0.04&size=big",
])('"%s" is refused with the valid forms.', (text) => {
  expect(() => parseImageModel(text)).toThrow(`The image model "${text}" cannot be parsed. Use "embedded"`);
});
