import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { defineStep } from "../../../lib/contract/step.ts";
import { first, workHarness } from "./work-harness.ts";

let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
});

const step = (retry: { attempts: number; most?: number }) =>
  defineStep("charge", {
    input: z.object({ cents: z.number() }),
    output: z.object({ receipt: z.string() }),
    timeout: "10 seconds",
    retry: { backoff: "1 second", ...retry },
  });
const fails = async () => {
  throw new Error("no");
};

/** The error that the state machine receives for an attempt. */
async function errorOf(
  attempt: number,
  retry: { attempts: number; most?: number },
  recorded?: number | string,
): Promise<string> {
  const values: Record<string, number | string> =
    recorded === undefined ? {} : { "steps.charge.retry.attempts": recorded };
  const run = { ...first.run, settings: { revision: 1, values } };
  harness = workHarness();
  await harness.deliver({ attempt, run }, fails, step(retry) as never);
  return harness.machines.answers.at(-1)!.error!;
}

describe("the attempts of a step", () => {
  test.each<[string, { attempts: number; most?: number }, number | string | undefined, number]>([
    ["fewer than the definition's", { attempts: 4 }, 2, 2],
    ["more, up to its `most`", { attempts: 2, most: 6 }, 5, 5],
    ["the definition's, where it allows more", { attempts: 2, most: 6 }, undefined, 2],
    ["more than a later definition allows: its `most`", { attempts: 2, most: 3 }, 9, 3],
    ["unreadable: the definition's", { attempts: 2, most: 6 }, "many", 2],
  ])("%s", async (_, retry, recorded, last) => {
    expect(await errorOf(last - 1 || 1, retry, recorded)).toBe(
      last === 1 ? "Millrace.GiveUp" : "Millrace.Retry",
    );
    // Where the state machine's own limit is reached, it decides, as without settings.
    const own = last === (retry.most ?? retry.attempts);
    expect(await errorOf(last, retry, recorded)).toBe(own ? "Millrace.Retry" : "Millrace.GiveUp");
  });

  test("the last failure is recorded as final, and a redelivery answers the same", async () => {
    const run = { ...first.run, settings: { revision: 1, values: { "steps.charge.retry.attempts": 1 } } };
    await harness.deliver({ run }, fails, step({ attempts: 3 }) as never);
    await harness.deliver({ run, taskToken: "t2" }, fails, step({ attempts: 3 }) as never);
    expect(harness.machines.answers.map(({ error }) => error)).toEqual([
      "Millrace.GiveUp",
      "Millrace.GiveUp",
    ]);
  });
});
