import { worker } from "../../../../lambdas/runtime/index.ts";
import { writeStory } from "./workflow.ts";

/** Replaced in the tests by what the model is to do there. */
export const handler = worker(writeStory, () => ({ title: "", text: "" }));
