import { intake } from "../../../../lambdas/runtime/index.ts";
import { mail } from "./calls.ts";

export const handler = intake(mail);
