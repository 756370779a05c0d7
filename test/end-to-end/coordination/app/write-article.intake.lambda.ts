import { intake } from "../../../../lambdas/runtime/index.ts";
import { writeArticle } from "./write-article.ts";

export const handler = intake(writeArticle);
