import { expect, test } from "vitest";
import { videoApp } from "./app.ts";
import { attend, expectOrder } from "./invariants.ts";

/** One run with one crash of `name`, at its n-th call; answers whether there was such a call. */
async function crashed(name: string, kind: "crash-before" | "crash-after", on: number): Promise<boolean> {
  const app = await videoApp({
    faults: { calls: [{ kind, function: name, on }] },
    handlers: { Sweep: () => async () => {} },
  });
  try {
    await app.send("one", { topic: "tides", scenes: 1 });
    await attend(app, ["one"], 3);
    await expectOrder(app, ["one"]);
    return app.cloud.calls.some(({ trouble }) => trouble === kind);
  } finally {
    await app.cloud.close();
  }
}

test.each(["Intake", "write-script", "publish", "Relay", "ApprovalsApprove", "Correlate", "FinisherFinish"])(
  "a crash of %s before or after any of its calls heals when the message comes again",
  async (name) => {
    let calls = 0;
    for (; await crashed(name, "crash-before", calls + 1); calls++) {
      expect(await crashed(name, "crash-after", calls + 1)).toBe(true);
    }
    expect(calls).toBeGreaterThan(0);
  },
  120_000,
);
