import { reaction } from "../../lambdas/runtime/index.ts";
import { noteOutcome } from "./reactions.ts";
import { noteOutcome as note } from "./records.ts";

export const handler = reaction(noteOutcome, note);
