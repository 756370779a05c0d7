import { expect } from "vitest";
import type { HandlerFactory } from "../../../local/simulate.ts";
import { videoApp } from "./app.ts";

/** An app on virtual time in which the film "one" is made, and what a test asks about it. */
export async function openStudio(handlers: Record<string, HandlerFactory> = {}) {
  const app = await videoApp({ schedules: false, handlers });
  const details = async () => (await app.run("one"))!;
  const run = async () => (await details()).run;
  return {
    app,
    details,
    run,
    output: async () => (await run()).output as any,
    asked: async () => (await details()).approvals.filter(({ state }) => state === "pending"),
    /** Requests the film, and continues until nothing more happens automatically. */
    async begin(brief: object = {}) {
      await app.send("one", { topic: "tides", scenes: 3, ...brief });
      await app.cloud.settle();
    },
    /** Answers what the run asks first, and lets it continue. */
    async answer(approved: boolean, note?: string) {
      expect(await app.decide("one", approved, note)).toBe(true);
      await app.cloud.advance("10 seconds");
    },
    async withdraw() {
      await app.publish("video.withdrawn", { videoId: "one", why: "it is not true" });
      await app.cloud.advance("1 minute");
    },
    /** What was done in a round to make the film, as step or step and scene: "draw-picture 2". */
    async doneIn(round: number): Promise<string[]> {
      const { claims } = await details();
      return claims
        .filter(
          ({ path, step, state }) =>
            path.startsWith(`cut[${round}]/`) && state === "done" && step !== "read-notes",
        )
        .map(({ path, step }) => {
          const scene = /scenes\[(\d+)\]/.exec(path);
          return scene ? `${step} ${Number(scene[1]) + 1}` : step;
        })
        .sort();
    },
  };
}
