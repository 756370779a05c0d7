import { reaction } from "../../../../lambdas/runtime/index.ts";
import { ReadersTold, sendMail } from "./reactions.ts";

export const handler = reaction(sendMail, ({ articleId }, { emit }) =>
  emit(ReadersTold, { articleId, by: "mail" }),
);
