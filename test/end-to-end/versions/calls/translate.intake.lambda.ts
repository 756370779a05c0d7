import { intake } from "../../../../lambdas/runtime/index.ts";
import { translate } from "../calls.ts";

export const handler = intake(translate);
