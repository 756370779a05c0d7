import { defineWorkflow } from "../../../../lib/index.ts";
import { announce, draft, PostWritten } from "../steps.ts";

export const publishPost = defineWorkflow("publish-post", {
  on: PostWritten,
  deadline: "5 days",
  run: (w, { postId }) => {
    const { text } = w.step(draft, { postId });
    const review = w.approval("editor", { show: { text } });
    return w.step(announce, { text }, { after: [review] });
  },
});
