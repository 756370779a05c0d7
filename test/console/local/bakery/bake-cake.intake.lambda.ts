import { intake } from "../../../../lambdas/runtime/index.ts";
import { bakeCake } from "./cakes.ts";

export const handler = intake(bakeCake);
