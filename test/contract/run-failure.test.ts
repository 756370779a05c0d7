import { expect, test } from "vitest";
import { describeFailure } from "../../lib/contract/runs/run-failure.ts";

const record = {
  step: "fetch-customer",
  path: "fetch-customer",
  attempt: 3,
  policy: "retry",
  name: "TypeError",
  message: "Cannot read properties of undefined\nsecond line",
  location: "workflows/shop/fetch-customer.lambda.ts:5:45",
};
const failed = (cause: object) => describeFailure({ error: "Millrace.Retry", cause: JSON.stringify(cause) });

test("a step's failure is one line: what, how often, why, where", () => {
  expect(failed(record)).toEqual({
    summary:
      "fetch-customer failed after 3 attempts: TypeError: Cannot read properties of undefined (workflows/shop/fetch-customer.lambda.ts:5)",
    error: "TypeError",
    message: record.message,
    path: "fetch-customer",
    step: "fetch-customer",
    attempts: 3,
    location: record.location,
  });
  const { location: _, ...elsewhere } = { ...record, attempt: 1 };
  expect(failed(elsewhere).summary).toBe(
    "fetch-customer failed: TypeError: Cannot read properties of undefined",
  );
});

test.each([
  [
    "Millrace.WaitTimedOut",
    "No deposit.paid with the key r-1 came within 2 hours.",
    "No deposit.paid with the key r-1 came within 2 hours.",
  ],
  [
    "States.DataLimitExceeded",
    "The state is too large.",
    "States.DataLimitExceeded: The state is too large.",
  ],
  ["States.Timeout", "", "States.Timeout"],
  ["Millrace.Retry", "[1]", "[1]"],
])("%s with the cause %j", (error, cause, summary) => {
  expect(describeFailure({ error, cause })).toMatchObject({ summary, error });
});
