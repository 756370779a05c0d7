import { intake } from "../../../../lambdas/runtime/index.ts";
import { takeBack } from "./definitions.ts";

export const handler = intake(takeBack);
