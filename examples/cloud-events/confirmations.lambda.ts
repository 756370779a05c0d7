import { deliverCloudEvents } from "../../lambdas/runtime/index.ts";
import { confirmations } from "./definitions.ts";

export const handler = deliverCloudEvents(confirmations);
