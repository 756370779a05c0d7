import { defineWorkflow } from "../../../../lib/index.ts";
import { draft, PostWritten } from "../steps.ts";

export const publishPost = defineWorkflow("publish-post", {
  on: PostWritten,
  deadline: "6 days",
  run: (w, { postId }) => w.step(draft, { postId }),
});
