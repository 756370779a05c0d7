import { intake } from "../../../../lambdas/runtime/index.ts";
import { makeIssue } from "./make-issue.ts";

export const handler = intake(makeIssue);
