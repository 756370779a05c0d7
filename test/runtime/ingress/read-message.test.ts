import { expect, test } from "vitest";
import { readMessage } from "../../../lambdas/runtime/ingress/read-message.ts";

const attributes = { SentTimestamp: String(Date.parse("2026-01-02T03:04:05.000Z")) };
const read = (body: string) =>
  readMessage({ messageId: "m1", body, attributes }, "orders", (payload, identity) => ({
    ...identity,
    payload,
  }));

test("a message is JSON or a text, and its id is the occurrence's", () => {
  expect(read('{"order":"o1"}')).toMatchObject({
    payload: { order: "o1" },
    time: "2026-01-02T03:04:05.000Z",
  });
  expect(read("o1")).toMatchObject({ payload: "o1" });
  expect(read("o1").id).toBe(read("o2").id);
});

test("a message that is nested too deeply is quarantined as it came, and not tried again", () => {
  const body = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  expect(read(body)).toMatchObject({ body, findings: [{ path: "" }] });
});
