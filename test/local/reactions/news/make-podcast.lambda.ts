import { reaction } from "../../../../lambdas/runtime/index.ts";
import { makePodcast, ReadersTold } from "./reactions.ts";

export const handler = reaction(makePodcast, ({ articleId }, { emit }) =>
  emit(ReadersTold, { articleId, by: "podcast" }),
);
