import { reaction } from "../../../../lambdas/runtime/index.ts";
import { ReadersNotified, sendMail } from "./reactions.ts";

export const handler = reaction(sendMail, ({ articleId }, { emit }) =>
  emit(ReadersNotified, { articleId, by: "mail" }),
);
