import { intake } from "../../../../lambdas/runtime/index.ts";
import { approveExpense } from "./workflow.ts";

export const handler = intake(approveExpense);
