import { intake } from "../../../../lambdas/runtime/index.ts";
import { help } from "./help.ts";

export const handler = intake(help);
