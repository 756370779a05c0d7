import { intake } from "../../../../lambdas/runtime/index.ts";
import { sendInvoice } from "./definitions.ts";

export const handler = intake(sendInvoice);
