import { intake } from "../../lambdas/runtime/index.ts";
import { onboardUser } from "./workflows.ts";

export const handler = intake(onboardUser);
