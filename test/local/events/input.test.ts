import { expect, test } from "vitest";
import { type InputSettings, targetInput, undefinedPlaceholder } from "../../../local/events/input.ts";

const event = {
  version: "0",
  id: "e-1",
  "detail-type": "order",
  source: "shop",
  time: "2026-11-21T07:00:00Z",
  resources: [],
  detail: {
    id: 'a"1',
    total: 12.5,
    paid: true,
    none: null,
    lines: [{ sku: "x" }, { sku: "y" }],
    "odd key": 1,
  },
};
const occasion = { ruleArn: "arn:rule", ruleName: "r", ingestionTime: "2026-11-21T07:00:01Z" };
const input = (settings: InputSettings) => targetInput(settings, JSON.stringify(event), occasion);
const transformed = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
  input({ InputTransformer: { InputTemplate, InputPathsMap } });

const paths = {
  id: "$.detail.id",
  total: "$.detail.total",
  lines: "$.detail.lines",
  sku: "$.detail.lines[1].sku",
  skus: "$.detail.lines[*].sku",
  type: "$['detail-type']",
  nothing: "$.detail.missing.deeper",
};

test("a target receives the event, a constant, or a part of the event", () => {
  expect(input({})).toBe(JSON.stringify(event));
  expect(input({ Input: '{"a": 1}' })).toBe('{"a": 1}');
  expect(input({ InputPath: "$" })).toBe(JSON.stringify(event));
  expect(input({ InputPath: "$.detail.lines" })).toBe('[{"sku":"x"},{"sku":"y"}]');
  expect(input({ InputPath: "$.detail.id" })).toBe('"a\\"1"');
  expect(() => input({ InputPath: "$.detail.absent" })).toThrow("nothing at $.detail.absent");
});

test("a JSON template inserts values unchanged, texts inside of texts, and a missing value as an empty text", () => {
  expect(
    JSON.parse(
      transformed('{"a": <id>, "b": [<total>, <skus>], "c": "<type>/<sku>", "d": <nothing>}', paths),
    ),
  ).toEqual({
    a: 'a"1',
    b: [12.5, ["x", "y"]],
    c: "order/y",
    d: "",
  });
  expect(JSON.parse(transformed('{"a": "<id>"}', paths))).toEqual({ a: 'a"1' });
});

test("a result that is not JSON is not delivered", () => {
  expect(() => transformed('{"a": "<lines>"}', paths)).toThrow("gives no JSON");
  expect(() => transformed("<lines> and more", paths)).toThrow("gives no JSON");
});

test("a template of texts stays text, and inserted values lose their quotation marks", () => {
  expect(transformed('"<sku> in <lines>"\n"second <nothing>line"', paths)).toBe(
    '"y in [{sku:x},{sku:y}]"\n"second line"',
  );
});

test("reserved variables", () => {
  expect(
    JSON.parse(transformed('{"r": <aws.events.rule-arn>, "t": "<aws.events.event.ingestion-time>"}')),
  ).toEqual({
    r: "arn:rule",
    t: "2026-11-21T07:00:01Z",
  });
  expect(JSON.parse(transformed('{"e": <aws.events.event.json>}'))).toEqual({ e: event });
  const { detail: _, "detail-type": detailType, ...rest } = event;
  expect(JSON.parse(transformed("<aws.events.event>"))).toEqual({ ...rest, detailType });
});

test("an undefined placeholder is found", () => {
  const InputPathsMap = { a: "$.detail" };
  expect(
    undefinedPlaceholder({ InputPathsMap, InputTemplate: "<a> < b > <aws.events.event>" }),
  ).toBeUndefined();
  expect(undefinedPlaceholder({ InputPathsMap, InputTemplate: '{"x": "<toString>"}' })).toBe("toString");
});
