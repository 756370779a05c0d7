import { expect, test } from "vitest";
import { describeLane, laneOf } from "../../bin/commands/limits.ts";
import { TIME } from "../runtime/api/fixtures.ts";
import { millraceHere } from "./in-process.ts";

const ALL = [
  { name: "model-calls", byKey: false, workflows: ["summarize"] },
  { name: "tenants", byKey: true, workflows: ["translate"] },
];

test("a limit of all keys has one lane, and a limit by key one for each", () => {
  expect(laneOf("model-calls", undefined, ALL)).toBe("");
  expect(laneOf("model-calls", "acme", ALL)).toBe("");
  expect(laneOf("tenants", "acme", ALL)).toBe("acme");
  expect(() => laneOf("tenants", undefined, ALL)).toThrow("Name one with --key.");
  expect(() => laneOf("models", undefined, ALL)).toThrow(
    'There is no shared limit "models". Available: model-calls, tenants.',
  );
});

test("runs with a place come first, then those that wait, and the time of the next start", () => {
  const now = Date.parse(TIME) + 5_000;
  const place = { run: "summarize-a", workflow: "summarize", key: "acme", since: TIME };
  const waiting = [{ run: "translate-b", workflow: "translate", key: "corp" }];
  const next = new Date(now + 1_000).toISOString();
  expect(describeLane({ places: [place], waiting, next }, now).split("\n")).toEqual([
    "RUN          KEY   STATE",
    "summarize-a  acme  has a place since 5.0 s ago",
    "translate-b  corp  waits",
    "",
    `The next start is free at ${next}.`,
  ]);
  expect(describeLane({ places: [], waiting: [] }, now)).toBe("No run has a place or waits for one.");
});

test("without shared limits, the command says so, and an unknown name is refused before anything is read", async () => {
  expect((await millraceHere("limits")).out).toBe("No workflow has a shared limit.\n");
  const refused = await millraceHere("limits", "model-calls");
  expect(refused).toMatchObject({
    code: 1,
    error: expect.stringContaining('There is no shared limit "model-calls".'),
  });
});
