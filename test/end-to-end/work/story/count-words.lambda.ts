import { worker } from "../../../../lambdas/runtime/index.ts";
import { countWords } from "./workflow.ts";

export const handler = worker(countWords, ({ text }) => ({ words: text.split(" ").length }));
