import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { defineStep } from "../../../lib/contract/step.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import { memoryEffects } from "../memory/memory-end.ts";
import { first, key, never, RUN, succeeds, workHarness } from "./work-harness.ts";

const refund = defineStep("refund", {
  input: z.object({ input: z.object({ cents: z.number() }), output: z.object({ receipt: z.string() }) }),
  output: z.object({}),
  timeout: "10 seconds",
});

let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
});
const undo = async (code: (input: any) => unknown, more = {}) =>
  await harness.deliver(
    { direction: "undo", input: null, step: "refund", taskToken: "u", ...more },
    code,
    refund,
  );
const seal = async () => {
  harness.change({ status: "closing" });
  await harness.state.claims.seal(RUN, 1);
};

describe("undo", () => {
  test("gets the input and output of the effect, while the run is compensated, and once", async () => {
    await harness.deliver({ undo: "refund" }, succeeds());
    harness.change({ status: "compensating" });
    const inputs: unknown[] = [];
    const code = (input: unknown) => {
      inputs.push(input);
      return {};
    };
    expect(await undo(code)).toMatchObject({ answer: "success" });
    expect(await undo(code, { taskToken: "u2" })).toMatchObject({ answer: "success" });
    expect(inputs).toEqual([{ input: { cents: 100 }, output: { receipt: "ok" } }]);
    expect(harness.state.get(claimKey(RUN, 1, "charge", "undo"))).toMatchObject({
      state: "done",
      step: "refund",
    });
    expect(harness.state.get(key)).toMatchObject({ state: "done", step: "charge" });
  });

  test("of a late effect: the result is stored with its undo, published as late, and can be undone", async () => {
    await harness.deliver({ undo: "refund" }, async () => {
      await seal();
      return { receipt: "late" };
    });
    const claim = harness.state.get(key) as ClaimItem;
    expect(claim).toMatchObject({ state: "sealed", late: { receipt: "late" }, undo: { step: "refund" } });
    expect(eventsOf({ ...claim, revision: 0, late: undefined, state: "sealed" }, claim)).toBeDefined();
    let output: unknown;
    await undo((input) => {
      ({ output } = input);
      return {};
    });
    expect(output).toEqual({ receipt: "late" });
  });

  test.each([
    ["was never claimed", async () => {}],
    ["has no undo", async () => void (await harness.deliver({}, succeeds()))],
    ["was sealed before it happened", async () => void (await harness.deliver({}, () => seal().then(never)))],
  ])("of an effect that %s is given up", async (_, prepare) => {
    await prepare();
    await undo(never);
    expect(harness.machines.answers.at(-1)).toMatchObject({
      error: "Millrace.GiveUp",
      cause: expect.stringContaining("NothingToUndo"),
    });
  });
});

describe("a retried run", () => {
  const second = { run: { ...first.run, epoch: 2 }, taskToken: "second" };
  const retry = () => harness.change({ epoch: 2, status: "running" });

  test("answers from the result of an earlier epoch, without running it, and owns its undo", async () => {
    await harness.deliver({ undo: "refund" }, succeeds());
    retry();
    expect(await harness.deliver({ ...second, undo: "refund" }, never)).toMatchObject({ answer: "success" });
    expect(harness.machines.answers.at(-1)).toEqual({ token: "second", output: '{"receipt":"ok"}' });
    const copy = harness.state.get(claimKey(RUN, 2, "charge")) as ClaimItem;
    expect(copy).toMatchObject({ state: "done", reusedFrom: 1, undo: { step: "refund" } });
    const inputs: unknown[] = [];
    const code = (input: unknown) => {
      inputs.push(input);
      return {};
    };
    harness.change({ status: "compensating" });
    // What was sent to undo it for the earlier epoch finds that there is nothing to do, and says so.
    expect(await undo(code)).toMatchObject({ answer: "success" });
    expect(inputs).toEqual([]);
    await undo(code, { run: second.run, taskToken: "u2" });
    expect(inputs).toEqual([{ input: { cents: 100 }, output: { receipt: "ok" } }]);
  });

  test.each([
    ["is running", () => undo(() => new Promise(() => {})), "running"],
    ["failed and was given up", () => undo(() => Promise.reject(new Error("no"))), "failed"],
  ])("runs again an effect whose undo %s", async (_, undoing, state) => {
    await harness.deliver({ undo: "refund" }, succeeds());
    void undoing();
    await expect.poll(() => harness.state.get(claimKey(RUN, 1, "charge", "undo"))).toMatchObject({ state });
    retry();
    const code = succeeds();
    await harness.deliver({ ...second, undo: "refund" }, code);
    expect(code).toHaveBeenCalledTimes(1);
  });

  test("does not reuse an effect whose undo begins at the same time", async () => {
    await harness.deliver({ undo: "refund" }, succeeds());
    retry();
    const { reuse } = harness.ports.claims;
    harness.ports.claims.reuse = async (...given) => {
      await undo(() => ({}));
      return await reuse(...given);
    };
    const code = succeeds();
    await harness.deliver({ ...second, undo: "refund" }, code);
    expect(code).toHaveBeenCalledTimes(1);
  });

  test("is not undone by the message of an undo that was given up before it began", async () => {
    await harness.deliver({ undo: "refund" }, succeeds());
    const effects = memoryEffects(harness.state);
    const given = { error: "States.Timeout", cause: "" };
    await effects.giveUp(harness.state.get(key) as ClaimItem, claimKey(RUN, 1, "charge", "undo"), given);
    retry();
    await harness.deliver({ ...second, undo: "refund" }, never);
    // A person sends the dead letter again.
    expect(await undo(never)).toMatchObject({ answer: "success" });
  });

  test("an effect that an older version has copied without its undo is looked up where it happened", async () => {
    await harness.deliver({ undo: "refund" }, succeeds());
    harness.state.write({
      ...(harness.state.get(key) as ClaimItem),
      ...claimKey(RUN, 2, "charge"),
      epoch: 2,
      undo: undefined,
      reusedFrom: 1,
    });
    await undo(() => ({}));
    harness.change({ epoch: 3, status: "running" });
    const code = succeeds();
    await harness.deliver({ run: { ...first.run, epoch: 3 }, taskToken: "third" }, code);
    expect(code).toHaveBeenCalledTimes(1);
  });

  test("runs again what has been undone, even if a copy of the result says otherwise", async () => {
    await harness.deliver({ undo: "refund" }, succeeds());
    retry();
    await harness.deliver({ ...second, undo: "refund" }, never);
    await undo(() => ({}), { run: second.run });
    harness.change({ epoch: 3, status: "running" });
    const code = succeeds();
    await harness.deliver({ run: { ...first.run, epoch: 3 }, taskToken: "third" }, code);
    expect(code).toHaveBeenCalledTimes(1);
  });

  test("runs effects that failed, and those that never ran", async () => {
    await harness.deliver({}, () => Promise.reject(new Error("no")));
    retry();
    const code = succeeds();
    await harness.deliver(second, code);
    await harness.deliver({ ...second, path: "other", taskToken: "o" }, code);
    expect(code).toHaveBeenCalledTimes(2);
  });

  test("a message of the epoch before is dropped", async () => {
    retry();
    expect(await harness.deliver({}, never)).toMatchObject({ kind: "dropped" });
  });
});
