import { intake } from "../../../../lambdas/runtime/index.ts";
import { issueTicket } from "./definitions.ts";

export const handler = intake(issueTicket);
