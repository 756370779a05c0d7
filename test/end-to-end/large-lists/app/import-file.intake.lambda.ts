import { intake } from "../../../../lambdas/runtime/index.ts";
import { importFile } from "./import.ts";

export const handler = intake(importFile);
