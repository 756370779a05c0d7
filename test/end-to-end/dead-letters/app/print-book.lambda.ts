import { worker } from "../../../../lambdas/runtime/index.ts";
import { printBook } from "./books.ts";

export const handler = worker(printBook, (book) => book);
