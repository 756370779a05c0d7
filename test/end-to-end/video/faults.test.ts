import { expect, test } from "vitest";
import { seeds } from "../../seeds.ts";
import { videoApp } from "./app.ts";
import { attend, expectOrder } from "./invariants.ts";

test.each(seeds([1], 50))(
  "with all faults, the results are correct: seed %i",
  async (seed) => {
    const app = await videoApp({
      seed,
      faults: {
        duplicates: 0.2,
        delays: { chance: 0.2, upTo: "90 seconds" },
        interleave: true,
        calls: [
          { kind: "throttle", chance: 0.02 },
          { kind: "throttle-one", operation: "dynamodb", chance: 0.03 },
          { kind: "lost-one", operation: "dynamodb:BatchExecuteStatement", chance: 0.03 },
          { kind: "error", chance: 0.02 },
          { kind: "lost", chance: 0.04 },
          { kind: "slow", chance: 0.04, for: "20 seconds" },
          { kind: "crash-before", chance: 0.01 },
          { kind: "crash-after", chance: 0.02 },
        ],
      },
    });
    try {
      await Promise.all([app.send("one"), app.send("two"), app.send("one"), app.send("one")]);
      await app.send("three", { topic: "", scenes: 99 });
      await app.cloud.advance("1 minute");
      await app.send("one", { topic: "something else", scenes: 2 });
      await app.send("two");
      await attend(app, ["one", "two"], 24);
      await expectOrder(app, ["one", "two"]);
      const reasons = (await app.quarantined()).map(({ reason }) => reason);
      expect(reasons.sort()).toEqual(["contract", "contradiction"]);
    } finally {
      await app.cloud.close();
    }
  },
  60_000,
);
