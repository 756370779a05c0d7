import { worker } from "../../../../lambdas/runtime/index.ts";
import { bindBook } from "./books.ts";

export const handler = worker(bindBook, (book) => book);
