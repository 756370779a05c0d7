import { worker } from "../../../../lambdas/runtime/index.ts";
import { draft } from "../steps.ts";

export const handler = worker(draft, ({ postId }) => ({ text: `second draft of ${postId}` }));
