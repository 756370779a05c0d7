import { expect, test } from "vitest";
import { dynamic, transform, type Variables } from "../../../local/pipes/template.ts";

const variables: Variables = {
  "pipe-arn": "arn:pipe",
  "pipe-name": "orders",
  "source-arn": "arn:source",
  "enrichment-arn": "",
  "target-arn": "arn:target",
  "event.ingestion-time": "2026-11-21T07:00:30.000Z",
};
const event = {
  messageId: "m-1",
  body: '{"id": 12345678901234567890, "name": "a \\"b\\"", "items": [{"S": "x"}, {"S": "y"}]}',
  attributes: { SenderId: "me" },
};

test.each<[string, string, unknown]>([
  ["a text", '"Hello, sender"', "Hello, sender"],
  ["a path", "<$.attributes.SenderId>", "me"],
  ["a text with a path", '"Hello, <$.attributes.SenderId>"', "Hello, me"],
  ["free text", "Hello, <$.attributes.SenderId>", "Hello, me"],
  ["an object", '{"key": "value"}', { key: "value" }],
  ["a member of a JSON body", '{"name": <$.body.name>}', { name: 'a "b"' }],
  ["a quoted member", '{"name": "<$.body.name>!"}', { name: 'a "b"!' }],
  ["an element", '{"item": <$.body.items[1]>}', { item: { S: "y" } }],
  ["all elements", '{"items": <$.body.items[*].S>}', { items: ["x", "y"] }],
  ["a JSON body", '{"body": <$.body>}', { body: expect.objectContaining({ name: 'a "b"' }) }],
  ["a missing value", '{"none": <$.body.none>}', { none: "" }],
  [
    "a variable",
    '{"pipe": <aws.pipes.pipe-name>, "at": "<aws.pipes.event.ingestion-time>"}',
    { pipe: "orders", at: "2026-11-21T07:00:30.000Z" },
  ],
  ["the event", "<aws.pipes.event>", event],
])("%s", (_, template, expected) => {
  expect(transform(template, event, variables)).toEqual(expected);
});

test("digits of large numbers stay", () => {
  expect(JSON.stringify(transform('{"id": <$.body.id>}', event, variables))).toBe(
    '{"id":12345678901234567890}',
  );
});

test("without a template, the event stays as it is; a parameter may be a path", () => {
  expect(transform(undefined, event, variables)).toBe(event);
  expect([dynamic("fixed", event), dynamic("$.body.name", event), dynamic("$.none", event)]).toEqual([
    "fixed",
    'a "b"',
    undefined,
  ]);
});
