import { tool } from "../../../lambdas/runtime/model/index.ts";
import { indexOf } from "../text.ts";
import { articles } from "./articles.ts";
import { searchArticles } from "./search-articles.ts";

/** The help centre as a searchable library. */
export const helpCentre = indexOf(articles, { title: 2, text: 1 });

export const articleSearch = tool(searchArticles, ({ query, most }) =>
  helpCentre
    .search(query, most)
    .map(({ document: { id, title, text }, score }) => ({ id, title, text, score })),
);
