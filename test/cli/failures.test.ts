import { expect, test } from "vitest";
import { describeFailedAttempts, failedAttempts } from "../../bin/failed-attempts.ts";
import { progressOf } from "../../bin/progress.ts";
import type { RunDetails } from "../../lambdas/runtime/ports/readers.ts";
import type { RunState } from "../../lib/contract/runs/run-state.ts";

const AT = "2026-03-01T12:00:00.000Z";
const failure = {
  policy: "retry" as const,
  name: "TypeError",
  message: "no customer",
  location: "workflows/shop/fetch.lambda.ts:2:5",
  stack: "at workflows/shop/fetch.lambda.ts:2:5\nat workflows/shop/fetch.lambda.ts:9:1",
  code: "> 2 | customer.name\n    |     ^",
};
const attempt = (number: number, more = {}) => ({
  ...failure,
  path: "fetch",
  attempt: number,
  at: AT,
  ...more,
});

test("equal failures are shown once, with the stack and the code", () => {
  const lines = describeFailedAttempts([attempt(1), attempt(2), attempt(3, { message: "no network" })]);
  const place = ["    at workflows/shop/fetch.lambda.ts:2:5", "    at workflows/shop/fetch.lambda.ts:9:1"];
  const code = ["", "    > 2 | customer.name", "        |     ^", ""];
  expect(lines).toEqual([
    `  ${AT}  fetch, attempts 1, 2: TypeError: no customer`,
    ...place,
    ...code,
    `  ${AT}  fetch, attempt 3: TypeError: no network`,
    ...place,
    ...code,
  ]);
});

test("attempts of the log are preferred to those of the execution's history, which have no stacks", () => {
  const step = {
    epoch: 1,
    path: "fetch",
    direction: "do",
    attempts: [{ attempt: 1, startedAt: AT, endedAt: AT, failure }],
  };
  const logged = { epoch: 1, steps: [step, { ...step, epoch: 0 }] } as unknown as RunState;
  const history = [1, 2].map((number) => ({ ...attempt(number), stack: undefined }));
  expect(
    failedAttempts(logged, history).map(({ attempt: number, stack }) => [number, stack !== undefined]),
  ).toEqual([
    [1, true],
    [2, false],
  ]);
});

test("a failed run says why in one line, where in the code, and how to continue it", () => {
  const cause = JSON.stringify({ step: "fetch", path: "fetch", attempt: 3, ...failure });
  const claim = {
    path: "fetch",
    direction: "do",
    state: "sealed",
    attempt: 3,
    startedAt: AT,
    endedAt: AT,
    failure,
  };
  const details = {
    run: {
      run: "shop-1",
      status: "failed",
      acceptedAt: AT,
      endedAt: AT,
      event: { name: "user.seen" },
      failure: { error: "Millrace.Retry", cause },
    },
    claims: [claim],
    approvals: [],
  } as unknown as RunDetails;
  const text = progressOf(details)
    .map((line) => line.text)
    .join("\n");
  expect(text).toContain(
    "fetch failed after 0 ms: TypeError: no customer (workflows/shop/fetch.lambda.ts:2)",
  );
  expect(text).toContain(
    "fetch failed after 3 attempts: TypeError: no customer (workflows/shop/fetch.lambda.ts:2)",
  );
  expect(text).toContain("> 2 | customer.name");
  expect(text).toContain("retry shop-1");
  expect(text).not.toMatch(/Millrace\.|sealed|\{/);
});
