import { intake } from "../../../../lambdas/runtime/index.ts";
import { bookPayments } from "./workflows.ts";

export const handler = intake(bookPayments);
