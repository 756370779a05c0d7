import { worker } from "../../../../lambdas/runtime/index.ts";
import { printAlbum } from "./workflow.ts";

export const handler = worker(printAlbum, ({ pages }) => ({ printed: pages.length }));
