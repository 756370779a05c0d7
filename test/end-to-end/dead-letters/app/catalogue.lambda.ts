import { reaction } from "../../../../lambdas/runtime/index.ts";
import { catalogue } from "./books.ts";

export const handler = reaction(catalogue, () => {});
