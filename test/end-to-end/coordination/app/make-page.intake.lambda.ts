import { intake } from "../../../../lambdas/runtime/index.ts";
import { makePage } from "./make-page.ts";

export const handler = intake(makePage);
