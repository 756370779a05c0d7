import { intake } from "../../../../lambdas/runtime/index.ts";
import { correctAddress } from "./workflows.ts";

export const handler = intake(correctAddress);
