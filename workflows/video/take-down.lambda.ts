import { worker } from "../../lambdas/runtime/index.ts";
import { withdraw } from "./publication.ts";
import { takeDown } from "./steps.ts";

export const handler = worker(takeDown, async ({ videoId }, { shared, run }) => ({
  withdrawn: await withdraw(shared, { videoId, run: run.id, now: Date.now() }),
}));
