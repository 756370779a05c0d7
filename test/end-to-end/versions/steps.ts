import * as z from "zod";
import { defineEvent, defineStep } from "../../../lib/index.ts";

export const PostWritten = defineEvent("post.written", {
  version: 1,
  schema: z.object({ postId: z.string() }),
  identity: (post) => post.postId,
});

export const draft = defineStep("draft", {
  input: z.object({ postId: z.string() }),
  output: z.object({ text: z.string() }),
  timeout: "1 minute",
});

export const announce = defineStep("announce", {
  input: z.object({ text: z.string() }),
  output: z.object({ said: z.string() }),
  timeout: "1 minute",
});
