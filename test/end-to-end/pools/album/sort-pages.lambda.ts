import { worker } from "../../../../lambdas/runtime/index.ts";
import { sortPages } from "./workflow.ts";

export const handler = worker(sortPages, ({ pages }) => ({
  pages: pages.toSorted((a, b) => a.caption.localeCompare(b.caption)),
}));
