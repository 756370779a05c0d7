import { worker } from "../../../../lambdas/runtime/index.ts";
import { note } from "./help.ts";

export const handler = worker(note, ({ results, result }) => ({ results: [...results, result] }));
