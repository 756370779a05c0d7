import { describe, expect, test } from "vitest";
import { defineReaction } from "../../lib/index.ts";
import { Placed, timeout } from "./reactions.ts";

describe("a reaction", () => {
  test("has the options of steps, with all defaults", () => {
    expect(defineReaction("bill", { on: Placed, timeout })).toEqual({
      name: "bill",
      on: [Placed],
      where: undefined,
      emits: [],
      mostHops: 32,
      timeout,
      retry: { attempts: 3, backoff: "2 seconds" },
      concurrency: 10,
      memory: 512,
      onLeaseExpiry: "retry",
      breaker: undefined,
      artifacts: undefined,
      model: undefined,
      tools: [],
      budget: undefined,
      delivery: { within: "310 seconds", ledger: "every delivery" },
    });
  });

  test.each([
    [/"on" names no event/, () => defineReaction("bill", { on: [], timeout })],
    [/names the event "order.placed" twice/, () => defineReaction("bill", { on: [Placed, Placed], timeout })],
    [/Reaction "Bill": A name has/, () => defineReaction("Bill", { on: Placed, timeout })],
    [
      /-1 dollars .* is not valid/,
      () => defineReaction("bill", { on: Placed, timeout, budget: { usd: -1 } }),
    ],
    [/timeout is 1 hour/, () => defineReaction("bill", { on: Placed, timeout: "1 hour" })],
    [
      /where.customer.mail has no condition/,
      () => defineReaction("bill", { on: Placed, timeout, where: { customer: { mail: [] } } }),
    ],
    [
      /retry.attempts is 101; at most 100/,
      () => defineReaction("bill", { on: Placed, timeout, retry: { attempts: 101, backoff: "1 second" } }),
    ],
  ])("is refused with the reason: %s", (reason, define) => {
    expect(define).toThrow(reason);
  });
});
