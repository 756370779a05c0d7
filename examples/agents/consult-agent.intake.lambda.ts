import { intake } from "../../lambdas/runtime/index.ts";
import { consultAgent } from "./conduct.ts";

export const handler = intake(consultAgent);
