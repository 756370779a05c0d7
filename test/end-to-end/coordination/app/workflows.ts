import { makeIssue } from "./make-issue.ts";
import { makePage } from "./make-page.ts";
import { writeArticle } from "./write-article.ts";

export const workflows = [makePage, writeArticle, makeIssue];
