import { intake } from "../../lambdas/runtime/index.ts";
import { handleTask } from "./conduct.ts";

export const handler = intake(handleTask);
