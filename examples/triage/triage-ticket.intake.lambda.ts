import { intake } from "../../lambdas/runtime/index.ts";
import { triageTicket } from "./triage-ticket.ts";

export const handler = intake(triageTicket);
