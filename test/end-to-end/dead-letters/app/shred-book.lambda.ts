import { worker } from "../../../../lambdas/runtime/index.ts";
import { shredBook } from "./books.ts";

export const handler = worker(shredBook, () => null);
