import { worker } from "../../lambdas/runtime/index.ts";
import { takeBack } from "./publication.ts";
import { unpublish } from "./steps.ts";

export const handler = worker(unpublish, async ({ input: { videoId } }, { shared, run }) => {
  await takeBack(shared, videoId, run.id);
  return null;
});
