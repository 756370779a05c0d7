import { reaction } from "../../../../lambdas/runtime/index.ts";
import { makePodcast, ReadersNotified } from "./reactions.ts";

export const handler = reaction(makePodcast, ({ articleId }, { emit }) =>
  emit(ReadersNotified, { articleId, by: "podcast" }),
);
